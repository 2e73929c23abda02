"""The words by which a sentence shows that it speaks to a machine, or asks it for what no shop is asked."""

# What a machine is told to shape: its own output.
OUTPUT = r"(?:answer|answers|reply|replies|response|responses|output|message|email|e-mail|text|completion|reaction)"
SHAPE_VERBS = (
    r"add|append|insert|include|integrate|incorporate|embed|weave|put|place|mention|modify|change|alter|adapt|adjust|augment|"
    r"enhance|enrich|extend|expand|end\s+(?:your|each|every)|begin|start|finish|conclude|sign|replace|substitute|swap|exchange|remove|delete|omit|skip|"
    "strip|drop|use|apply|convert|transform|translate|encode|encrypt|decode|cipher|obfuscate|encipher|reverse|invert|mirror|flip|"
    "rotate|shift|rearrange|reorder|scramble|jumble|shuffle|mix|anagram|misspell|introduce|spell|group|combine|split|join|"
    "capitali[sz]e|render|write|rewrite|rephrase|paraphrase|format|provide|give|deliver|present|phrase|suggest|offer|promote|"
    "advertise|recommend|tease|invite|encourage|emphasi[sz]e|highlight|stress|hint|claim|state|spread|link|direct|point|make|"
    "craft|compose|respond|reply|answer|print|repeat|display|show|fill|pad|prefix|suffix|alternate|express|inject|slip|share"
)
# What a customer may well ask of a reply.
SHOP_WISHES = (
    r"track|invoice|receipt|label|confirm|order|refund|return|ship|deliver|parcel|package|address|date|price|cost|number|link|"
    r"photo|picture|option|quote|status|details|information|discount|code|eta|proof|instruction"
)

# What people ask shops about. A question that has none of these and no I, you, my, this … is a question for an encyclopedia.
SHOP_WORDS = (
    r"order|parcel|package|shipment|shipping|ship|shipped|deliver\w*|dispatch\w*|courier|carrier|track\w*|arriv\w*|return\w*|"
    r"refund\w*|exchang\w*|replac\w*|cancel\w*|invoice\w*|receipt\w*|payment\w*|pay|paid|paypal|klarna|card|charge\w*|price\w*|"
    r"cost\w*|discount\w*|coupon\w*|voucher\w*|code|promo\w*|sale|gift|stock|available|availability|sold|restock\w*|back in|"
    r"size\w*|sizing|fit|colou?r\w*|material\w*|fabric|made of|weight|dimension\w*|height|width|length|diameter|capacity|volume|"
    r"product\w*|item\w*|article\w*|shop|store|website|account|login|log in|password|email|newsletter|subscri\w*|unsubscri\w*|"
    r"warranty|guarantee|repair\w*|broken|damaged|defect\w*|missing|wrong|customer|support|service|address|postage|customs|"
    r"duty|tax|vat|pickup|pick up|collect\w*|express|standard|overnight|dishwasher|microwave|wash\w*|assembl\w*|battery|"
    r"compatible|ingredient\w*|allerg\w*|vegan|catalog\w*|wholesale|buy\w*|purchase\w*|checkout|basket|cart|policy|policies|"
    r"opening|hours|open|quantity|pieces?|set|pack|bundle|box|collection|edition|model|version|spare|part|parts|quality|"
    r"review\w*|warehouse|factory|manufactur\w*|fee|fees|deadline|label|tea|cup|mug|plate|bowl|vase|teapot|candle|shirt|shoe\w*|"
    r"dress|jacket|blanket|lamp|bag|ring|necklace|phone|cable|case"
)
PERSONAL = r"today|tomorrow|yesterday|tonight|last|next|i|i'm|i've|i'd|i'll|me|my|mine|we|we're|our|ours|us|you|your|yours|it|its|it's|this|that|these|those|they|them|their|there|here"
KNOWLEDGE_VERBS = (
    r"explain|describe|define|outline|summari[sz]e|discuss|analy[sz]e|compare|contrast|elaborate|illustrate|break down|list|"
    r"write|compose|draft|develop|create|generate|design|produce|provide|give|tell|recite|sing|translate|convert|calculate|"
    r"compute|solve|evaluate|simplify|prove that|derive|classify|identify|determine|research|predict|forecast|estimate|imagine|"
    r"pretend|suppose|brainstorm|suggest|recommend|teach|demonstrate|implement|debug|refactor|optimi[sz]e|automate|"
    r"schedule|plan|organi[sz]e|rank|rate|rewrite|paraphrase|proofread|improve|extract|count|spell|rhyme|help with|can you show|"
    r"could you show|can you explain|can you write|can you help|could you write|could you explain|what can you tell"
)
SUBJECTS = (
    r"poem|haiku|(?:a|the) speech\b|letter to|sonnet|limerick|essay|short story|story about|novel|song about|lyrics|joke|riddle|fun fact|"
    r"recipe|python|javascript|java|php|sql|html|css|c\+\+|rust|golang|regex|algorithm|function to|recursion|mysql|database|"
    r"equations?|integral|derivative|theorem|photosynthesis|relativity|quantum|capital of|president|prime minister|world war|"
    r"history of|causes of|climate|economy|stock market|cryptocurrency|bitcoin|elections?|politic\w*|celebrity|movie|film plot|"
    r"plot of|shakespeare|homework|essay|thesis|sentiment|machine learning|neural network|blockchain|(?:translate|translation|say|equivalent|what's|what is|mean)\b.{0,80}\b(?:in|to|into|for) (?:french|spanish|german|"
    r"italian|russian|chinese|japanese|arabic|persian|english|korean|portuguese|hindi|latin)\b"
)

