"""What delivery reports call themselves, for those that do not come as RFC 3464 asks.

Subjects are compared without leading reply marks and case-folded, texts without quote marks. Data: a mail system
that words it otherwise is added by its words. What is ambiguous alone ("delivery failed") counts only together
with other evidence; screening.py weighs it.
"""

import re

from app.mail.inbound.wordings import Wordings

ROBOT = re.compile(r"^(?:mailer[-_.]?daemon|mail[-_.]?daemon|microsoftexchange[0-9a-f]{32})\b")
"""Local parts that send nothing but reports."""

SENDERS = re.compile(
    r"^(?:mailer[-_.]?daemon|mail[-_.]?daemon|p[o]{1,2}st[-_.]?master|mail-?delivery|mdaemon|bounces?|double-bounce|"
    r"courier|smtp|sysadmin|mail-?system|mailer|mailerror|mail-?admin|microsoftexchange[0-9a-f]{32})$"
)
NOBODY = re.compile(
    r"^(?:mailer[-_.]?daemon|mail[-_.]?daemon|p[o]{1,2}stmaster|mail-?delivery|mdaemon|bounces?|double-bounce)$"
)
"""Of these, the ones that are no person's address either, whatever they write."""
NAMES = re.compile(
    r"mail deliver(?:y|er) (?:sub)?system|mail delivery service|mailer[-_ ]?daemon|mail administrator|"
    r"mail transport system|internet mail delivery|system administrator|systemadministrator|systemadministratör|"
    r"administrateur système|courier mail server|interscan|mail delivery agent|email delivery|mail system|mdaemon|"
    r"microsoft outlook|系统管理员|系統管理員|postmaster"
)

SUBJECTS = re.compile(
    r"^(?:\[?bounce\]?\b|undelivered mail|returned mail\b|returned to sender|return(?:ed)? receipt: undeliver|"
    r"postmaster notify: |\[postmaster\] |delivery status(?: notification)?\b|delivery report\b|"
    r"delivery notification: |delivery failure|delivery failed|delivery has failed|failed delivery|failure delivery|"
    r"permanent delivery failure|mail (?:delivery )?fail(?:ed|ure)|mail delivery (?:system|problem|error|status)|"
    r"mail error\b|mail system error|unknown address error|failure notice|failed mail|"
    r"undeliver(?:able|ed)(?: mail| message| email|:|$)|message undeliver|message (?:delivery|frozen|not delivered)|"
    r"message delivery has (?:been delayed|failed)|warning: (?:could not send message|message .{0,80}delayed|delayed mail)|"
    r"notice: mail delivery|delayed mail|mail (?:could not be|was not|not) delivered|"
    r"your (?:message|mail|e-?mail) (?:could not|couldn't|was not|has not been) (?:be )?(?:delivered|sent)|"
    r"sorry, your message could not be delivered|there was an error sending your mail|"
    r"we had trouble delivering|\*{0,2}message you sent blocked|email delivery failure|rejected(?: mail)?: |"
    r"error\(s\) in forwarding|quota exceeded|mailbox (?:full|unavailable)|banned file|postfix smtp server: errors|"
    r"non[- ]remis ?:|échec de (?:la )?(?:remise|livraison|distribution)|message non (?:remis|distribué)|"
    r"(?:e-?mail |nachricht )?nicht zustellbar\b|unzustellbar|zustellung fehlgeschlagen|zustellungsfehler|"
    r"fehler bei der zustellung|unzustellbare (?:mail|nachricht)|"
    r"no se (?:puede|pudo) entregar|no entregado|error de entrega|correo (?:no entregado|devuelto)|"
    r"não é possível entregar|não foi possível entregar|não entregue|falha na entrega|"
    r"non recapitabile|mancato recapito|impossibile recapitare|consegna non riuscita|"
    r"onbestelbaar|niet bezorgd|bezorging mislukt|olevererbar|det går inte att leverera|kan ikke leveres|"
    r"ikke levert|kunne ikke leveres|toimittaminen epäonnistui|ei voida toimittaa|"
    r"niedostarczaln|nie dostarczono|nie można dostarczyć|nedoručitelné|nedoručiteľn|nedoručeno|"
    r"kézbesíthetetlen|sikertelen kézbesítés|nelivrabil|nu a putut fi livrat|не(?:доставлен|доставимо)|"
    r"не удалось доставить|сообщение не доставлено|не вдалося доставити|недоставено|teslim edilemedi|iletilemedi|"
    r"δεν ήταν δυνατή η παράδοση|μη παραδοτέο|تعذر (?:ال)?تسليم|لم يتم تسليم|לא ניתן למסור|تحویل نشد|"
    r"配信不能|配信エラー|配送不能|配信できません|メッセージを配信できません|メール配信に失敗|送信できません|エラーメール|"
    r"無法傳遞|无法传递|无法投递|退信|系统退信|投递失败|배달 실패|전송 실패|반송|gửi thất bại|không gửi được|"
    r"ส่งไม่สำเร็จ|tidak terkirim|gagal terkirim)"
)

