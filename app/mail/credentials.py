"""Passwords, codes and bank details in a customer's text: blanked before a model is shown it.

Payment cards are `redact.blank_cards`. What is blanked here is either proven by its own check digits (IBAN, ISO 13616) or
stands right behind a word that names it, in the languages that our customers write.
"""

import re

from app.mail.redact import blank_cards

IBAN_MARK = "[bank account removed]"
PASSWORD_MARK = "[password removed]"  # noqa: S105  the mark, not a password
CODE_MARK = "[security code removed]"

_IBAN = re.compile(
    r"(?<![0-9A-Za-z])[A-Z]{2}[0-9]{2}(?:[ \u00a0-]?[0-9A-Z]){11,30}(?![0-9A-Za-z])", re.IGNORECASE
)
_SHORTEST_IBAN, _LONGEST_IBAN = 15, 34

# Between the word and the secret: a colon or an equals sign, or the "is" of the language.
_COLON = r"\s{0,3}(?:[:=：]|->|→)\s{0,3}"
_IS = r"\s{1,3}(?:is|was|are|lautet|ist|war|est|était|es|era|è|é|jest|är|er|این\s+است|هست|است|هو|هي)\s{1,3}"

_LOGIN_WORDS = (
    r"pass\s?words?|pass\s?code|passwd|pwd|pass\s?phrase|passwor[dt]e?r?|kennwort|passwort|mot\s+de\s+passe|mdp|"
    r"contrase[ñn]a|clave(?:\s+de\s+acceso)?|senha|palavra-passe|wachtwoord|has[łl]o|l[öo]senord|adgangskode|passord|"
    r"salasana|parola|[şs]ifre(?:m|si|niz)?|heslo|jelsz[óo]|пароль|κωδικ[όο]ς(?:\s+πρόσβασης)?|رمز\s?عبور|گذرواژه|پسورد|"
    r"كلمة\s+(?:المرور|السر)|סיסמה|סיסמא|パスワード|密码|密碼|비밀번호|mật\s+khẩu|kata\s+sandi"
)
_ACCOUNT_WORDS = (
    r"account\s*(?:no|nr|number|num|#)\.?|acct\.?\s*(?:no|number|#)\.?|routing\s*(?:no|number)\.?|sort\s*code|aba|bsb|"
    r"konto(?:nummer|nr)\.?|blz|bankleitzahl|num[ée]ro\s+de\s+compte|rib|n[úu]mero\s+de\s+cuenta|cuenta|clabe|cbu|"
    r"conta(?:\s+corrente)?|ag[êe]ncia|rekeningnummer|numer\s+(?:konta|rachunku)|kontonummer|hesap\s*(?:no|numaras[ıi])|"
    r"شماره\s*(?:حساب|شبا)|شبا|رقم\s+الحساب"
)
_CODE_WORDS = r"cvv2?|cvc2?|csc|cid|security\s+code|pr[üu]fziffer|kartenpr[üu]fnummer|cryptogramme|pin(?:\s*code)?|otp|رمز\s*دوم|کد\s*امنیتی"

_PASSWORD = re.compile(
    rf"(?<!\w)(?P<label>(?:{_LOGIN_WORDS}))(?P<between>{_COLON}|{_IS})(?P<secret>[^\s<>]{{4,64}})",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(
    rf"(?<!\w)(?P<label>(?:{_ACCOUNT_WORDS}))(?P<between>{_COLON}|{_IS}|\s{{1,3}})(?P<secret>\d(?:[ \-/.]?\d){{4,23}})(?!\w)",
    re.IGNORECASE,
)
_CODE = re.compile(
    rf"(?<!\w)(?P<label>(?:{_CODE_WORDS}))(?P<between>{_COLON}|{_IS}|\s{{1,3}})(?P<secret>\d{{3,8}})(?!\w)",
    re.IGNORECASE,
)


def blank_secrets(text: str) -> str:
    """A text without card numbers, bank accounts, passwords and card codes; a mark stands where each was."""
    without = _IBAN.sub(_blank_iban, blank_cards(text))
    without = _ACCOUNT.sub(rf"\g<label>\g<between>{IBAN_MARK}", without)
    without = _CODE.sub(rf"\g<label>\g<between>{CODE_MARK}", without)
    return _PASSWORD.sub(_blank_password, without)


def _blank_iban(match: re.Match[str]) -> str:
    """Groups are tried from the left: "DE89 3704 0044 0532 0130 00 thanks" ends where its check digits say."""
    written = match.group()
    ends = [at.end() for at in re.finditer(r"[0-9A-Za-z]+", written)]
    for end in reversed(ends):
        if _is_iban(written[:end]):
            return IBAN_MARK + written[end:]
    return written


def _is_iban(written: str) -> bool:
    """ISO 7064 MOD 97-10 over the rearranged characters, A = 10 … Z = 35."""
    plain = re.sub(r"[ \u00a0-]", "", written).upper()
    if not _SHORTEST_IBAN <= len(plain) <= _LONGEST_IBAN or not plain.isascii():
        return False
    return int("".join(str(int(char, 36)) for char in plain[4:] + plain[:4])) % 97 == 1


def _blank_password(match: re.Match[str]) -> str:
    """Behind an "is" stands mostly a sentence ("my password is not accepted"): only what looks like one goes."""
    secret, between = match["secret"], match["between"]
    is_named = re.search(r"[:=：>→]", between) is not None
    if not is_named and not _looks_made_up(secret):
        return match.group()
    return f"{match['label']}{between}{PASSWORD_MARK}"


def _looks_made_up(word: str) -> bool:
    """No word of a language: with digits or signs inside, or capitals behind the first letter."""
    bare = word.rstrip(".,;!?)")
    return any(char.isdigit() or char in "#$%&*@_+!^~" for char in bare) or any(c.isupper() for c in bare[1:])
