"""Warnings that a firm's own server puts above a mail from outside, in whatever language.

They are known line by line, as what the sender wrote may follow without an empty line: a banner says of *this mail* that it
is from *outside*, and speaks of an organisation, a sender or a link. A line that asks or speaks of the writer's own matter is none.
"""

import re
from collections.abc import Sequence

from app.mail.inbound.stems import Stems

# Beginnings of words, compared case-folded. Data: add a language by adding its words to each.
_MAILS = Stems(
    """
    mail|message|nachricht|courriel|correo|mensaje|mensagem|messaggio|bericht|meddeland|meddelels|mejl|besked|melding|e-post|epost
    viesti|wiadomość|zpráv|správ|üzenet|levél|mesaj|письм|сообщени|повідомлен|лист|съобщени|posta|ileti|μήνυμα|メール|邮件|郵件|메일
    رسالة|بريد|پیام|ایمیل|הודעה|הודעת|דוא|thư|pesan|poruk|sporočil|kiri|laišk|vēstul
    """
)
_OUTSIDE = Stems(
    """
    outside|extern|ekstern|außerhalb|ausserhalb|extérieur|fuera|fora d|esterno|esterna|buiten|utanför|utenfor|udenfor|uden for|ulkopuol|spoza
    zewnętrzn|vnějš|mimo|külső|kívül|exterior|внешн|извне|зовнішн|ззовні|външ|извън|dışın|dış |εξωτερικ|εκτός|社外|外部|외부|خارج|חיצוני
    מחוץ|מחוצה|bên ngoài|luar|izvan|zunaj|väljas|išor|ārēj|untrusted
    """
)
_WHOSE = Stems(
    """
    organi|company|corp|firm|unternehmen|absender|entreprise|société|expéditeur|empresa|remitente|remetente|aziend|mittente|bedrijf|afzender
    företag|avsändar|avsender|afsender|virksomhed|bedrift|yrity|lähettäjä|nadawc|odesílatel|odosielateľ|vnější sít|cég|szervezet|feladó|companie
    expeditor|компани|организац|організац|отправител|відправник|подател|kurum|şirket|gönderen|εταιρ|οργανισμ|αποστολ|社外|組織|组织|公司
    送信|发件|寄件|조직|회사|발신|مؤسس|شرك|مرسل|سازمان|شرکت|فرستنده|ארגון|חברה|שולח|tổ chức|công ty|người gửi|perusahaan|pengirim|sender|source
    """
)
_ADVICE = Stems(
    """
    click|link|attachment|recogni|trust the sender|klick|anhang|anhänge|absender|cliqu|lien|pièce jointe|pièces jointes|clic|enlace|adjunt|anexo
    allegat|klik|bijlage|länk|bilag|bifog|vedlegg|linkk|liitte|odkaz|přílo|prílo|csatol|hivatkoz|ссылк|вложен|посилан|вкладен|връзк|bağlant|tıkla
    σύνδεσμ|συνημμ|リンク|添付|链接|附件|連結|링크|첨부|رابط|روابط|مرفق|پیوند|لینک|קישור|צרופ|liên kết|đính kèm|tautan|lampiran
    """
)
_SAFE = Stems(
    """
    safe|content|known|expect|sicher|bekannt|inhalt|contenu|sûr|contenido|segur|conteúdo|sicur|contenuto|veilig|säker|innehåll|trygg|sikker
    bezpeč|bezpieczn|безопас|güven|安全|آمن|امن|בטוח
    """
)
_TITLE = re.compile(r"^[\s\W]*(?:[^\W\d][\w '’]{1,24}(?:[:：!！\]|»]|\s[-–—])[\s\W]*)?")
_THIS = re.compile(
    r"(?:this|the following|diese|cet|ce|est[ae]|quest[ao]|dez?e|dit|det här|detta|den här|denne|dette|tämä|ta|ten|tento|táto|tato|ez az?|"
    r"acest|этот?|данное|це[йй]?|това|този|bu|το παρόν|αυτό το|この|本|此|该|이|هذه|هذا|این|ova|ovaj|šis|šī|see|"
    r"(?:e-?mail|thư|pesan|הודעה|הודעת)\b)"
)
_MARK = re.compile(
    r"^\W*(?:\[\W*(?:ext|extern(?:al|e[rs]?|[oa])?|estern[oa])\b[^\]]{0,30}\]|"
    r"external (?:e-?mail|sender|message)|externe (?:e-?mail|nachricht|mail)|externer absender|expéditeur externe|"
    r"remitente externo|remetente externo|mittente esterno|externe afzender|extern avsändare)\W*"
)
_SELDOM = re.compile(
    r"^\W*(?:(?:some people who received this message|you) don't often get e-?mail from|sie erhalten nicht (?:häufig|oft) e-?mails von|"
    r"vous n'obtenez pas souvent d'e-?mail|no suele recibir correo|u ontvangt niet vaak e-?mail|non si ricevono spesso|"
    r"você não costuma receber|du får inte ofta e-post|du får ikke ofte|nieczęsto otrzymujesz)"
)
_OWN = re.compile(
    r"[?？؟]|#\d|\d{4}|order|parcel|package|delivery|shipment|invoice|refund|bestell|paket|liefer|sendung|rechnung|commande|colis|livrais|"
    r"pedido|paquete|entrega|encomenda|ordine|pacco|consegn|pakje|zamów|paczk|objedn|zásil|заказ|посыл|достав|sipariş|kargo|παραγγελ|"
    r"注文|荷物|订单|訂單|包裹|주문|택배|طلبي|الشحن|سفارش|مرسوله|הזמנ|חביל|\b(?:my|our|i|we|mein\w{0,2}|unser\w{0,2}|ich|mon|ma|mes|mi|mis|mio|mia|meu|minha|mijn|min|mitt|moj\w|můj|moje|мой|моя|мое|мои)\b"
)
_WARNS = re.compile(
    r"^\W*(?:please )?(?:do not|don't|never|only open|use caution|be (?:careful|cautious|vigilant)|report|learn why)\b"
)
_PROOFPOINT = ("zjqcmqryfpfptbannerstart", "zjqcmqryfpfptbannerend")
_LONGEST = 500
_WRAPPED = 50  # a line that a program may have broken is no shorter
_MOST_LINES = 8
_MOST = 4  # below each other
_SENTENCE_ENDS = re.compile(r"[.!:。！\])]\W*$")


