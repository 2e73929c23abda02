"""Legal notices that a firm's server puts below a mail. What it puts above is in `banners.py`."""

import re

from app.mail.inbound.stems import Stems

# Beginnings of words, compared case-folded. A notice has one of each of the first two.
_SECRET = Stems(
    """
    confidential|privileged|intended solely|intended only|intended exclusively|vertraulich|geheimhaltung|confidentiel
    confidencia|confidenzial|riservat|vertrouwelijk|konfidentiel|konfidens|konfidentsiaal|fortrolig|luottamuksel|poufn|důvěrn|dôvern
    bizalmas|confidenţial|confidențial|gizli|конфиденц|конфіденц|поверителн|povjerljiv|εμπιστευτικ|機密|保密|机密|기밀
    سري|محرمانه|סודי|bảo mật|rahasia
    """
)
_STRAY = Stems(
    """
    intended recipient|the addressee|the named addressee|in error|individual or entity|richtige adressat
    richtiger adressat|richtige empfänger|vorgesehene empfänger|irrtümlich|versehentlich|destinataire|par erreur|por error
    destinatari|per errore|por engano|por erro|abusievelijk|onterecht|ten onrechte|geadresseerde|felaktigt|av misstag|avsedd mottagare
    ved en fejl|ved en feil|rette modtager|vastaanottaja|erehdyksessä|omyłkow|adresat|omylem|adresát|tévedés|címzett
    din greșeală|din greşeală|destinatar|yanlışlıkla|alıcı|по ошибке|адресат|помилково|κατά λάθος|παραλήπτη|誤って|误|錯誤|错收|錯收
    收件人|잘못|수신|بالخطأ|المرسل إليه|اشتباه|گیرنده|בטעות|הנמען|nhầm|người nhận|penerima
    """
)
_CONSIDERATE = Stems(
    """
    consider the environment before|think before you print|think before printing|denken sie an die umwelt|umwelt zuliebe
    l'environnement avant d'imprimer|antes de imprimir|prima di stampare|denk aan het milieu|tänk på miljön|tænk på miljøet
    środowisko przed|środowisku zanim|před vytištěním|подумайте об окружающей среде|wirklich ausgedruckt werden
    proteja el medio ambiente|proteggi l'ambiente|proteja o meio ambiente
    """
)
_PRINTED = Stems(
    "print|druck|imprim|imprés|stamp|afdruk|skriv ut|skriver ut|udskriv|printer|druko|wydruk|tisk|tišt|печат"
)
_TITLE = re.compile(
    r"^\W*(?:(?:legal |email )?(?:disclaimer|confidentiality(?: notice| note)?|confidential)|haftungsausschluss|"
    r"vertraulichkeitshinweis|avis de confidentialité|aviso (?:legal|de confidencialidad\w*)|avviso di riservatezza)\W*$",
    re.IGNORECASE,
)
_SHORTEST = 70
_SHORT = 300  # of a word on printing
_LONGEST = 4000
_MOST = 20  # below each other
_OWN = re.compile(
    r"[?؟？]|#\d|\b(?:my|our order|please (?:tell|send|refund)|mein\w{0,2}\b|mijn\b|mon\b|ma\b|mi pedido|il mio|сво)",
    re.IGNORECASE,
)


def without_disclaimers(lines: list[str]) -> list[str]:
    """Without the paragraphs at the end that say both that the mail is secret and what a wrong recipient has to do."""
    end = len(lines)
    for _ in range(_MOST):
        while end and not lines[end - 1].strip():
            end -= 1
        start, length = end, 0
        while start and lines[start - 1].strip() and length <= _LONGEST:
            start -= 1
            length += len(lines[start])
        if start == 0 or length > _LONGEST or not _is_notice(" ".join(lines[start:end])):
            break
        end = start
    return lines[:end]


def _is_notice(paragraph: str) -> bool:
    if len(paragraph) > _LONGEST:
        return False
    said = paragraph.casefold().replace("’", "'")
    if _TITLE.match(said) or (
        len(said) < _SHORT
        and _CONSIDERATE.are_in(said)
        and _PRINTED.are_in(said)
        and not _OWN.search(paragraph)
    ):
        return True
    return (
        len(said) >= _SHORTEST and _SECRET.are_in(said) and _STRAY.are_in(said) and not _OWN.search(paragraph)
    )
