"""How mails end, in many languages: footers of mobile programs, closings, secrecy notices. Data: add a language here."""

import re

# A mail program names itself; how such a line may begin …
SENT_FIRST = re.compile(
    r"(?:sent (?:from|via|with|by|using|through|on)|envoyé (?:de|depuis|à partir|avec|via|par)|gesendet (?:von|mit|über|via|aus)|"
    r"enviad[oa] (?:desde|do|da|de|a partir|com|con|pelo|pela|por|via|mediante)|inviat[oa] (?:da|dal|con|tramite)|"
    r"(?:verzonden|verstuurd) (?:met|vanaf|via|vanuit|door)|skickat (?:från|med|via)|sendt (?:fra|med|via)|lähetetty|"
    r"wysłan[eoay] (?:z|ze|za|przez)|odesláno (?:z|ze|pomocí)|odoslané (?:z|zo|pomocou)|(?:el)?küldve|trimis (?:de|din|cu)|"
    r"(?:στάλθηκε|εστάλη) (?:από|με)|отправлено (?:с|со|из|от|через)|надіслано (?:з|із|зі|через)|изпратено (?:от|с)|"
    r"poslano (?:s|z|sa|iz)|послато (?:са|с|из)|saadetud|nosūtīts|išsiųsta|enviat (?:des|amb)|发自|發自|来自我的|來自我的|"
    r"ارسال شده (?:از|با)|ارسال از|فرستاده شده از|أُرسلت من|أرسلت من|أرسل من|تم الإرسال من|مرسل من|נשלח מ|"
    r"(?:đã |được )?gửi từ|ส่งจาก|dikirim (?:dari|melalui)|dihantar dari|from my)",
    re.IGNORECASE,
)
# … or be as a whole, where "sent" stands last.
SENT_LAST = re.compile(
    r"^(?:(?:von (?:meinem|meiner|mein\w*/\w+|unterwegs)|diese (?:nachricht|e-?mail) wurde (?:von|mit|über)|mit) .{2,70} (?:gesendet|verschickt)|"
    r"vanaf mijn .{2,40} (?:verzonden|verstuurd)|.{2,40}r[óő]l küldve|.{2,40}(?:dan|den|tan|ten|ile) gönderildi|.{2,30}から送信|"
    r"[从從由].{1,30}(?:发送|發送|傳送|寄出|发出|發出)|.{2,30}에서 (?:보냄|보낸 메일|보냈습니다)|.{2,30} से भेजा गया|.{2,30} سے بھیجا گیا)[\s.!]*$",
    re.IGNORECASE,
)
DEVICES = re.compile(
    r"iphon|ipad|ipod|android|samsung|galaxy|outlook|blackberry|yahoo|proton|tuta|xiaomi|huawei|honor|nokia|htc|xperia|"
    r"oneplus|oppo|vivo|redmi|alcatel|motorola|windows|mailbird|gmail|gmx|web\.de|k-9|aqua ?mail|spark|airmail|mailbox|"
    r"bluemail|typeapp|canary|thunderbird|mail\.ru|яндекс|yandex|почт|myMail|naver|zoho|hushmail|fastmail|icloud|apple|"
    r"mobil|smartphone|handy|telefon|téléphone|teléfono|telefone|telefoon|puhelim|telefón|tablet|phone|cell|device|"
    r"wireless|pixel|surface|webmail|t-online|orange|laposte|libero|virgilio|tiscali|superhuman|missive|"
    r"handheld|mobiel|\bnine\b|\bspike\b|edison|shortwave|\bnewton\b|polymail|mailspring|xfinity|\baol\b|fairemail|tempo|roundcube|"
    r"手机|手機|携帯|邮箱|郵箱|스마트폰|휴대|گوشی|موبایل|آیفون|آیپد|تبلت|هاتف|جوال|נייד|טלפון|אייפון|điện thoại|\bti-85\b|e?mail app",
    re.IGNORECASE,
)
ADVERTISED = re.compile(
    r"^[\W_]*(?:virus-?free|virenfrei|sans virus|libre de virus|privo di virus|virusvrij|livre de vírus|не содержит вирусов|"
    r"wolny od wirusów|yahoo mail: (?:search|stuur|se )|secured with (?:tuta|tutanota)|outlook (?:für|pour|para|per|voor) (?:ios|android)|"
    r"(?:get|download) (?:yahoo mail|bluemail|aqua mail|typeapp)|provenance\W{1,3}courrier pour windows|sent (?:on the go|while on the move)\W*$|"
    r".{0,60}\bchecked for viruses by\b|"
    r".{0,60}\bauf viren (?:geprüft|überprüft)\b|.{0,80}\bvirus (?:par|por|da) (?:le logiciel )?(?:antivirus )?av(?:ast|g)\b|"
    r"www\.(?:avast|avg)\.com|"
    r"\w+ from mobile\W*$|(?:sent |written |typed )?(?:from|via) (?:a |my )?(?:mobile|phone|galaxy|cell|iphone)\b.{0,12}$)",
    re.IGNORECASE,
)

