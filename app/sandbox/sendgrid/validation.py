"""What SendGrid refuses, in its error shape: `{"message", "field", "help"}` per finding, all at once.

Rules: the Mail Send reference and its list of errors,
https://www.twilio.com/docs/sendgrid/api-reference/mail-send/errors. The wording is ours.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

MAX_RECIPIENTS = 1000
MAX_PERSONALIZATIONS = 1000
MAX_CUSTOM_ARGS = 10_000
MAX_CATEGORIES = 10
MAX_CATEGORY = 255
MAX_SCHEDULE = timedelta(hours=72)
RESERVED_HEADERS = frozenset(
    {
        "x-sg-id",
        "x-sg-eid",
        "received",
        "dkim-signature",
        "content-type",
        "content-transfer-encoding",
        "to",
        "from",
        "subject",
        "reply-to",
        "cc",
        "bcc",
    }
)

_HELP = "https://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html#message."
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_QUOTED = r'"(?:[^"\\\x00-\x1f\x7f-\U0010ffff]|\\[ -~])*"'
_ADDRESS = re.compile(rf"(?:{_ATOM}(?:\.{_ATOM})*|{_QUOTED})@{_LABEL}(?:\.{_LABEL})+")
_HEADER_NAME = re.compile(r"[!-9;-~]+")
_MIME_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+(?:\s*;[ -~]*)?", re.ASCII)
_TYPES: dict[str, type] = {
    "batch_id": str,
    "ip_pool_name": str,
    "asm": dict,
    "mail_settings": dict,
    "tracking_settings": dict,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason for a 400.

    Attributes:
        message: What is wrong, in a sentence.
        field: Dotted path to the value, for example `personalizations.0.to.0.email`.
    """

    message: str
    field: str | None

    def as_json(self) -> dict[str, str | None]:
        name = re.sub(r"\.\d+", "", self.field) if self.field else None
        return {"message": self.message, "field": self.field, "help": _HELP + name if name else None}


def validate(mail: Any, now: datetime) -> list[Finding]:
    """Everything that is wrong with a Mail Send body; empty means that it is accepted."""
    if not isinstance(mail, dict):
        return [Finding("The body must be a JSON object.", None)]
    check = _Check(mail, now)
    check.run()
    return check.findings