def without_banner(lines: Sequence[str]) -> list[str]:
    """Without the warnings above what the sender wrote; as it is where nothing would be left."""
    start = 0
    for _ in range(_MOST):
        first = _first_said(lines, start)
        end = _banner_end(lines, first)
        if end == first:
            break
        start = end
    return list(lines[start:]) if _first_said(lines, start) < len(lines) else list(lines)


def _first_said(lines: Sequence[str], start: int) -> int:
    while start < len(lines) and not lines[start].strip():
        start += 1
    return start


def _banner_end(lines: Sequence[str], start: int) -> int:
    """After the banner that begins at a line; `start` itself where none does."""
    if start == len(lines):
        return start
    if _PROOFPOINT[0] in lines[start][:_LONGEST].casefold():
        return _proofpoint_end(lines, start)
    most = min(start + _MOST_LINES, len(lines))
    for end in range(start + 1, most + 1):
        if _is_banner(" ".join(line.strip() for line in lines[start:end])):
            return _end_of_advice(lines, end, most)
        if end == most or not _goes_on(lines, end):
            break
    return start


def _proofpoint_end(lines: Sequence[str], start: int) -> int:
    for index in range(start, min(start + 3 * _MOST_LINES, len(lines))):
        if _PROOFPOINT[1] in lines[index].casefold():
            return index + 1
    return start


def _end_of_advice(lines: Sequence[str], end: int, most: int) -> int:
    """The rest of a broken sentence of advice belongs to a banner, and a line that begins with a warning."""
    while end < most and lines[end].strip():
        said = _folded(lines[end])
        is_broken = _goes_on(lines, end) and (_ADVICE.are_in(said) or _SAFE.are_in(said))
        is_warning = _WARNS.match(said) is not None and _ADVICE.are_in(said)
        if _OWN.search(said) or not (is_broken or is_warning):
            break
        end += 1
    return end


def _goes_on(lines: Sequence[str], index: int) -> bool:
    """Whether the line before one was broken by a program in the middle of a sentence."""
    above = lines[index - 1].strip()
    return (
        len(above) >= _WRAPPED and _SENTENCE_ENDS.search(above[-20:]) is None and bool(lines[index].strip())
    )


def _is_banner(line: str) -> bool:
    if len(line) > _LONGEST:
        return False
    said = _folded(line)
    if mark := _MARK.match(said):
        rest = said[mark.end() :]
        is_banner = not rest or _ADVICE.are_in(rest) or _is_of_this_mail(rest)
    else:
        is_banner = _SELDOM.match(said) is not None or _is_of_this_mail(_TITLE.sub("", said))
    return is_banner and _OWN.search(said) is None  # which is dear, and asked last


def _is_of_this_mail(said: str) -> bool:
    if _THIS.match(said) is None or not _MAILS.are_in(said[:60]):
        return False
    return _OUTSIDE.are_in(said) and (_WHOSE.are_in(said) or _ADVICE.are_in(said))


def _folded(line: str) -> str:
    return line.casefold().replace("’", "'").replace("\u0307", "")  # which folding a Turkish İ leaves
