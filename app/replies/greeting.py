"""Whether a customer may be greeted by the name that came with the mail.

A display name is whatever its sender typed: an address, a link, an advertisement, an order to a robot. Only what
looks like the name of a person is used; everybody else gets the greeting without a name, which is never wrong.
"""

import re
import unicodedata

MAX_LENGTH = 60
MAX_WORDS = 5

# Letters with their marks, joined by an apostrophe or a hyphen; ZWNJ stands inside Persian names.
_WORD = re.compile(r"[^\W\d_]+(?:['’\-\u200c][^\W\d_]+)*", re.UNICODE)
_INITIALS = re.compile(r"(?:[^\W\d_]\.-?){1,4}|(?:dr|prof|mr|mrs|ms|jr|sr|st)\.", re.IGNORECASE)

# Words that no person is called by, in the languages that replies know: roles, instructions, advertisements.
_NOT_NAMES_TEXT = """
ignore disregard forget previous prior instructions instruction system prompt assistant please send reply
refund free click here visit buy win winner urgent important now the and you your this that all
admin administrator support service team info sales marketing office billing accounts helpdesk customer
noreply postmaster webmaster mailer daemon newsletter notification notifications shop store order orders
kundenservice kundendienst vertrieb buchhaltung bestellung bitte ignoriere ignorieren anweisungen kostenlos
jetzt rechnung benachrichtigung und sie ihre alle
assistance boutique client clients commande commandes comptabilité équipe facturation ventes ignorez ignorer consignes gratuit
cliquez ici maintenant votre veuillez
atención cliente clientes equipo facturación pedido pedidos soporte tienda ventas ignora ignorar instrucciones gratis
urgente ahora aquí haga clic usted favor
پشتیبانی فروشگاه سفارش لطفا لطفاً دستور دستورات رایگان کلیک مدیر سیستم فوری
"""
_NOT_NAMES = frozenset(_NOT_NAMES_TEXT.split())


def greeting_name(name: str | None) -> str | None:
    """The name as it may be greeted, or None."""
    text = unicodedata.normalize("NFC", " ".join((name or "").split()))
    if not text or len(text) > MAX_LENGTH:
        return None
    words = text.split(" ")
    if len(words) > MAX_WORDS or not all(_is_name_word(word) for word in words):
        return None
    return text if any(len(word.strip(".")) > 1 for word in words) else None


def _is_name_word(word: str) -> bool:
    if word.casefold().strip(".") in _NOT_NAMES:
        return False
    letters = "".join(c for c in word if unicodedata.category(c) not in {"Mn", "Mc"})
    return bool(_WORD.fullmatch(letters) or _INITIALS.fullmatch(letters))
