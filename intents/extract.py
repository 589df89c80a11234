"""Codes, numbers and ratings out of a message, read as tolerantly as people type them.

Codes come back in canonical form. Sources: dossier codes - Circular 01/2018/TT-VPCP, Article 19, and the short
unit form live systems use; petition codes - our own, Crockford base32; identity numbers - 12 digits since 2016,
9 before; phone numbers - the national plan of 2018.
"""

import re

from intents.text import clean, fold, keep_accents

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−_－", "-") | {"．": ".", "。": "."})
_BETWEEN = r"[\s.]*"
_SEPARATOR = r"\s*[-.\s]\s*"
_DATE = r"\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_DOSSIER = re.compile(
    rf"(?<![0-9a-z])(?P<long>\d{{3}}{_BETWEEN}\d{{2}}{_BETWEEN}\d{{2}}{_BETWEEN})?(?P<province>[a-z]\s?\d{{2}})"
    rf"(?P<unit>(?:{_BETWEEN}\d{{1,3}}){{0,3}}?){_SEPARATOR}+(?P<date>{_DATE}){_SEPARATOR}+(?P<count>\d{{4,6}})(?![0-9a-z])",
    re.IGNORECASE,
)
# A unit code with some of what should follow it, or date and counter without the unit.
_DOSSIER_ATTEMPT = re.compile(
    r"(?<![0-9a-z])(?:[a-z]\d{2}\s*[-.\s]\s*[\d.\s-]*\d{4}[\d.\s-]*|\d{6}\s*-\s*\d{4,6}(?!\d))", re.IGNORECASE
)
_MISTYPED_DOSSIER = re.compile(
    r"(?:[\d.]+)?[a-z]\d{2}(?:\.\d+)*\s*-\s*\d{4,8}(?:\s*-\s*\d{1,6})?", re.IGNORECASE
)
_PROCEDURE = re.compile(r"(?<![\d.])([1-9])\s?[.,]\s?(\d{6})(?!\d)")
# Quick to look for, and rare; two expressions, because one of both is looked for character by character.
_MAYBE_NATIONAL, _MAYBE_LOCAL = re.compile("[1-9]"), re.compile(r"[dD]\W*[pP]")
_LOCAL_PROCEDURE = re.compile(r"(?<![0-9A-Za-z])DP(?:-[A-Z0-9]+)+", re.IGNORECASE)
_PETITION = re.compile(
    r"(?<![0-9a-z])PA(\s*-?\s*)([0-9A-TV-Z]{4})\s*-?\s*([0-9A-TV-Z]{4})(?![0-9a-z])", re.IGNORECASE
)
_OWN = r"(?<![0-9a-z])({name})\s*-\s*([0-9A-TV-Z]{{4}})\s*-?\s*([0-9A-TV-Z]{{4}})(?![0-9a-z])"
_RECEIPT = re.compile(_OWN.format(name="HS"), re.IGNORECASE)
_CONFIRMATION = re.compile(_OWN.format(name="XN"), re.IGNORECASE)
# "XN 0bvm f94q", "XNCJ8K1VQT": without its hyphens a code has at least one digit, or "xn" is short for "xác nhận".
_CONFIRMATION_SPOKEN = re.compile(
    r"(?<![0-9a-z])(XN)[\s.-]*(?=[0-9A-TV-Z\s.-]*\d)([0-9A-TV-Z]{4})[\s.-]*([0-9A-TV-Z]{4})(?![0-9a-z])",
    re.IGNORECASE,
)
_LOOKALIKES = str.maketrans("ILO", "110")  # Crockford: read as the digits they look like
_GAP = r"[\s.-]?"
_PHONE = re.compile(
    rf"(?<![\d.-])(?:\+?84{_GAP}|0)(?P<rest>2(?:{_GAP}\d){{9}}|[35789](?:{_GAP}\d){{8}})(?!{_GAP}\d)"
)
_IDENTITY = re.compile(r"(?<![\d.-])(?:0\d{2}(?:\s?\d){9}|\d{9})(?!\d|[.-]\d)")
_EMAIL = re.compile(r"\b[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+\b")
_DIGITS = re.compile(r"\d(?:[ .]?\d){5,}")


def _line(text: str) -> str:
    return clean(text).translate(_DASHES)


def _canonical(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found["long"] or "")
    head = f"{digits[:3]}.{digits[3:5]}.{digits[5:]}." if digits else ""
    unit = "".join(f".{group}" for group in re.findall(r"\d+", found["unit"]))
    province = re.sub(r"\s", "", found["province"]).upper()
    return f"{head}{province}{unit}-{found['date']}-{found['count']}"


def dossier_codes(text: str) -> tuple[str, ...]:
    """Dossier codes in canonical form, in order, each once: `h12 . 25 – 251103 - 0045` -> `H12.25-251103-0045`."""
    return tuple(dict.fromkeys(_canonical(found) for found in _DOSSIER.finditer(_line(text))))


