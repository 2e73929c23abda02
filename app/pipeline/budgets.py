"""How many automatic mails there were lately: to this address, to its domain, in this conversation, of this store.

A reply goes to whoever From names, so a forger can have us write to a victim, and a robot can have us write to it for
ever. Nothing in such a mail need show it; the count does. See docs/adr/0018-budgets-of-automatic-mail.md.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import col

from app.access import StoreAccess
from app.mail.domains import canonical_address
from app.models import Message, Reply
from app.models.columns import now
from app.pipeline.open_mails import Work
from app.replies.addressing import budgeted_domain
from app.replies.autonomy import Budget
from app.settings import Settings
from app.vocabulary import Authenticity, Direction, ReplyState

_HOUR, _DAY, _MONTH = timedelta(hours=1), timedelta(days=1), timedelta(days=30)
_IN_THE_LONG_RUN = 2
"""What may leave in an hour or a day may leave so many times in a day or a month: the slow come to an end, too."""
_NEVER_LEFT = (ReplyState.FAILED, ReplyState.DISCARDED)
_REPEATS = "to nearly the same text within {}"
_LIKENESS = 0.8
"""Share of words in common (Jaccard) from which two texts are one."""
_COMPARED = 20
_WORDS_OF = 4_000
"""Characters of a text that are compared."""
_NUMBER, _WORD = re.compile(r"\d+"), re.compile(r"\w+")


@dataclass(frozen=True)
class Spending:
    """What was spent before this reply.

    Attributes:
        budgets: Of every kind that applies to it.
        repeats: How often nearly the same text was answered automatically before.
        is_store_spent: The whole store's budget is used up: something is wrong that no single count shows.
    """

    budgets: tuple[Budget, ...]
    repeats: Budget
    is_store_spent: bool


@dataclass(frozen=True)
class _Limit:
    scope: str
    conditions: Sequence[sa.ColumnElement[bool]]
    window: timedelta
    limit: int


async def count_spending(access: StoreAccess, work: Work, settings: Settings) -> Spending:
    """Count, and let nobody else decide on a mail to the same domain before this transaction ends.

    Without the lock, two workers that answer two mails of one sender at once would each see the other's reply unsent. The
    limits of the whole store are counted without one: they may be passed by as many replies as are decided at that moment.
    """
    address = work.newest.from_address
    key, domain = canonical_address(address), budgeted_domain(address)
    await access.session.execute(
        sa.select(
            sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"{access.store_id} {domain or key}", 0))
        )
    )
    limits = _limits(work, settings, key, domain)
    counts = (await access.session.execute(sa.select(*[_count(access, one) for one in limits]))).one()
    budgets = tuple(Budget(one.scope, sent, one.limit) for one, sent in zip(limits, counts, strict=True))
    most = settings.automatic_mails_per_repetition
    repeats = Budget(_REPEATS.format("a day"), 0, most)
    if budgets[0].sent >= most:
        repeats = await _count_repeats(access, key, work.question_text, most)
    return Spending(budgets=budgets, repeats=repeats, is_store_spent=budgets[-1].is_spent)


def _limits(work: Work, settings: Settings, key: str, domain: str) -> list[_Limit]:
    """The recipient's first, in the longest window, the whole store's last."""
    proven = work.authenticity is Authenticity.AUTHENTICATED
    per_address = (
        settings.automatic_mails_per_address if proven else settings.automatic_mails_per_unproven_address
    )
    per_domain = (
        settings.automatic_mails_per_domain if proven else settings.automatic_mails_per_unproven_domain
    )
    is_to_address = [col(Reply.recipient_key) == key]
    limits = [
        _Limit("to this address within 30 days", is_to_address, _MONTH, per_address * _IN_THE_LONG_RUN),
        _Limit("to this address within a day", is_to_address, _DAY, per_address),
        _Limit(
            "in this conversation within an hour",
            [col(Reply.conversation_id) == work.conversation.id],
            _HOUR,
            settings.automatic_mails_per_conversation,
        ),
    ]
    if domain:
        is_to_domain, there = [col(Reply.recipient_domain) == domain], f"to addresses at {domain}"
        limits += [
            _Limit(f"{there} within an hour", is_to_domain, _HOUR, per_domain),
            _Limit(f"{there} within a day", is_to_domain, _DAY, per_domain * _IN_THE_LONG_RUN),
        ]
    if not proven:
        limits.append(
            _Limit(
                "to senders whom nothing proves within an hour",
                [col(Reply.is_proven).is_(False)],
                _HOUR,
                settings.automatic_mails_to_unproven,
            )
        )
    return [*limits, _Limit("of this store within an hour", [], _HOUR, settings.automatic_mails_per_store)]


def _count(access: StoreAccess, limit: _Limit) -> sa.ScalarSelect[int]:
    """Up to the limit: never reads more rows than it allows, however many there are."""
    found = (
        sa.select(sa.literal(1))
        .where(
            col(Reply.store_id) == access.store_id,
            *limit.conditions,
            *_automatic_since(limit.window),
        )
        .limit(limit.limit)
        .subquery()
    )
    return sa.select(sa.func.count()).select_from(found).scalar_subquery()


def _automatic_since(window: timedelta) -> tuple[sa.ColumnExpressionArgument[bool], ...]:
    return (
        col(Reply.automatic),  # not IS TRUE, by which PostgreSQL does not know the partial indexes
        col(Reply.state).not_in(_NEVER_LEFT),
        col(Reply.created_at) > now() - window,
    )


async def _count_repeats(access: StoreAccess, key: str, text: str, most: int) -> Budget:
    """Of the window whose limit is reached; else of the last day."""
    query = (
        sa.select(sa.func.left(col(Message.new_text), _WORDS_OF), col(Reply.created_at) > now() - _DAY)
        .join(Reply, col(Reply.answer_id) == col(Message.answer_id))
        .where(
            col(Reply.store_id) == access.store_id,
            col(Reply.recipient_key) == key,
            *_automatic_since(_MONTH),
            col(Message.direction) == Direction.INBOUND,
        )
        .order_by(col(Reply.created_at).desc())
        .limit(_COMPARED)
    )
    are_recent = [
        is_recent for earlier, is_recent in await access.session.execute(query) if are_alike(text, earlier)
    ]
    lately = Budget(_REPEATS.format("a day"), sum(are_recent), most)
    ever = Budget(_REPEATS.format("30 days"), len(are_recent), most * _IN_THE_LONG_RUN)
    return ever if ever.is_spent and not lately.is_spent else lately


def are_alike(one: str, other: str) -> bool:
    """Whether two mails say nearly the same."""
    words, others = _words(one), _words(other)
    union = words | others
    return not union or len(words & others) / len(union) >= _LIKENESS


def _words(text: str) -> frozenset[str]:
    """Its words; all numbers are one, because robots count their mails, and date them."""
    return frozenset(_WORD.findall(_NUMBER.sub("0", text[:_WORDS_OF].casefold())))
