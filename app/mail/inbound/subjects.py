"""What a subject says about its thread: its bare words, whether it is an answer's, and whether it tells anything.

Mail programs put marks before the subject of what they answer or forward (`subject_marks`), and desks, lists and
scanners add tags in brackets. Without these, an answer bears the subject that it answers (RFC 5322, 3.6.5).
"""

import re
import unicodedata
from dataclasses import dataclass

from app.mail.subject_marks import MARK

_LONGEST = 998  # RFC 5322, 2.1.1

_TAG = re.compile(r"\[[^\[\]]{1,60}\]\s*")
_TRAILING = re.compile(r"(?:\s*[\[(](?:fwd?|no subject)[\])])+\s*$")
_WORD = re.compile(r"[^\W\d_]{2,}(?:['’][^\W\d_]+)?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")

# What so many customers write that it tells one matter of a person no better than another. Data: add a language here.
_COMMON = """
order orders ordering question questions query inquiry enquiry request hello hi hey dear help support info information
contact message mail email urgent important issue problem customer service no subject none test reply answer update
about my your the an for of to on with please thanks thank you and number nr ref regarding concerning from website form
bestellung bestellungen frage fragen anfrage hallo hilfe kontakt nachricht betreff kein dringend wichtig meine mein zur zu
zum der die das eine bitte danke nummer bestellnummer rückfrage
commande commandes demande bonjour aide sujet sans objet ma mon une votre la le les de du pour numéro renseignement
pedido pedidos pregunta consulta hola ayuda contacto mensaje asunto sin mi un una el los para número
ordine ordini domanda richiesta ciao salve aiuto contatto messaggio oggetto mio il per numero informazioni
encomenda pergunta dúvida olá oi ajuda contato contacto mensagem assunto sem meu minha
vraag vragen bestelling hulp bericht onderwerp mijn een het over
beställning fråga hej hjälp meddelande ämne min om ett spørgsmål ordre bestilling hei hjelp spørsmål melding
zamówienie pytanie pomoc wiadomość temat brak mój moje cześć
sipariş soru merhaba yardım konu mesaj hakkında
заказ вопрос привет здравствуйте помощь сообщение тема без темы мой по
سفارش سوال سؤال پرسش سلام درود کمک پیام موضوع بدون من درباره شماره
طلب سؤال استفسار مرحبا السلام عليكم مساعدة رسالة موضوع
הזמנה שאלה שלום עזרה הודעה
订单 订购 问题 您好 你好 帮助 咨询 詢問 訂單 問題 注文 質問 お問い合わせ 問い合わせ こんにちは 주문 문의 질문 안녕하세요
"""
_TELLS_NOTHING = frozenset(_COMMON.split())


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject as threads are compared by.

    Attributes:
        bare: Without marks and tags; case and width folded, spaces folded. May be empty.
        is_reply: It began with the mark of an answer (not only of a forwarded mail).
        is_forward: Its first mark is that of a forwarded mail.
    """

    bare: str
    is_reply: bool
    is_forward: bool = False

    @property
    def is_telling(self) -> bool:
        """It has a word besides numbers and what everybody writes: "Order #1035" tells nothing, whoever knows the number."""
        return any(word not in _TELLS_NOTHING for word in _WORD.findall(self.bare))


def read_subject(subject: str) -> Subject:
    """Read a decoded subject."""
    text = unicodedata.normalize("NFKC", _CONTROL.sub("", subject[:_LONGEST].replace("\t", " ")))
    text = " ".join(text.casefold().split())
    is_reply, is_forward, position = False, False, 0
    while (found := MARK.match(text, position) or _TAG.match(text, position)) is not None:
        if found.re is MARK:
            is_forward = is_forward or not (is_reply or found["reply"])
            is_reply = is_reply or bool(found["reply"])
        position = found.end()
    return Subject(_TRAILING.sub("", text[position:]).strip(), is_reply, is_forward)