@dataclass(slots=True)
class _Check:
    mail: dict[str, Any]
    now: datetime
    findings: list[Finding] = field(default_factory=list)

    def run(self) -> None:
        self._personalizations()
        self._sender()
        self._reply_to()
        self._subject()
        self._content()
        self._attachments()
        self._categories()
        self._headers(self.mail, "headers")
        self._custom_args(self.mail, "custom_args")
        self._send_at(self.mail, "send_at")
        self._options()

    def _add(self, where: str, message: str) -> None:
        self.findings.append(Finding(message, where))

    def _is(self, value: Any, wanted: type, where: str) -> bool:
        good = isinstance(value, wanted) and not (wanted is int and isinstance(value, bool))
        if not good:
            names = {dict: "object", list: "array", str: "string", int: "integer"}
            self._add(where, f"Invalid type. Expected: {names[wanted]}, given: {_type_name(value)}.")
        return good

    def _items(self, value: Any, where: str) -> Iterator[tuple[str, Any]]:
        if self._is(value, list, where):
            yield from ((f"{where}.{index}", item) for index, item in enumerate(value))

    # Who gets it

    def _personalizations(self) -> None:
        where = "personalizations"
        value = self.mail.get(where)
        if value is None or value == []:
            self._add(
                where, "The personalizations field is required and must hold at least one personalization."
            )
            return
        items = [(path, item) for path, item in self._items(value, where) if self._is(item, dict, path)]
        if len(items) > MAX_PERSONALIZATIONS:
            self._add(
                where, f"A request may hold {MAX_PERSONALIZATIONS} personalizations; this holds {len(items)}."
            )
        for path, item in items:
            self._personalization(path, item)
        if sum(len(_recipients(item)) for _, item in items) > MAX_RECIPIENTS:
            self._add(where, f"A request may have {MAX_RECIPIENTS} recipients in all (to, cc and bcc).")

    def _personalization(self, path: str, item: dict[str, Any]) -> None:
        if not item.get("to"):
            self._add(f"{path}.to", "The to array is required and must hold at least one address.")
        for kind in ("to", "cc", "bcc"):
            if item.get(kind):
                self._addresses(item[kind], f"{path}.{kind}")
        self._duplicates(path, item)
        if "from" in item:
            self._address(item["from"], f"{path}.from")
        self._headers(item, f"{path}.headers")
        self._custom_args(item, f"{path}.custom_args")
        self._send_at(item, f"{path}.send_at")
        for name in ("substitutions", "dynamic_template_data"):
            if name in item:
                self._is(item[name], dict, f"{path}.{name}")

    def _duplicates(self, path: str, item: dict[str, Any]) -> None:
        seen: set[str] = set()
        for address in _recipients(item):
            if address in seen:
                self._add(
                    path, f"Each address must be unique between to, cc and bcc; {address} stands twice."
                )
                return
            seen.add(address)

    def _addresses(self, value: Any, where: str) -> None:
        for path, item in self._items(value, where):
            self._address(item, path)

    def _address(self, value: Any, where: str) -> None:
        if not self._is(value, dict, where):
            return
        email = value.get("email")
        if not isinstance(email, str) or not is_address(email):
            self._add(f"{where}.email", "Does not contain a valid address.")
        name = value.get("name")
        if name is not None and self._is(name, str, f"{where}.name") and _has_break(name):
            self._add(f"{where}.name", "The name must not contain line breaks.")

    # Who sends it

    def _sender(self) -> None:
        value = self.mail.get("from")
        if value is None:
            self._add("from.email", "The from object is required: it needs an email and may have a name.")
        else:
            self._address(value, "from")

    def _reply_to(self) -> None:
        one, many = self.mail.get("reply_to"), self.mail.get("reply_to_list")
        if one is not None and many is not None:
            self._add("reply_to", "Use either reply_to or reply_to_list, not both.")
        if one is not None:
            self._address(one, "reply_to")
        if many is not None:
            self._addresses(many, "reply_to_list")
            self._unique(many, "reply_to_list")

    # What it says

    def _subject(self) -> None:
        where = "subject"
        if where in self.mail:
            self._subject_text(self.mail[where], where)
        value = self.mail.get("personalizations")
        items = [_dict(item) for item in value] if isinstance(value, list) else []
        for index, item in enumerate(items):
            if where in item:
                self._subject_text(item[where], f"personalizations.{index}.subject")
        if where not in self.mail and (not items or any(where not in item for item in items)):
            self._add(where, "The subject is required: in the message, or in every personalization.")

    def _subject_text(self, value: Any, where: str) -> None:
        if not isinstance(value, str) or not value:
            self._add(where, "The subject must be a string of at least one character.")
        elif _has_break(value):
            self._add(where, "The subject must not contain line breaks.")

    def _content(self) -> None:
        if self.mail.get("template_id"):
            self._add("template_id", "There is no template of this id in the account.")
            return
        content = self.mail.get("content")
        if content is None or content == []:
            self._add("content", "Without a valid template_id, at least one content block is required.")
            return
        kinds: list[str] = []
        for path, block in self._items(content, "content"):
            if self._is(block, dict, path):
                kinds.append(self._block(path, block))
        ranks = [{"text/plain": 0, "text/html": 1}.get(kind, 2) for kind in kinds]
        if ranks != sorted(ranks):
            self._add("content", "text/plain must come first, then text/html, then any other type.")

    def _block(self, path: str, block: dict[str, Any]) -> str:
        kind, value = block.get("type"), block.get("value")
        if not isinstance(kind, str) or ";" in kind or not _MIME_TYPE.fullmatch(kind):
            self._add(f"{path}.type", "The content type must be a MIME type without parameters.")
            kind = ""
        if not isinstance(value, str) or not value:
            self._add(f"{path}.value", "The content value must be a string of at least one character.")
        return kind.lower()

    def _attachments(self) -> None:
        if "attachments" not in self.mail:
            return
        for path, item in self._items(self.mail["attachments"], "attachments"):
            if self._is(item, dict, path):
                self._attachment(path, item)

    def _attachment(self, path: str, item: dict[str, Any]) -> None:
        if not is_base64(item.get("content")):
            self._add(f"{path}.content", "The attachment content must be base64 encoded.")
        filename = item.get("filename")
        if not isinstance(filename, str) or not filename or _has_break(filename):
            self._add(f"{path}.filename", "The filename is required, without line breaks.")
        kind = item.get("type")
        if kind is not None and not (isinstance(kind, str) and _MIME_TYPE.fullmatch(kind)):
            self._add(f"{path}.type", "The type must be a MIME type.")
        if item.get("disposition", "attachment") not in ("attachment", "inline"):
            self._add(f"{path}.disposition", "The disposition must be attachment or inline.")
        content_id = item.get("content_id")
        if content_id is not None and (not isinstance(content_id, str) or _has_break(content_id)):
            self._add(f"{path}.content_id", "The content_id must be a string without line breaks.")

    # What goes with it

    def _categories(self) -> None:
        value = self.mail.get("categories")
        if value is None:
            return
        for path, item in self._items(value, "categories"):
            if self._is(item, str, path) and len(item) > MAX_CATEGORY:
                self._add(path, f"A category may have {MAX_CATEGORY} characters.")
        if isinstance(value, list) and len(value) > MAX_CATEGORIES:
            self._add("categories", f"A message may have {MAX_CATEGORIES} categories.")
        self._unique(value, "categories")

    def _unique(self, value: Any, where: str) -> None:
        if isinstance(value, list):
            keys = [json.dumps(item, sort_keys=True) for item in value]
            if len(set(keys)) < len(keys):
                self._add(where, "The items must be unique.")

    def _headers(self, holder: dict[str, Any], where: str) -> None:
        value = holder.get("headers")
        if value is None or not self._is(value, dict, where):
            return
        for name, text in value.items():
            self._header(f"{where}.{name}", name, text)

    def _header(self, where: str, name: str, text: Any) -> None:
        if name.lower() in RESERVED_HEADERS:
            self._add(where, f"The header {name} is reserved.")
        elif not _HEADER_NAME.fullmatch(name):
            self._add(
                where, "A header name consists of printable ASCII characters without a colon or spaces."
            )
        if self._is(text, str, where) and (not text.isascii() or _has_break(text)):
            self._add(where, "A header value must be ASCII, without line breaks; encode it (RFC 2047).")

    def _custom_args(self, holder: dict[str, Any], where: str) -> None:
        value = holder.get("custom_args")
        if value is None or not self._is(value, dict, where):
            return
        for name, text in value.items():
            self._is(text, str, f"{where}.{name}")
        # Message level and personalization are added up, as both go with the mail.
        both = value if holder is self.mail else {**_dict(self.mail.get("custom_args")), **value}
        if len(json.dumps(both, ensure_ascii=False).encode()) > MAX_CUSTOM_ARGS:
            self._add(where, f"custom_args may have {MAX_CUSTOM_ARGS} bytes in all.")

    def _send_at(self, holder: dict[str, Any], where: str) -> None:
        value = holder.get("send_at")
        if value is None or not self._is(value, int, where):
            return
        if value > (self.now + MAX_SCHEDULE).timestamp():
            self._add(where, "A mail cannot be scheduled more than 72 hours ahead.")

    def _options(self) -> None:
        for name, wanted in _TYPES.items():
            if name in self.mail:
                self._is(self.mail[name], wanted, name)
        group = _dict(self.mail.get("asm"))
        if group:
            self._is(group.get("group_id"), int, "asm.group_id")
        pool = self.mail.get("ip_pool_name")
        if isinstance(pool, str) and not 2 <= len(pool) <= 64:
            self._add("ip_pool_name", "The ip_pool_name must have 2 to 64 characters.")


def is_address(text: str) -> bool:
    """Whether SendGrid would take `text` as an address: ASCII, with a domain that has a dot."""
    return len(text) <= 320 and _ADDRESS.fullmatch(text) is not None and len(text.rpartition("@")[0]) <= 64


def is_base64(value: Any) -> bool:
    """Whether `value` is a non-empty string of standard base64."""
    if not isinstance(value, str) or not value:
        return False
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _recipients(personalization: dict[str, Any]) -> list[str]:
    """All addresses of a personalization, lower-cased, where they are strings at all."""
    lists: Iterable[Any] = (personalization.get(kind) for kind in ("to", "cc", "bcc"))
    items = (item for value in lists if isinstance(value, list) for item in value)
    emails = (_dict(item).get("email") for item in items)
    return [email.lower() for email in emails if isinstance(email, str)]


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _has_break(text: str) -> bool:
    return any(character in text for character in "\r\n\0")


def _type_name(value: Any) -> str:
    names = {bool: "boolean", dict: "object", list: "array", str: "string", int: "integer", float: "number"}
    return names.get(type(value), "null")
