"""Which part of a policy answers a question, whatever language each of them is in.

A shop writes its policies in its own language, and is asked in all of them: words are compared, and where languages
differ, topics that both are known to speak of.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.tools.words import is_same_word, query_words

SHORT = 600
"""Characters of a policy that is told whole; a longer one is cut to what answers the question."""

LONGEST_ANSWER = 1_400
"""Characters that are chosen from a policy at most."""

_LONGEST_HEADING = 60
_WORD = 1
_TOPIC = 3
_SHORTEST_WORD = 4


def _topic(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words), re.IGNORECASE)


COST = _topic(
    r"\bcost|\bfees?\b|price|charge|how much|\bfree\b|deduct|kost|gebühr|preis|wie ?viel|هزینه|قیمت|رایگان|چقدر|چند است"
    r"|frais|coût|\bprix\b|gratuit|combien|coste|gastos|precio|gratis|cuánto cuesta|cuánto sale"
)
DEADLINE = _topic(
    r"how (long|many days)|deadline|period|until when|too late|wie lange|frist|bis wann"
    r"|مهلت|تا چه|چند روز|تا کی|délai|combien de temps|plazo|cuánto tiempo|cuántos días"
)
DAYS = _topic(
    r"\d+[- ](days?|weeks?|months?)\b",
    r"\d+ (tag|woche|monat)",
    r"\d+ (روز|هفته|ماه)",
    r"\d+ (jours?|mois|días|meses)",
)
DELIVERY_TIME = _topic(
    r"how (long|fast|soon|quick)|working days|business days|when will|arrive|delivery time|wie lange|wie schnell"
    r"|werktag|lieferzeit|wann kommt|چند روز|چقدر طول|روز کاری|کی می.?رسد"
    r"|jours ouvr|combien de temps|délai|días (hábiles|laborables)|cuánto tarda|plazo de entrega"
)
EXCHANGE = _topic(r"exchang|swap|umtausch|tausch|تعویض|عوض|échang|cambi")
DAMAGED = _topic(
    r"damag|broken|faulty|defect|wrong item|beschädig|kaputt|defekt|falsche[rsn]? artikel|شکست|خراب|معیوب|اشتباه"
    r"|cass|abîm|défect|erron|dañad|roto|defect"
)
MONEY_BACK = _topic(
    r"refund|money back|reimburs|erstatt|geld zurück|بازپرداخت|پس دادن پول|برگشت وجه|پولم|rembours|reembols|devol\w+ .*dinero"
)
CANCELLING = _topic(r"cancel|stornier|storno|لغو|کنسل|annul|cancel|anul")
HOW_TO = _topic(
    r"how (do|can|to|should)|label|procedure|steps|wie (kann|gehe|sende|schicke)|retourenschein|چگونه|چطور|برچسب|comment|étiquette|cómo|etiqueta"
)
CUSTOMS = _topic(r"custom(s|\b)|dut(y|ies)|import|zoll|einfuhr|گمرک|عوارض|douan|aduan|arancel")
PICKUP = _topic(r"pick[- ]?up|collect|abhol|selbst|تحویل حضوری|حضوری|retrait|retirer|recog|recoger")
TRACKING = _topic(r"track|sendungsverfolg|trackingnummer|رهگیری|کد پستی|suivi|seguimiento|rastre")
LOST = _topic(r"\blost\b|missing|not arriv|verloren|گم|نرسید|perdu|égar|perdid|extravi")
COUNTRIES = _topic(
    r"countr|abroad|international|worldwide|ship to|deliver to|länder|ausland|liefert ihr|versand nach|کشور|خارج|بین.?الملل"
    r"|pays|étranger|livrez|país|extranjero|envían a|envíos a"
)
EXCLUDED = _topic(
    r"gift ?card|sale item|cannot be returned|excluded|final sale|gutschein|ausgeschlossen|کارت هدیه|carte[- ]cadeau|tarjeta.regalo"
)
PAYMENT = _topic(
    r"\bpay(ments?|pal|able|ing)?\b|credit cards?|debit|visa\b|mastercard|klarna|bank transfer|instal?ment|invoice"
    r"|zahl|bezahl|kreditkarte|überweis|lastschrift|rechnung|raten"
    r"|پرداخت|کارت بانکی|کارت اعتباری|درگاه|واریز|قسط|اقساط"
    r"|paie|payer|paye|carte bancaire|carte de crédit|virement|pago|pagar|tarjeta|transferencia"
)
CODES = _topic(
    r"discount|coupon|voucher|promo|\bcodes?\b|gutschein|rabatt|aktionscode|تخفیف|کوپن|\bکد\b|réduction|remise|bon d'achat"
    r"|descuento|cupón|código"
)
TOPICS = (
    (DEADLINE, DAYS),
    *(
        (topic, topic)
        for topic in (
            COST,
            DELIVERY_TIME,
            EXCHANGE,
            DAMAGED,
            MONEY_BACK,
            CANCELLING,
            HOW_TO,
            CUSTOMS,
            PICKUP,
            TRACKING,
            LOST,
            COUNTRIES,
            EXCLUDED,
        )
    ),
)
"""How a question speaks of a topic, and how the passage does that answers it."""


@dataclass(frozen=True)
class Selection:
    """Paragraphs of a policy, in its order. `is_chosen`: they were singled out from more by what is asked."""

    paragraphs: tuple[str, ...]
    is_chosen: bool


def select(paragraphs: Sequence[str], question: str) -> Selection:
    """What of a policy answers a question: all of a short one, the best sections of a long one.

    Where nothing in it fits the question, it is left whole.
    """
    if sum(map(len, paragraphs)) <= SHORT:
        return Selection(tuple(paragraphs), is_chosen=False)
    parts = sections(paragraphs)
    scores = [_score(part, question) for part in parts]
    best = max(scores, default=0)
    if best < _TOPIC:  # one word in common says little
        return Selection(tuple(paragraphs), is_chosen=False)
    ranked = sorted(range(len(parts)), key=lambda place: -scores[place])
    kept: set[int] = set()
    length = 0
    for place in ranked:
        size = sum(map(len, parts[place]))
        if scores[place] * 2 < best or (kept and length + size > LONGEST_ANSWER):
            break
        kept.add(place)
        length += size
    return Selection(tuple(p for place in sorted(kept) for p in parts[place]), is_chosen=True)


def about(paragraphs: Sequence[str], topic: re.Pattern[str]) -> tuple[str, ...]:
    """The sections that speak of a topic, in the policy's order, as far as a mail can carry them."""
    found: list[str] = []
    for part in sections(paragraphs):
        is_fitting = sum(map(len, (*found, *part))) <= LONGEST_ANSWER
        if is_fitting and any(topic.search(paragraph) for paragraph in part):
            found += part
    return tuple(found)


def sections(paragraphs: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Each heading with what stands under it; what stands under none is a section each."""
    found: list[list[str]] = []
    has_heading = False
    for paragraph in paragraphs:
        is_heading = len(paragraph) <= _LONGEST_HEADING and paragraph[-1:] not in ".!?؟:;,"
        if is_heading or not has_heading:
            found.append([])
        has_heading = has_heading or is_heading
        found[-1].append(paragraph)
    return tuple(map(tuple, found))


def _score(section: Sequence[str], question: str) -> int:
    text = " ".join(section)
    asked_of = [told for asked, told in TOPICS if asked.search(question)]
    topics = sum(bool(topic.search(text)) + bool(topic.search(section[0])) for topic in asked_of)
    words = {word for word in query_words(text) if len(word) >= _SHORTEST_WORD}
    wanted = [word for word in query_words(question) if len(word) >= _SHORTEST_WORD]
    shared = sum(any(is_same_word(word, other) for other in words) for word in wanted)
    return topics * _TOPIC + shared * _WORD