OPENINGS = Wordings(
    r"this is the (?:qmail|mail|postfix|courier|machine|email system|mail delivery)|hi\. this is the|"
    r"this (?:message|report|is an? message) was (?:created|generated) automatically by|"
    r"this is an automatically generated (?:delivery|bounce|message from)|this is a delivery (?:status|failure)|"
    r"this report relates to a message you sent|this is a warning message only|"
    r"i'?m sorry to have to inform you|i(?:'m| am) afraid i wasn't able to deliver|i was unable to deliver|"
    r"-{2,}\s?the following addresses had|-{2,} transcript of session|-{3,} failure reasons|"
    r"the original message was received at|delivery to the following recipients?|"
    r"did not reach the following recipient|your message (?:to .{0,200}? )?(?:did not reach|was not delivered|"
    r"could not be (?:delivered|sent)|couldn't be delivered|has been delayed|wasn't delivered|cannot be delivered)|"
    r"(?:could|can) ?not be delivered to|unable to deliver (?:your |the )?(?:message|mail|following)|"
    r"the following (?:recipient|address|message|mail address|destination)[^\n]{0,60}"
    r"(?:fail|cannot|could not|not be|were affected|did not|undeliver)|the following recipients were affected|"
    r"your message\s*\n\s*(?:to|from|subject)\s*:[^\0]{0,400}?(?:did not reach|could not be delivered|was not delivered)|"
    r"your mail sent on: |each of the following recipients was rejected|error: no valid recipients|"
    r"message could not be delivered to mobile|the user\(?s?\)? account is |"
    r"generating server: |diagnostic information for administrators|"
    r"this message has been rejected|your message was automatically rejected|an error occurred while sending mail|"
    r"^message from \S+\.\s*$[\s\S]{0,20}unable to deliver|we had trouble delivering|we'?re sorry to (?:inform|say)[^\n]{0,60}deliver|"
    r"ihre nachricht[^\n]{0,80}nicht zugestellt|konnte nicht zugestellt werden|n'a pas pu être (?:remis|distribu|livr)|"
    r"no se (?:ha )?pud(?:o|ido) entregar|não pôde ser entregue|non è stato possibile recapitare|"
    r"kon(?:den)? niet worden (?:bezorgd|afgeleverd)|nie (?:mogła|można było)[^\n]{0,30}dostarcz|"
    r"не (?:было|может быть|удалось)[^\n]{0,30}достав|"
    r"次(?:のあて先|の宛先|のメールアドレス|の受信者)|あて先不明|配信できませんでした|送信できませんでした|"
    r"エラーのため|メールの?配信[^\n]{0,20}失敗|您的邮件[^\n]{0,30}(?:退回|无法)|无法(?:送达|投递)|無法(?:送達|傳遞)"
)
"""How the text of a report begins, or what stands near its beginning."""

ORIGINAL = re.compile(
    r"^(?:[-=_*> ]{2,100}.{0,12}(?:original|ursprüngliche|returned|undelivered|unsent|copy|headers?|message (?:text|header|follows)|"
    r"本文|原文|元のメ).{0,60}|.{0,20}below this line is a copy.{0,40}|.{0,10}original message follows.{0,20}|"
    r"-{3,} ?this is a copy of (?:the|your) message.{0,80}|received: (?:from|by) .{0,400}|return-path: ?<.{0,300}|"
    r".{0,30}headers? of (?:the|your) (?:original )?(?:message|mail).{0,60}|------=_.{0,80})$",
    re.IGNORECASE | re.MULTILINE,
)
"""Where the returned mail begins: what stands below it is not the report's word."""

