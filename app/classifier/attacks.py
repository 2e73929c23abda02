"""Sentences of a mail that speak to a machine instead of to a shop: found, so that a person sees such a mail first.

Nothing rests on this: what an instruction in a mail could reach is out of the model's hands by construction. It keeps
agents' eyes on mails that try, and automatic replies away from them. Rules, in the order in which they are cheap:
orders that override others, orders that shape the reply itself, and tasks for an encyclopedia, a writer or a programmer.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from app.classifier import attack_words as words

_LONGEST_TEXT = 100_000
_LONGEST_SENTENCE = 600
_SENTENCE = re.compile(r"[^.!?\n。؟！？]+(?:[.!?。؟！？]+(?=\s|$|[\"'”’)])|[.!?]+(?=[^\s])[^.!?\n。؟！？]*)*")
_QUOTED = re.compile(r"([\"“„«][^\"”“»]{1,200}[\"”“»])|((?<!\w)['‘][^'’\n]{2,200}['’](?!\w))")
_INVISIBLE = re.compile(
    r"[\u200b-\u200f\u2060-\u2064\ufeff\u00ad\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]"
)
_TAGS = re.compile(r"[\U000e0020-\U000e007e]{4,}")


@dataclass(frozen=True)
class Attack:
    """A sentence and what it tries: `override`, `shape_reply` or `foreign_task`."""

    kind: str
    sentence: str


def find_attack(text: str) -> Attack | None:
    """The first sentence of a text that speaks to a machine; None in ordinary mail."""
    shown = text[:_LONGEST_TEXT]
    if _TAGS.search(shown):
        return Attack("override", "Invisible characters that only a machine reads.")
    for sentence in _sentences(_INVISIBLE.sub("", shown)):
        folded = unicodedata.normalize("NFKC", sentence).casefold().replace("’", "'")
        for kind, is_one in _RULES:
            if is_one(folded):
                return Attack(kind, sentence)
    return None


def _sentences(text: str) -> Iterator[str]:
    """Sentences as people end them; lines that were wrapped are taken together with their neighbours, too."""
    for block in re.split(r"\n\s*\n", text):
        unwrapped = _QUOTED.sub(_without_ends, " ".join(block.split()))
        for found in _SENTENCE.finditer(unwrapped):
            sentence = found.group().strip(" \t-*>|:;,#")
            if sentence:
                yield sentence[:_LONGEST_SENTENCE]
        if "\n" in block.strip():
            yield from (
                line.strip(" \t-*>|")[:_LONGEST_SENTENCE] for line in block.split("\n") if line.strip()
            )


def _without_ends(quoted: re.Match[str]) -> str:
    """What is quoted inside a sentence does not end it."""
    return re.sub(r"[.!?]+(?=.)", "", quoted.group())


_OVERRIDE = re.compile(
    rf"""(?:{words.IGNORE})\W+(?:[\w']+\W+){{0,5}}?(?:{words.RULES})(?!\w)
    |(?<!\w)(?:{words.RULES})\W+(?:[\w']+\W+){{0,3}}?(?:{words.IGNORE})
    |(?<!\w)(?:previous|prior|above|earlier|system|your|original|initial)\s+(?:instructions?|prompts?|system\s+message|programming|directives?|guidelines)\b
        (?=.{{0,40}}\b(?:word\s+by\s+word|verbatim|were|are\s+now|no\s+longer|cancell?ed|void))
    |(?:repeat|print|reveal|show|translate|output|summari[sz]e)\s+(?:\w+\s+){{0,2}}?your\s+(?:\w+\s+)?(?:instructions?|prompts?|rules|guidelines)
    |(?<!\w)(?:{words.BECOME})|(?<!\w)(?:{words.MACHINE})|(?<!\w)(?:{words.MODES})|(?<!\w)(?:{words.UNCHECKED})
    |(?:{words.FETCH})\b.{{0,80}}?(?:{words.OTHERS_DATA})|(?:{words.OTHERS_DATA}).{{0,60}}?(?:{words.FETCH})
    |(?<!\w)(?:act|behave|respond|speak|talk|role-?play)\s+(?:as|like)\s+(?:an?|if|the|my)\b(?!\s+(?:gift|replacement|refund|deposit|guest))
    |(?<!\w)pretend\s+(?:to\s+be|you|that\s+you)\b|(?<!\w)new\s+(?:instructions?|rules?|task|role)\s*[:#]
    |(?<!\w)from\s+now\s+on,?\s+(?:you\s+(?:are|will|must)|respond|answer\s+only|act|always)\b
    |<\|?\s*(?:im_start|im_end|system|assistant|endoftext)\b|\[/?inst\]|\[\[?/?\s*(?:admin|system|assistant|sistema)\b|\#{{2,}}\s*(?:system|new|instruction|assistant)
    |(?:^|[.!?\]\)>]\s*|--\s*)(?:system|assistant|developer|sistema|systeem|syst[èe]me|سیستم|النظام)\s*[:：]
    |</?\s*(?:system|instructions?|email(?:-[0-9a-f]+)?|tool|function)\s*>
    |(?<!\w)(?:triage_email|tool_choice|function_call|(?:get|list|propose|search|create|delete|update|send)_[a-z]+(?:_[a-z]+)*)(?!\w)
    |(?<!\w)(?:set|change)\s+(?:the\s+)?intent\b|(?<!\w)approve\s+automatically\b
    |(?<!\w)\w+=[^\s;]+;\s*\w+=[^\s;]+;
    |use\s+this\s+link\s+instead|(?:schreibe?|[ée]cris|escribe|write)\s+(?:stattdessen|[àa]\s+la\s+place|en\s+su\s+lugar|instead)\b
    |(?:i\s+am|i'm|this\s+is|soy|je\s+suis|ich\s+bin|sono)\s+(?:the\s+|your\s+|an?\s+|el\s+|l'|der\s+)?
        (?:developer|system\s+administrator|openai|anthropic|administrador|amministratore|administrateur|(?:\w+\s+){{0,4}}fraud\s+team)\b(?!\s+(?:of|de|der|di))""",
    re.VERBOSE,
)

_OUTPUT_OBJECT = re.compile(
    rf"\b(?:in|into|to|of|from|within|throughout|with|by|for|at\s+the\s+(?:end|beginning|start)\s+of|the\s+\w+\s+of)\s+(?:your|the|its)\s+(?:\w+\s+){{0,2}}?{words.OUTPUT}\b"
    rf"|\b(?:your|the)\s+(?:\w+\s+){{0,1}}?{words.OUTPUT}(?:'s)?\b"
)
_SHAPE = re.compile(
    rf"(?:^|[,;:]\s*|\b(?:and|then|please|also|you\s+(?:must|should|will|have\s+to)|now)\s+)(?:please\s+)?(?:{words.SHAPE_VERBS})\b"
)
_IN_YOUR = re.compile(rf"^(?:in|within|throughout|for|with)\s+(?:all\s+)?your\s+(?:\w+\s+)?{words.OUTPUT}\b")
_WISH = re.compile(rf"\b(?:{words.SHOP_WISHES})", re.IGNORECASE)
_FORMS = re.compile(
    r"\b(?:base64|base\s?32|hex(?:adecimal)?|rot13|caesar|cipher|morse|binary|emojis?|pig\s*latin|anagram\w*|leetspeak|leet|"
    r"alphanumeric\s+substitution|homophonic|backwards|uppercase|lowercase|rhymes?|haiku|letters?\s+with|vowels?|consonants?|"
    r"every\s+(?:second|third|fourth|other|\w+th)\s+(?:word|letter)|misspell\w*|typos|without\s+(?:any\s+)?spaces|spaces\s+from)\b"
)
_LINK = re.compile(
    r"\b(?:www\.|https?://|[a-z0-9-]{2,}\.(?:com|net|org|xyz|io|info|biz|ru|cn|top|click|site|online|shop))\b|@[\w-]+\."
)

_IMPERATIVE = re.compile(
    rf"^(?:please\s+|kindly\s+|now\s+|also,?\s+|then\s+|can\s+you\s+|could\s+you\s+)?(?:{words.KNOWLEDGE_VERBS})\b"
)
_QUESTION = re.compile(
    r"^(?:and\s+|so\s+|also,?\s+)?(?:what|who|whom|whose|when|which|how(?!\s+to\b))(?:'s|'re)?\b.*\?$"
)
_PERSONAL = re.compile(rf"(?<![\w'])(?:{words.PERSONAL})(?![\w'])")
_SHOP = re.compile(rf"\b(?:{words.SHOP_WORDS})\b")
_SUBJECT = re.compile(rf"\b(?:{words.SUBJECTS})")
_ENGLISH = re.compile(
    r"\b(?:the|a|an|of|in|to|is|are|do|does|how|what|who|for|with|about|on|and|between|did|was)\b"
)


def _overrides(sentence: str) -> bool:
    return _OVERRIDE.search(sentence) is not None


def _shapes_reply(sentence: str) -> bool:
    """An order about the reply's own words. "Please put the invoice number into your reply" is a customer's."""
    bare = _QUOTED.sub(" ", sentence)
    told = _SHAPE.search(bare) is not None or _IN_YOUR.search(bare) is not None
    if told and _FORMS.search(bare) and not _WISH.search(bare):
        return True
    if not told or not _OUTPUT_OBJECT.search(bare):
        return False
    return bool(_FORMS.search(bare) or _LINK.search(sentence)) or not _WISH.search(bare)


def _is_foreign_task(sentence: str) -> bool:
    """A question or task without anything of a shop, of the writer or of the reader in it; or about a school's subject."""
    if not (_QUESTION.search(sentence) or _IMPERATIVE.search(sentence)) or not _ENGLISH.search(sentence):
        return False
    if _SUBJECT.search(sentence):
        return True
    bare = _QUOTED.sub(" ", sentence)
    if _SHOP.search(bare):
        return False
    named = re.sub(r"^(?:please\s+)?(?:can|could)\s+you\s+|^(?:tell|give|show)\s+me\s+", "", bare)
    is_long_enough = len(bare.split()) >= 4 or _QUOTED.search(sentence) is not None
    return is_long_enough and not _PERSONAL.search(named)


_RULES = (("override", _overrides), ("shape_reply", _shapes_reply), ("foreign_task", _is_foreign_task))