def looks_like_dossier_code(text: str) -> bool:
    """Somebody tried to type a dossier code and it is not one: cut short, wrong date, unit left out."""
    line = _line(text)
    return not _DOSSIER.search(line) and bool(_DOSSIER_ATTEMPT.search(line))


def is_mistyped_dossier_code(text: str) -> bool:
    """The whole message is a unit code, a date that cannot be or is cut short, and a counter: nothing else is meant."""
    return looks_like_dossier_code(text) and bool(_MISTYPED_DOSSIER.fullmatch(_line(text).strip()))


def procedure_codes(text: str) -> tuple[str, ...]:
    """National codes `d.dddddd` (an agency suffix is dropped) and local ones `DP-...`."""
    if not (_MAYBE_NATIONAL.search(text) or _MAYBE_LOCAL.search(text)):
        return ()
    line = _DOSSIER.sub(" ", _line(text))
    national = [f"{found[1]}.{found[2]}" for found in _PROCEDURE.finditer(line)]
    local = [found[0].upper() for found in _LOCAL_PROCEDURE.finditer(line)]
    return tuple(dict.fromkeys(national + local))


def receipt_codes(text: str) -> tuple[str, ...]:
    """Codes of what was filed in chat, `HS-XXXX-XXXX`."""
    return _own_codes(_RECEIPT, text)


def confirm_codes(text: str) -> tuple[str, ...]:
    """Codes by which an owner answers for a helper, `XN-XXXX-XXXX`."""
    return _own_codes(_CONFIRMATION, text) or _own_codes(_CONFIRMATION_SPOKEN, text)


