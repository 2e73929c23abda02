"""Legal notices that a firm's server puts below a mail, and warnings that it puts above it."""

import re
from collections.abc import Sequence


def _stems(text: str) -> tuple[str, ...]:
    return tuple(stem.strip() for stem in text.replace("\n", "|").split("|") if stem.strip())


# Beginnings of words, compared case-folded. A notice has one of each of the first two.
_SECRET = _stems(
    """
    confidential|privileged|intended solely|intended only|intended exclusively|vertraulich|geheimhaltung|confidentiel
    confidencial|confidenzial|riservat|vertrouwelijk|konfidentiel|konfidentsiaal|fortrolig|luottamuksel|poufn|důvěrn|dôvern
    bizalmas|confidenţial|confidențial|gizli|конфиденц|конфіденц|поверителн|povjerljiv|εμπιστευτικ|機密|保密|机密|기밀
    سري|محرمانه|סודי|bảo mật|rahasia
    """
)
_STRAY = _stems(
    """
    intended recipient|the addressee|the named addressee|in error|individual or entity|richtige adressat
    richtiger adressat|richtige empfänger|vorgesehene empfänger|irrtümlich|versehentlich|destinataire|par erreur|por error
    destinatari|per errore|por engano|por erro|abusievelijk|onterecht|ten onrechte|geadresseerde|felaktigt|avsedd mottagare
    ved en fejl|ved en feil|rette modtager|vastaanottaja|erehdyksessä|omyłkow|adresat|omylem|adresát|tévedés|címzett
    din greșeală|din greşeală|destinatar|yanlışlıkla|alıcı|по ошибке|адресат|помилково|κατά λάθος|παραλήπτη|誤って|误|錯誤
    收件人|잘못|수신|بالخطأ|المرسل إليه|اشتباه|گیرنده|בטעות|הנמען|nhầm|người nhận|penerima
    """
)
_CONSIDERATE = _stems(
    """
    consider the environment before|think before you print|think before printing|denken sie an die umwelt|umwelt zuliebe
    l'environnement avant d'imprimer|antes de imprimir|prima di stampare|denk aan het milieu|tänk på miljön|tænk på miljøet
    środowisko przed|środowisku zanim|před vytištěním|подумайте об окружающей среде
    """
)
_TITLE = re.compile(
    r"^\W*(?:(?:legal |email )?(?:disclaimer|confidentiality(?: notice| note)?|confidential)|haftungsausschluss|"
    r"vertraulichkeitshinweis|avis de confidentialité|aviso (?:legal|de confidencialidad\w*)|avviso di riservatezza)\W*$",
    re.IGNORECASE,
)
_SHORTEST = 70
_LONGEST = 4000
_MOST = 20  # below each other
_OWN = re.compile(
    r"[?؟？]|#\d|\b(?:my|our order|please (?:tell|send|refund)|meine?\b|mijn\b|mon\b|ma\b|mi pedido|il mio|сво)",
    re.IGNORECASE,
)

_BANNER = re.compile(
    r"^[\s\W]*(?:(?:caution|warning|attention|alert|notice|important|achtung|vorsicht|warnung|let op|atención|atenção|"
    r"attenzione|varning|advarsel|uwaga|внимание)[\s\W]+)?(?:"
    r"this (?:e-?mail|message) (?:originated|was sent|came|is|comes|has originated) (?:from )?(?:an? )?(?:outside|external|someone outside)\b.*|"
    r"\[?external(?: e-?mail| sender| message)?\]?\W*(?:(?:do not|don't|please|use caution|be careful|verify|this).*)?|"
    r"external (?:e-?mail|sender|message)\b.{0,200}|"
    r"diese (?:e-?mail|nachricht) (?:stammt|kommt|wurde) .{0,60}(?:extern|außerhalb)\w*.*|externe (?:e-?mail|nachricht)\b.{0,200}|"
    r"ce (?:message|courriel|mail) (?:provient|a été envoyé|vient) .{0,60}(?:extérieur|externe).*|"
    r"este (?:correo|mensaje|e-?mail) (?:procede|proviene|se originó|fue enviado|foi enviado|tem origem) .{0,60}(?:fuera|extern|fora).*|"
    r"questa (?:e-?mail|messaggio) (?:proviene|è stata inviata) .{0,60}(?:estern).*|"
    r"deze (?:e-?mail|mail) (?:komt|is afkomstig) .{0,60}(?:buiten|extern).*|"
    r"(?:some people who received this message|you) don['’]t often get e-?mail from .*|"
    r"sie erhalten nicht (?:häufig|oft) e-?mails von .*|vous n['’]obtenez pas souvent d['’]e-?mail .*|"
    r"no suele recibir correo electrónico de .*|u ontvangt niet vaak e-?mail van .*"
    r")$",
    re.IGNORECASE | re.DOTALL,
)
_ASKS = re.compile(r"\?\s*$|#\d")
_LONGEST_BANNER = 500


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


def without_banner(lines: Sequence[str]) -> list[str]:
    """Without the warning of a mail's own server that it came from outside."""
    start = 0
    while start < len(lines) and not lines[start].strip():
        start += 1
    for end in _banner_ends(lines, start):
        paragraph = " ".join(line.strip() for line in lines[start:end])
        if len(paragraph) <= _LONGEST_BANNER and _BANNER.match(paragraph) and not _ASKS.search(paragraph):
            return list(lines[end:])
    return list(lines)


def _banner_ends(lines: Sequence[str], start: int) -> list[int]:
    """After the first paragraph, and after the first line."""
    end = start
    while end < len(lines) and end - start < 8 and lines[end].strip():
        end += 1
    return [end, start + 1] if end > start else []


def _is_notice(paragraph: str) -> bool:
    if len(paragraph) > _LONGEST:
        return False
    said = paragraph.casefold().replace("’", "'")
    if _TITLE.match(said) or (len(said) < 300 and _has(said, _CONSIDERATE)):
        return True
    return (
        len(said) >= _SHORTEST and _has(said, _SECRET) and _has(said, _STRAY) and not _OWN.search(paragraph)
    )


def _has(said: str, stems: tuple[str, ...]) -> bool:
    return any(stem in said for stem in stems)
