"""What robots call themselves and write in subjects. Data: add a language by adding its words.

Subjects are compared without leading reply marks and case-folded. Each entry is a beginning that a person
hardly starts a mail to a shop with; what is ambiguous ("absence", "delivery failed") needs more evidence and
is not here.
"""

import re

BOUNCE_ROBOT = re.compile(r"^(?:mailer[-_.]?daemon|mail[-_.]?daemon)$")
BOUNCE_SENDERS = re.compile(
    r"^(?:mailer[-_.]?daemon|mail[-_.]?daemon|postmaster|poostmaster|mailerdaemon|mail-?delivery|mdaemon|bounces?|double-bounce)$"
)
BOUNCE_NAMES = re.compile(
    r"mail delivery (?:sub)?system|mail delivery service|mailer[- ]daemon|mail administrator|"
    r"mail transport system|internet mail delivery|system administrator|systemadministrator",
)
BOUNCE_SUBJECTS = re.compile(
    r"^(?:undelivered mail returned to sender|returned mail: |returned to sender|postmaster notify: |"
    r"delivery status notification|mail delivery failed: returning|mail delivery failure|mail delivery system|"
    r"failure notice$|delivery failure$|undeliverable: |undeliverable mail|undeliverable message|"
    r"message delivery has been delayed|warning: could not send message|warning: message .{0,80} delayed|"
    r"mail could not be delivered|message undeliverable|non[- ]remis ?:|échec de la remise|nicht zustellbar: |"
    r"unzustellbar: |no se puede entregar: |não é possível entregar: |non recapitabile: |onbestelbaar: |"
    r"olevererbart: |olevererbar: |kan ikke leveres: |niedostarczalne: |недоставлено|не удалось доставить|配信不能|配信エラー|無法傳遞|无法传递|"
    r"退信)"
)

OUT_OF_OFFICE = re.compile(
    r"^(?:"
    r"automatic reply\b|auto[- ]?reply\b|autoreply\b|auto[- ]?response\b|autoresponse\b|automated (?:reply|response)\b|"
    r"out of (?:the )?office\b|ooo\b[:-]|away from (?:the )?office\b|on (?:vacation|annual leave|holiday leave)\b|"
    r"i am (?:currently )?out of (?:the )?office|"
    r"automatische (?:antwort|antwoord)|automatisch antwoord|abwesenheits|abwesend\b|abwesenheit\b|ich bin nicht im büro|"
    r"afwezig(?:heid)?\b|"
    r"réponse automatique|reponse automatique|absence du bureau|message d.absence|je suis absent|"
    r"risposta automatica|fuori (?:sede|ufficio)|assente dall.ufficio|"
    r"respuesta automática|respuesta automatica|fuera de (?:la )?oficina|ausente de la oficina|"
    r"resposta automática|resposta automatica|fora do escritório|ausência (?:temporária|do escritório)|"
    r"autosvar\b|automatisk svar|automatiskt svar|frånvaro|ikke til stede\b|fravær|fraværsmelding|"
    r"automaattinen vastaus|poissaoloilmoitus|poissa\b|"
    r"automatyczna odpowiedź|autoodpowiedź|nieobecność|poza biurem|"
    r"automatická odpověď|automatická odpoveď|mimo kancelář|nepřítomnost|"
    r"automatikus válasz|házon kívül|răspuns automat|автоматичен отговор|"
    r"автоматический ответ|автоответ|нет на месте|вне офиса|автоматична відповідь|"
    r"otomatik yanıt|otomatik cevap|ofis dışında|"
    r"αυτόματη απάντηση|εκτός γραφείου|"
    r"پاسخ خودکار|خارج از دفتر|رد تلقائي|خارج المكتب|תשובה אוטומטית|מענה אוטומטי|"
    r"自動応答|自動返信|不在通知|不在のお知らせ|自动回复|自動回覆|自动答复|자동 ?회신|자동 ?응답|부재중|ตอบกลับอัตโนมัติ|trả lời tự động|balasan otomatis"
    r")"
)

NO_REPLY = re.compile(
    r"^(?:.*[-_.+])?(?:no[-_.]?repl(?:y|ies)|do[-_.]?not[-_.]?reply|dont[-_.]?reply|not?[-_.]?respond|noreply\d*|"
    r"ne[-_.]?pas[-_.]?repondre|nicht[-_.]?antworten|keine[-_.]?antwort|no[-_.]?responder|no[-_.]?contestar|"
    r"nao[-_.]?responda|non[-_.]?rispondere|unattended|autoreply|auto[-_.]?reply|autoresponder)(?:[-_.+].*)?$"
)

COMPLAINT_SUBJECTS = re.compile(
    r"^(?:complaint about message from |abuse report\b|\[?arf\]? |email feedback report for )"
)

_REPLY_MARK = re.compile(
    r"^\s*(?:(?:re|aw|sv|antw|odp|vs|fwd?|wg|tr|rv|i|enc)(?:\[\d{1,3}\])?\s*:\s*)+", re.IGNORECASE
)


def bare_subject(subject: str) -> str:
    """A subject without leading reply and forward marks, case-folded, spaces folded."""
    return " ".join(_REPLY_MARK.sub("", subject).casefold().split())