def _own_codes(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    found = (
        (each[1], (each[2] + each[3]).upper().translate(_LOOKALIKES))
        for each in pattern.finditer(_line(text))
    )
    return tuple(dict.fromkeys(f"{name.upper()}-{body[:4]}-{body[4:]}" for name, body in found))


def petition_codes(text: str) -> tuple[str, ...]:
    """Codes of petitions, `PA-XXXX-XXXX`; I, L and O are read as 1, 1 and 0."""
    codes = []
    for found in _PETITION.finditer(_line(text)):
        body = (found[2] + found[3]).upper()
        if "-" in found[1] or re.search(r"\d", body):
            body = body.translate(_LOOKALIKES)
            codes.append(f"PA-{body[:4]}-{body[4:]}")
    return tuple(dict.fromkeys(codes))


def _without_codes(text: str) -> str:
    return _PROCEDURE.sub(" ", _PETITION.sub(" ", _DOSSIER.sub(" ", _line(text))))


def phone_numbers(text: str) -> tuple[str, ...]:
    """Vietnamese numbers in national form, digits only: `+84 912 345 678` -> `0912345678`."""
    found = (re.sub(r"\D", "", number["rest"]) for number in _PHONE.finditer(_without_codes(text)))
    return tuple(dict.fromkeys(f"0{rest}" for rest in found))


def id_numbers(text: str) -> tuple[str, ...]:
    """Identity numbers: 12 digits beginning with 0, or the 9 of the old card."""
    found = (re.sub(r"\D", "", number[0]) for number in _IDENTITY.finditer(_without_codes(text)))
    return tuple(dict.fromkeys(found))


def last_six(text: str) -> str | None:
    """The last six digits of the first number of at least six digits: an identity or phone number, or its end."""
    found = _DIGITS.search(_without_codes(text))
    return re.sub(r"\D", "", found[0])[-6:] if found else None


def six_digits(text: str) -> str | None:
    """Six digits that stand alone: no other number is in the message."""
    numbers = re.findall(r"\d+", _without_codes(text))
    return numbers[0] if len(numbers) == 1 and len(numbers[0]) == 6 else None


_STARS = re.compile(
    r"^(?:cho |danh gia |cham )?([1-5])(?: ?(?:sao|diem|tren 5|5))?(?: (?:a|nha|nhe|di|em|luon))*$"
)
_NUMERALS = {"mot": "1", "hai": "2", "ba": "3", "bon": "4", "nam": "5"}
_SPELLED_STARS = re.compile(r"\b(mot|hai|ba|bon|nam) (?=sao|diem)")
_SATISFACTION = (  # first that fits; the longer and the negated before what they contain
    (
        re.compile(
            r"(rat|qua|cuc ky|hoan toan) (khong|chua|ko) hai long|(qua|rat|cuc ky) te|te qua|(qua|rat) that vong"
        ),
        1,
    ),
    (re.compile(r"(khong|chua|ko|hong|hok|k) (duoc |may )?(hai long|tot|on)|that vong|\bte\b"), 2),
    (re.compile(r"binh thuong|tam (duoc|on)|cung duoc|trung binh"), 3),
    (
        re.compile(
            r"(rat|cuc ky|vo cung|qua|hoan toan) (la )?(hai long|tot)|(tuyet|xuat sac)|hai long (lam|qua)|tot (lam|qua)"
        ),
        5,
    ),
    (re.compile(r"hai long|\b(tot|kha|on)\b"), 4),
)


_CHANGES_RATING = re.compile(
    r"\b(doi|sua|thay doi|chinh)( lai)? (danh gia|diem|sao)\b|\b(danh gia|cham)( diem)? lai\b"
    r"|^(da )?(toi |tui |em )?doi y\b"
)


def stars(text: str) -> int | None:
    """A level given as a number or in stars: `5 sao`, `⭐⭐⭐⭐`, `3`."""
    drawn = text.count("⭐") + text.count("★")
    if 1 <= drawn <= 5:
        return drawn
    words = _SPELLED_STARS.sub(lambda found: f"{_NUMERALS[found[1]]} ", fold(text))
    found = _STARS.match(words)
    return int(found[1]) if found else None


def changes_rating(text: str) -> bool:
    """Said where words about the rating are awaited: a level again, or the wish to give another."""
    return stars(text) is not None or bool(_CHANGES_RATING.search(fold(text)))


def rating(text: str) -> int | None:
    """A satisfaction of 1 to 5 in a short answer: what `stars` reads, or `rất hài lòng`."""
    given = stars(text)
    if given is not None:
        return given
    words = fold(text)
    if len(words.split()) > 8:
        return None
    return next((value for pattern, value in _SATISFACTION if pattern.search(words)), None)


_POLITE_START, _POLITE_END = (
    r"(?:(?:da|vang|a|thi) )*(?:em |toi |tui |minh )?",
    r"(?: (?:a|nha|nhe|di|em|do|ak|luon|nghen|ban))*",
)
_VALUE = r"(?P<value>\d|nhat|nhi|mot|hai|ba|bon|tu|nam)"
_CHOOSING = r"(?:chon |lay |bam |cai |muc |so |y |dong |thu tuc |phan )"
_MENU = re.compile(
    rf"^{_POLITE_START}(?:(?:o )?{_CHOOSING}+(?:thu )?{_VALUE}|(?P<digit>\d)"
    rf"|(?:o )?(?:(?:cai |muc |chon )+dau|{_CHOOSING}*(?:dau tien|tren cung))){_POLITE_END}$"
)
_BARE_VALUE = re.compile(rf"^{_POLITE_START}(?:thu )?{_VALUE}{_POLITE_END}$")
_ORDINALS = {"nhat": 1, "nhi": 2, "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5}


def menu_number(text: str) -> int | None:
    """The number of a choice when the whole message surely is one: `2`, `số 2`, `cái thứ hai`, `chọn 3 nha`.

    "Ở đâu" without marks is no "ở đầu", "thứ hai" perhaps a day and "ba" a father: `perhaps_menu_number`.
    """
    found = _MENU.match(fold(text))
    if found is None:
        return None
    value = found["value"] or found["digit"]
    return _number_of(value) if value else 1


def perhaps_menu_number(text: str) -> int | None:
    """The number of a choice when the message may be one: `hai`, `thứ hai`, `ba`, `đầu`."""
    if keep_accents(text).split() in (["đầu"], ["ở", "đầu"]):
        return 1
    found = _BARE_VALUE.match(fold(text))
    return _number_of(found["value"]) if found else None


def _number_of(value: str) -> int:
    return int(value) if value.isdigit() else _ORDINALS[value]


_LISTED = re.compile(
    r"\b(?:cai|viec|thu tuc|muc|loai|truong hop) "
    r"(?:(?:thu |so )(?P<value>\d|nhat|nhi|hai|ba|bon|tu|nam)|(?P<first>dau tien|dau|tren cung))\b"
)
_NOT_THAT = re.compile(r"\b(?:khong|hong|hok|ko|chang) (?:phai|lay|can|chon|lam)\b")


def listed_number(text: str) -> int | None:
    """The place in a list that a message speaks of: 2 in "còn cái thứ hai thì sao", 1 in "việc đầu tiên cần gì"."""
    said = fold(text)
    found = _LISTED.search(said)
    if found is None or _NOT_THAT.search(said):
        return None
    value = found["value"]
    return 1 if value is None else _number_of(value)


def _mask(number: str, head: int, tail: int) -> str:
    digits = re.sub(r"\D", "", number)
    return digits[:head] + "*" * (len(digits) - head - tail) + digits[-tail:]


def _mask_dossier(found: re.Match[str]) -> str:
    return re.sub(r"\d+$", lambda counter: "*" * len(counter[0]), _canonical(found))


def redact(text: str) -> str:
    """The text for logs: identity and phone numbers, e-mail and a dossier's counter hidden.

    `012345678901` -> `0********901`, `0912345612` -> `09******12`, unit and date of a dossier stay readable.
    """
    line = _DOSSIER.sub(_mask_dossier, _line(text))
    line = _EMAIL.sub(lambda found: f"{found[0][0]}***@***", line)
    line = _PHONE.sub(lambda found: _mask("0" + found["rest"], 2, 2), line)
    line = _IDENTITY.sub(lambda found: _mask(found[0], 1, 3), line)
    return re.sub(r"(?<![\d*.])\d{10,19}(?![\d*])", lambda found: _mask(found[0], 1, 3), line)