# Outlook's own offer of itself, on phones of every language: "Get Outlook for Android".
OFFERED = re.compile(
    r"^(?=.{0,60}outlook)(?=.{0,70}(?:android|\bios(?![a-z])|\bmac\b))(?=.{0,70}(?:\bget|download|obten|télécharg|descarg|baix|ottieni|scarica|holen|"
    r"herunterlad|laden|hämta|skaff|hent|\bfå\b|last ned|hanki|lataa|pobierz|získ|stáhn|stiahn|letölt|beszerz|obțin|descărc|изтегл|вземете|"
    r"скач|получ|загруз|завантаж|отрима|edinin|indir|αποκτ|λήψη|השג|הורד|קבל|احصل|الحصول|تنزيل|تحميل|دریافت|دانلود|入手|ダウンロード|获取|下载|取得|下載|"
    r"다운로드|가져오기|받기|tải|รับ|ดาวน์โหลด|dapatkan|unduh|muat turun|nabav|preuzm|pridob|prenes|hank|iegūst|lejup|gauk|atsisiųs|baixeu|преузм)).{1,80}$",
    re.IGNORECASE,
)

# Alone on its line, it closes a letter.
CLOSING = re.compile(
    r"^\W*(?:(?:with )?(?:best|kind|warm|kindest|warmest|many)(?: regards| wishes| thanks)?|regards|sincerely(?: yours)?|"
    r"yours(?: (?:sincerely|faithfully|truly))?|cheers|thanks(?: again| a lot| so much)?|thank you|many thanks|"
    r"thanks (?:and|&) (?:best |kind )?regards|br|"
    r"mit (?:freundlichen|besten|herzlichen|lieben) grüßen|mit (?:freundlichem|bestem|liebem) gruß|freundliche grüße|"
    r"viele grüße|beste grüße|liebe grüße|herzliche grüße|schöne grüße|(?:viele|beste|liebe|herzliche|freundliche) grüsse|"
    r"mfg|vg|lg|gruß|grüße|danke|vielen dank|(?:bien )?cordialement|bien à vous|sincères salutations|"
    r"meilleures salutations|merci(?: d'avance)?|(?:un )?(?:cordial )?saludos?(?: cordiales?)?|atentamente|gracias|"
    r"(?:cordiali|distinti) saluti|un saluto|saluti|grazie|atenciosamente|att|cumprimentos|com os melhores cumprimentos|"
    r"obrigad[oa]|met vriendelijke groet(?:en)?|vriendelijke groet(?:en)?|groet(?:en|jes)?|mvg|bedankt|"
    r"(?:med )?vänlig(?:a)? hälsning(?:ar)?|mvh|med venlig hilsen|venlig hilsen|med vennlig hilsen|vennlig hilsen|hilsen|"
    r"ystävällisin terveisin|terveisin|pozdrawiam(?: serdecznie)?|z poważaniem|s pozdravem|s pozdravom|üdvözlettel|"
    r"tisztelettel|cu stimă|cu respect|saygılarımla|iyi çalışmalar|με εκτίμηση|с уважением|с повагою|поздрави|"
    r"s poštovanjem|lp|敬具|此致|谢谢|謝謝|감사합니다|با احترام|با تشکر|ممنون|سپاس|مع التحية|مع خالص التحية|شكرا|"
    r"בברכה|תודה|trân trọng|salam|hormat saya)[\s,.!،。]*$",
    re.IGNORECASE,
)
CLOSING_IN_ASCII = re.compile(CLOSING.pattern.replace("ı", "i"))
"""The same for lines in lower case; ignoring case, an i is also a dotless one."""
# What only a signature says: how else to reach someone.
CONTACT = re.compile(
    r"^[\s|•*]*(?:t|p|m|f|e|w|tel|telefon|telephone|téléphone|tél|teléfono|telefono|telefoon|phone|mobile?|mob|cell|handy|fax|"
    r"móvil|cellulare|gsm|puh|tlf|тел|факс|電話|电话|手机|전화|تلفن|موبایل|هاتف|טלפון|נייד|e-?mail|mail|web|website|www|"
    r"internet|skype|whatsapp|linkedin|instagram|sitz(?: der gesellschaft)?|registergericht|handelsregister|geschäftsführ(?:er|erin|ung)|vorstand|aufsichtsrat|"
    r"ust-?id(?:nr)?|vat|hrb|siret|p\.? ?iva|nip|kvk)\b\.?[^\w\s]?\s*[:.+|(\d]|"
    r"^[\s|•*]*(?:https?://|www\.)\S+\s*$|\b(?:gmbh|ltd|llc|inc|s\.?r\.?l|s\.?a\.?r\.?l|sp\. z o\.?o|b\.v|gesmbh|oy|aps|kft|ооо)\b\.?|"
    r"^[\s|•*<]*[^\s@<>]+@[^\s@<>]+\.[a-z]{2,}[\s>]*$|^[\s|•*(]*\+?\(?\d[\d\s()/.-]{6,18}$",
    re.IGNORECASE,
)

