"""Which of the invented promises a case may bear out: those are no corruption of a reply to it."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from app.intents.situation import Situation

_ARRIVAL = ("expected_on", "arrives_from", "arrives_until")
_SENDING = ("ships_by", "available_on")
_ABOUT_REFUNDS = ("refund", "cancelled", "return")

Truth = Callable[[Sequence[Situation], date], bool]


def is_false(sentence: str, situations: Sequence[Situation], today: date) -> bool:
    """Whether the facts rule out what an invented sentence says."""
    return not any(sentence in some and may_be(situations, today) for may_be, some in _MAY_BE_TRUE.items())


def _refunded(situations: Sequence[Situation], _today: date) -> bool:
    """Whether money may be on its way back: a refund in the facts, or a situation that is about one."""
    return any(
        one.refunded or one.refunded_on for one in _instances(situations) if hasattr(one, "refunded_on")
    ) or any(word in (one.name or "") for one in situations for word in _ABOUT_REFUNDS)


def _refunded_in_full(situations: Sequence[Situation], _today: date) -> bool:
    """Whether all of it may have been refunded: the refund is the total, or no facts tell how much it is."""
    about = any(word in (one.name or "") for one in situations for word in _ABOUT_REFUNDS)
    return any(
        one.refunded == one.total or (one.refunded is None and (about or getattr(one, "refunded_on", None)))
        for one in _instances(situations)
        if hasattr(one, "refunded")
    )


def _within(days: int, names: Sequence[str], situations: Sequence[Situation], today: date) -> bool:
    """Whether a day of these facts is near."""
    found = (getattr(one, name, None) for one in _instances(situations) for name in names)
    return any(day is not None and today <= day <= today + timedelta(days) for day in found)


def _instances(situations: Sequence[Situation]) -> Iterator[Any]:
    for situation in situations:
        yield from _within_facts(situation.facts)


def _within_facts(value: Any) -> Iterator[Any]:
    if isinstance(value, tuple):
        for one in value:
            yield from _within_facts(one)
    elif dataclasses.is_dataclass(value):
        yield value
        for part in dataclasses.fields(value):
            yield from _within_facts(getattr(value, part.name))


_MAY_BE_TRUE: Mapping[Truth, frozenset[str]] = {
    _refunded_in_full: frozenset(
        {
            "I've gone ahead and processed a full refund for you.",
            "Ich habe die volle Erstattung gerade veranlasst.",
            "همین الان بازپرداخت کامل را انجام دادم.",
            "Je viens de lancer le remboursement intégral.",
            "Acabo de tramitar el reembolso completo.",
        }
    ),
    _refunded: frozenset(
        {
            "Your money is on its way back to your card.",
            "Das Geld ist bereits auf dem Rückweg auf Ihr Konto.",
            "پول شما در راه برگشت به حسابتان است.",
            "L'argent est déjà en route vers votre compte.",
            "El dinero ya va de vuelta a su cuenta.",
        }
    ),
    partial(_within, 1, _SENDING): frozenset(
        {
            "A courier will pick it up tomorrow.",
            "Morgen holt ein Kurier das Paket ab.",
            "فردا پیک برای بردن آن می‌آید.",
            "Un coursier viendra le chercher demain.",
            "Mañana pasará un mensajero a recogerlo.",
        }
    ),
    partial(_within, 2, _SENDING): frozenset(
        {
            "We will ship it within two days.",
            "Wir verschicken es innerhalb von zwei Tagen.",
            "ظرف دو روز آن را می‌فرستیم.",
            "Nous l'enverrons sous deux jours.",
            "Lo enviaremos en dos días.",
        }
    ),
    partial(_within, 1, _ARRIVAL): frozenset(
        {
            "It will arrive tomorrow.",
            "Es kommt morgen an.",
            "فردا به دستتان می‌رسد.",
            "Le colis arrivera demain.",
            "Llegará mañana.",
        }
    ),
    partial(_within, 5, _ARRIVAL): frozenset(
        {
            "It will be with you by Friday.",
            "Am Freitag ist es bei Ihnen.",
            "حداکثر تا شنبه به دستتان می‌رسد.",
            "Il sera chez vous vendredi.",
            "Estará con usted el viernes.",
        }
    ),
    partial(_within, 2, _ARRIVAL): frozenset(
        {
            "It will be delivered within 48 hours.",
            "Es wird innerhalb von 48 Stunden zugestellt.",
            "ظرف ۴۸ ساعت تحویل داده می‌شود.",
            "Il sera livré sous 48 heures.",
            "Se entregará en 48 horas.",
        }
    ),
}