# Orders that override others. Each line is one way of saying it, in the languages that our customers write.
IGNORE = (
    r"ignore|disregard|forget|override|bypass|ignoriere?n?|vergiss|vergessen\s+sie|missachte|oublie[zr]?|ignore[zr]|n[ée]glige[zr]?|"
    r"ignora[dr]?|ignore|olvida[dr]?|dimentica|ignori|esque[cç]a|negeer|vergeet|yok\s+say|unut|g[öo]rmezden\s+gel|zignoruj|zapomnij|"
    r"игнорируй\w*|забудь\w*|نادیده\s+بگیر\w*|فراموش\s+کن\w*|تجاهل|انس|忽略|忘记|無視|忘れ"
)
RULES = (
    r"instructions?|prompts?|rules?|guidelines?|directives?|constraints?|programming|anweisung(?:en)?|regeln?|vorgaben?|consignes?|"
    r"r[èe]gles|instrucciones|reglas|istruzioni|regole|instru[çc][õo]es|regras|instructies|regels|talimat\w*|kural\w*|instrukcj\w*|"
    r"zasad\w*|инструкци\w*|правил\w*|دستور\w*|قوانین|قواعد|التعليمات|الأوامر|القواعد|指令|指示|规则|規則|ルール"
)
BECOME = (
    r"you\s+are\s+(?:now|no\s+longer|dan\b|in\s+\w+\s+mode|an?\s+(?:\w+\s+){0,2}?(?:ai|bot|chatbot|assistant|model|llm))|"
    r"du\s+bist\s+(?:jetzt|nun|ab\s+sofort|ein)|tu\s+es\s+(?:maintenant|d[ée]sormais)|vous\s+[êe]tes\s+(?:maintenant|d[ée]sormais)|"
    r"(?:ahora\s+eres|eres\s+ahora)|(?:ora\s+sei|sei\s+ora|agora\s+[ée]s)|voc[êe]\s+agora\s+[ée]|je\s+bent\s+nu|art[ıi]k\s+sen|"
    r"تو\s+(?:الان|اکنون|حالا)\s+.{0,40}هستی|أنت\s+الآن|ты\s+теперь|你现在是|あなたは今"
)
MACHINE = (
    r"(?:to|note\s+to|as|dear|hey|attention)\s+(?:an?\s+|the\s+|my\s+)?(?:ai|llm|gpt|chatgpt|language\s+model|ai\s+assistant|system|model|"
    r"automated\s+(?:agent|system|assistant)|bot)\b|(?:an\s+(?:die\s+ki|das\s+(?:system|modell)|den\s+assistenten))|"
    r"(?:note|instruction|message)\s+(?:au|pour\s+le)\s+(?:mod[èe]le|syst[èe]me)|en\s+tant\s+qu[e']\s*(?:assistant|ia|mod[èe]le)|"
    r"(?:como|al)\s+(?:asistente|modelo\s+de)|nota\s+(?:al|per\s+il)\s+(?:modelo|modello|sistema)|come\s+assistente|"
    r"توجه\s+(?:سیستم|مدل|ربات)|(?:ای|به)\s+(?:هوش\s+مصنوعی|مدل)|إلى\s+(?:النظام|النموذج|المساعد)|系统提示|システム(?:指示|プロンプト)"
)
MODES = (
    r"(?:developer|debug|god|admin|maintenance|dan|unrestricted|sudo|root)\s+mode|modo\s+(?:depuraci[óo]n|desarrollador|administrador)|"
    r"mode\s+(?:d[ée]veloppeur|d[ée]bogage|admin\w*)|(?:entwickler|debug|wartungs|admin\w*)-?modus|modalit[àa]\s+(?:sviluppatore|debug)|"
    r"حالت\s+(?:مدیر|توسعه\S*|اشکال\S*)|وضع\s+المطور|режим\s+разработчика|开发者模式|jailbreak|do\s+anything\s+now|prompt\s+injection|system\s*prompt"
)
UNCHECKED = (
    r"(?:customer|sender|user|identity|requester|owner)\s+(?:has\s+been|is|was)\s+(?:already\s+|hereby\s+)?(?:verified|authori[sz]ed|authenticated|the\s+(?:shop\s+)?owner)|"
    r"treat\s+(?:me|this\s+sender)\s+as\b|(?:skip|omit|without)\s+(?:the\s+|any\s+)?(?:identity\s+)?(?:verification|check(?:s|ing)?|review|approval)\b|"
    r"authori[sz]ed\s+me|(?:kunde|absender|identit[äa]t)\s+(?:ist|wurde)\s+(?:bereits\s+)?(?:verifiziert|best[äa]tigt|autorisiert)|"
    r"(?:ne\s+pas\s+v[ée]rifier|sans\s+(?:v[ée]rification|demander))|(?:omite|sin)\s+(?:la\s+)?(?:comprobaci[óo]n|verificaci[óo]n)|"
    r"senza\s+(?:verifica|controllo)|هویت\s+.{0,30}تأیید\s+شده|بدون\s+(?:بررسی|تأیید)|تم\s+التحقق|override_\w+|"
    r"the\s+reply\s+must\b|decode\s+and\s+(?:obey|follow|execute|run)"
)
OTHERS_DATA = (
    r"\b(?:full|entire|whole|complete)\s+customer\s+list|\b(?:all|every|other)\s+(?:the\s+)?(?:customers?|shoppers?|users?|clients?)\b(?:'s?)?\s*(?:data|orders?|e-?mails?|addresses|details|names)?|"
    r"\b(?:all|every|the\s+last\s+\w+)\s+(?:the\s+)?orders?\s+(?:of|from|data|and)|card\s+data|all\s+order\s+data|"
    r"(?:alle[nr]?|s[äa]mtliche[nr]?)\s+(?:bestellungen|kunden\w*)\s+(?:von|aller)|tous\s+les\s+clients|todos\s+los\s+clientes|tutti\s+i\s+clienti|"
    r"todos\s+os\s+clientes|alle\s+andere\s+klanten|همهٔ?\s*(?:ی\s*)?(?:سفارش\S*|مشتری\S*)|جميع\s+(?:العملاء|الطلبات)|所有客户|すべての顧客"
)
FETCH = (
    r"reveal|print|show|repeat|leak|output|tell|display|dump|list|give|send|export|forward|disclose|share|quote|reply\s+with|nenne|sende|schicke?|"
    r"antworte|gib|donne|envoie|montre|env[íi]a\w*|mu[ée]stra\w*|dame|invia|mostra|rispondi|envie|stuur|geef|g[öo]nder|yaz|بفرست|بگو|نشان\s+بده|أرسل|اعرض|发送|送って"
)