GREETING = re.compile(
    r"^\W*(?:(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|hallo|guten (?:tag|morgen|abend)|moin|servus|"
    r"liebe[rs]?|sehr geehrte\w*|bonjour|bonsoir|salut|hola|buenos días|buenas(?: tardes)?|ciao|buongiorno|buonasera|salve|"
    r"olá|oi|bom dia|boa tarde|hoi|beste|goedemorgen|goedendag|hej|hejsan|hei|moi|cześć|dzień dobry|witam|dobrý den|ahoj|"
    r"szia|jó napot|bună(?: ziua)?|merhaba|selam|iyi günler|γεια(?: σας)?|καλημέρα|здравствуйте|привет|добрый день|"
    r"добрий день|вітаю|здравейте|pozdrav|dobar dan|こんにちは|お世話になっております|你好|您好|안녕하세요|سلام|با سلام|درود|مرحبا|"
    r"السلام عليكم|שלום|xin chào|halo|selamat \w+|สวัสดี|नमस्ते)(?:[ ,]+[\w.&'’-]+){0,4})\W*$",
    re.IGNORECASE,
)
# Says that what follows is to be read.
POINTER = re.compile(
    r"^\W*(?:(?:please )?see (?:(?:the )?(?:e-?mail|message|thread) )?below|fyi|for your information|siehe unten|s\. ?u\.?|"
    r"zur (?:info|kenntnis|information)|(?:voir|cf\.?) ci-dessous|pour (?:info|information)|ver (?:más )?abajo|vedi sotto|"
    r"ver abaixo|zie (?:onder|hieronder)|ter info|se nedan|se nedenfor|katso alla|patrz poniżej|viz níže|см\. ниже|"
    r"ниже|aşağıya bakınız|見て|如下|아래 참조|به زیر|انظر أدناه|ראה למטה)\W*$",
    re.IGNORECASE,
)
