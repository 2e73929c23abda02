"""What went wrong with a delivery, in the customer's words."""

import re
from enum import Enum, auto


class Trouble(Enum):
    DAMAGED = auto()
    WRONG_ITEM = auto()
    MISSING_ITEM = auto()
    NOT_RECEIVED = auto()


# In the order in which they are looked for: who writes that a cup is broken may also write that the rest "has not come".
_WORDS = {
    Trouble.DAMAGED: (
        r"damag|broke|crack|shatter|chipped|smash|dented|torn\b|leak|defect|faulty|not work|doesn.t work|spoil|mould|mold"
        r"|besch[äa]dig|kaputt|zerbroch|defekt|gesprungen|zersprung|zerkratzt|gerissen|ausgelaufen|funktioniert nicht|bruch"
        r"|شکسته|شکست|خراب|آسیب|معیوب|ترک|پاره|لب‌پر"
        r"|cass[ée]|ab[iî]m|endommag|d[ée]fectu|bris[ée]|f[êe]l[ée]|d[ée]chir|ne (marche|fonctionne) pas"
        r"|rot[oa]s?\b|da[ñn]ad|defectuos|estropead|rasgad|no funciona|danneggiat|rott[oa]\b|gebroken|beschadigd|kırık|kırıl|hasarl"
    ),
    Trouble.WRONG_ITEM: (
        r"wrong|incorrect|(different|other) (item|product|size|colou?r|one)|not what i ordered|instead of|someone else.s"
        r"|falsch|verkehrt|andere[rsn]? (artikel|produkt|gr[öo][ßs]+e|farbe)|nicht (das|die|den|was) .{0,20}bestellt|statt"
        r"|اشتباه|دیگری|به جای|به‌جای|عوضی"
        r"|mauvais|erreur|pas (le|la|ce) (bon|bonne|que)|au lieu"
        r"|equivocad|incorrect|otro (producto|art[íi]culo)|en lugar de|en vez de|sbagliat|verkeerd|yanl[ıi]ş"
    ),
    Trouble.MISSING_ITEM: (
        r"missing (from|item|in|one|part|piece)|(is|was|are|were) missing|incomplete|only (received|got|one|part|half)|not in the (box|parcel|package)"
        r"|one of (the|my) .{0,30}(not|missing)|short of|left out"
        r"|fehl(t|en|te|ten)\b|unvollst[äa]ndig|nur .{0,25}(erhalten|bekommen|angekommen|drin)|nicht (im|in dem) (paket|karton)"
        r"|کم است|کم بود|ناقص|فقط .{0,25}رسید|کسری|جا افتاده|داخل بسته نبود"
        r"|manqu|incompl[eè]t|il n.y avait que|falta(n|ba|ban)?\b|incomplet|solo (he recibido|recib)|manca|ontbreekt|eksik"
    ),
    Trouble.NOT_RECEIVED: (
        r"(not|never|n.t|nothing) (yet |been |actually )?(received?|arriv|come|got|get|here|delivered|there|seen)|(parcel|package|order) (is |has gone |went |seems )?(lost|missing|stolen)"
        r"|lost|stolen|nowhere|no (parcel|package|sign)|nicht (erhalten|bekommen|angekommen|da\b|eingetroffen|geliefert|zugestellt)|nichts (erhalten|bekommen|angekommen|da\b)|verloren|gestohlen|kein paket|nie (erhalten|bekommen|angekommen)"
        r"|نرسید|دریافت نکرد|تحویل نگرفت|به دستم نرس|گم شد|نگرفت|خبری نیست"
        r"|(pas|jamais|rien) (encore )?(re[çc]u|arriv|livr)|perdu|vol[ée]\b|introuvable"
        r"|no (me )?(ha |he |lo he |la he )?(llegad|recibid|lleg[oó]|recib)|nunca|perdid|robad|non .{0,15}(arrivat|ricevut)|niet (ontvangen|aangekomen)|gelmedi|ulaşmad|almad"
    ),
}
_PATTERNS = {trouble: re.compile(words, re.IGNORECASE) for trouble, words in _WORDS.items()}
# "The parcel is missing" is no item that is missing from it.
_WHOLE = re.compile(
    r"(parcel|package|order|delivery|shipment) (is|was|has gone|went|seems|still) missing"
    r"|(paket|sendung|bestellung|lieferung) fehlt|(colis|commande) manqu|falta (el|mi) (paquete|pedido)",
    re.IGNORECASE,
)


def trouble_in(*texts: str) -> Trouble | None:
    """The trouble that the first of these texts speaks of that speaks of one; None where none does."""
    return next((trouble for text in texts if (trouble := _trouble(text))), None)


def _trouble(text: str) -> Trouble | None:
    found = next((trouble for trouble, pattern in _PATTERNS.items() if pattern.search(text)), None)
    return Trouble.NOT_RECEIVED if found is Trouble.MISSING_ITEM and _WHOLE.search(text) else found