# Where a host gives no code at all. Order: the temporary wordings first, as they often name the cause too.
WORDINGS = tuple(
    (status, Wordings(wording))
    for status, wording in (
        (
            "4.4.7",
            (
                r"will (?:continue to be )?(?:re)?tr(?:y|ied)|not yet been delivered|has been delayed|delivery is delayed|"
                r"will be retried|will keep trying|still trying|warning message only|temporarily deferred|nicht zugestellt, weitere"
            ),
        ),
        (
            "4.4.7",
            (
                r"(?:past|for|last|within|after) (?:more than )?\d+ (?:hours?|days?|minutes?)|retry time(?:out| not reached)|"
                r"queue too long|message expired|expired after|delivery time expired|time limit exceeded|timed out|timeout"
            ),
        ),
        (
            "4.4.1",
            (
                r"connection\s+(?:timed\s+out|refused|reset|dropped|failed)|lost\s+connection|could\s+not\s+connect|network\s+(?:is\s+)?unreachable|"
                r"refused\s+to\s+talk|(?:host|server)\s+(?:is\s+)?(?:down|unreachable|not\s+(?:available|responding))"
            ),
        ),
        ("4.0.0", r"temporar(?:y|ily)|try\s+again\s+later|greylist|graylist|deferred|vorübergehend"),
        (
            "5.2.2",
            (
                r"(?:mailbox|inbox|mail ?box|postfach) (?:is |ist )?(?:full|voll|over)|over ?quota|quota (?:exceeded|full)|"
                r"exceeded (?:its|the|his) (?:storage|quota)|disk space|容量|いっぱい|storage limit|boîte.{0,30}pleine"
            ),
        ),
        (
            "5.1.1",
            (
                r"user unknown|unknown user|(?:user|mailbox|account) not found|no such (?:user|recipient|mailbox|person)|does(?: not|n't) exist|"
                r"no mailbox|invalid (?:recipient|address)|recipient (?:unknown|not found|address rejected)|unknown (?:recipient|address|account)|"
                r"not (?:a valid|listed in)|unbekannter (?:empfänger|benutzer)|ユーザーが?(?:不明|見つかり|存在)|あて先不明|"
                r"account (?:has been )?(?:disabled|inactive|closed|suspended)|mailbox unavailable|no longer (?:valid|available)"
            ),
        ),
        (
            "5.1.2",
            (
                r"(?:host|domain)\s(?:.{0,60}\s)?(?:unknown|not\s+found)|unknown (?:host|domain)|no route to host|name (?:server|service) error|"
                r"ホスト不明"
            ),
        ),
        (
            "5.7.1",
            (
                r"(?:looks like|detected|considered|identified)[^\n]{0,30}spam|blocked (?:by|for|using)|policy (?:reasons|violation)|"
                r"access denied|not authorized|rejected by|prohibited|banned|virus"
            ),
        ),
        (
            "5.3.4",
            r"(?:message|mail) (?:is )?too (?:big|large)|size (?:exceeds|limit)|exceeds (?:the )?(?:maximum|size)",
        ),
    )
)
FAILED = Wordings(
    r"fail|permanent|undeliver|could\s*n[o']t|cannot\s+be|was\s+not\s+(?:be\s+)?delivered|unable\s+to\s+deliver|returned|rejected|"
    r"did\s+not\s+reach|nicht\s+zu(?:ge)?stell|unzustellbar|n'a\s+pas\s+pu|no\s+se\s+p|não\s+|non\s+recapit|onbestelbaar|"
    r"не\s?достав|できませんでした|エラー|退信|无法|無法"
)
"""The mail is given up: without a code, that is of class 5."""

COMPLAINT_SUBJECTS = re.compile(
    r"^(?:complaint about message from |abuse report\b|\[?arf\]? |email feedback report for |fbl report|aol feedback loop)"
)
COMPLAINT_TEXTS = re.compile(
    r"\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){3,7}|feedback-type:|source-ip:|^received: |\bspam\b|"
    r"abuse report for an? (?:e-?mail|message)|feedback loop",
    re.MULTILINE,
)
"""What a report names beside its subject, which a customer may write too: the host, the mail, the word."""
COMPLAINT_SENDERS = re.compile(
    r"^(?:staff@hotmail\.com|complaints@email-abuse\.amazonses\.com|"
    r"(?:fbl|feedbackloop|feedback-loop|abuse-report)@.+|scomp@aol\.net)$"
)
