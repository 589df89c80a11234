"""What other systems' lists say in words, read into values: codes, fees, time limits, papers, levels.

The shapes are those of the national database as crawled and of lists typed by hand. What cannot be read for
certain is kept as a note and marked unconfirmed, never guessed: a missing fee is not a free procedure.
"""

import re
import unicodedata
from datetime import date, datetime
from typing import Any

from intents.catalog import PROCEDURE_CODE, Level, TimeLimit, TimeUnit
from intents.text import fold

LINE, SENTENCE = 300, 1000  # characters a line or a sentence of the catalog may have
_LEVELS = (
    ("xa", Level.COMMUNE),
    ("tinh", Level.PROVINCE),
    ("bo", Level.MINISTRY),
    ("trung uong", Level.MINISTRY),
)
_LOOK_ALIKES = str.maketrans("АВЕКМНОРСТХаеорсхуіÐðƉ\u00a0\u202f\u3000", "ABEKMHOPCTXaeopcxyiĐđĐ   ")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ud800-\udfff\ufeff\ufffd]"
)
_FULL_WIDTH = re.compile("[\uff01-\uff5e]")


def tidy(text: str) -> str:
    """NFC, without invisible and look-alike characters; lines kept, spaces at their ends not."""
    text = _FULL_WIDTH.sub(lambda found: chr(ord(found[0]) - 0xFEE0), text.translate(_LOOK_ALIKES))
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text.replace("\t", " ")))
    return "\n".join(line.strip() for line in text.strip().split("\n")).strip()


def one_line(text: str) -> str:
    return " ".join(tidy(text).split())


def cut(text: str, longest: int) -> tuple[str, str]:
    """The text up to a word within `longest` characters, and what is left of it."""
    if len(text) <= longest:
        return text, ""
    head = text[: longest - 1].rsplit(" ", 1)[0].rstrip(",;: ") or text[: longest - 1]
    return f"{head}…", text[len(head) :].strip(" ,;:")


def code(text: str) -> str | None:
    """`1.001193` out of `1.001193.000.00.00.H49`, `1.001193.01`, 1.00012 (a zero lost in Excel), and 1001193.

    The last is what Excel set to Vietnamese makes of it: the full stop separates thousands there.
    """
    bare = re.sub(r"\s", "", tidy(text)).replace(",", ".")
    if re.match(PROCEDURE_CODE, bare.upper()):
        return bare.upper()
    found = re.match(r"^(\d\.\d{6})\.[\dA-Z.]+$", bare.upper())
    if found:
        return found[1]
    whole = re.match(r"^([1-9])\.?(\d{3})\.?(\d{3})$", bare)
    if whole:
        return f"{whole[1]}.{whole[2]}{whole[3]}"
    cropped = re.match(r"^(\d)\.(\d{3,5})$", bare)
    return f"{cropped[1]}.{cropped[2]:0<6}" if cropped else None


def level(text: str) -> Level | None:
    """The lowest level named is where people go. `huyện/xã` has been the commune since 1 July 2025."""
    if text in tuple(Level):
        return Level(text)
    words = fold(text).split()
    joined = " ".join(words)
    return next((value for word, value in _LEVELS if word in words or (" " in word and word in joined)), None)


_LIMIT = re.compile(
    r"(?i)^(?:trong (?:vòng )?)?(\d{1,3})(?: ?\([^)]*\))? ?(ngày làm việc|ngày|giờ làm việc|giờ|tháng)\.?$"
)


def time_limit(text: str) -> tuple[TimeLimit | None, str]:
    """The limit, and the words where they say more than one limit or none that can be read."""
    parts = [part.strip() for part in one_line(text).split("|") if part.strip()]
    limits = [_one_limit(part) for part in parts]
    if len(parts) == 1 and limits[0]:
        return limits[0], ""
    readable = [limit for limit in limits if limit]
    same = len(readable) == len(parts) and len({str(limit) for limit in readable}) == 1
    return (readable[0], "") if same else (None, " | ".join(parts))


def _one_limit(text: str) -> TimeLimit | None:
    if fold(text) in ("trong ngay", "ngay trong ngay", "trong ngay lam viec", "ngay trong ngay lam viec"):
        return TimeLimit(amount=0, unit=TimeUnit.SAME_DAY)
    if fold(text) in ("ngay khi nop", "giai quyet ngay", "ngay", "tra ngay", "0 gio", "0 ngay"):
        return TimeLimit(amount=0, unit=TimeUnit.AT_ONCE)
    found = _LIMIT.match(text)
    if not found:
        return None
    unit = found[2].lower().replace("giờ làm việc", "giờ")
    return TimeLimit(amount=int(found[1]), unit=TimeUnit(unit))


_AMOUNT = re.compile(
    r"(?i)^(?:(?:phí|lệ phí) ?:? ?)?(\d{1,3}(?:[.,]\d{3})+|\d{1,9}) ?(?:việt nam đồng|vnđ|vnd|đồng|đ)?"
    r"(?: ?/ ?(?:0?1 )?([^\W\d][\w ]{0,29}))?$"
)
_FREE = frozenset(
    {
        "mien phi",
        "khong",
        "khong thu",
        "khong thu phi",
        "khong co",
        "phi khong dong",
        "0",
        "le phi khong dong",
    }
)


def fees(text: str) -> tuple[list[dict[str, Any]], bool]:
    """Fees as the catalog has them, and whether they were read for certain. No fees and certain: free."""
    found: list[dict[str, Any]] = []
    certain = True
    for part in one_line(text).split(" | "):
        bare, _, note = part.partition("(")
        note = note.strip().removesuffix(")").strip()
        amount = _AMOUNT.match(bare.strip())
        said_free = fold(bare) in _FREE or (amount is not None and amount[1] == "0")
        if said_free and fold(note) in ("", "khong", "khong co", "khong quy dinh", "chua quy dinh"):
            continue
        if amount and not said_free:
            fee: dict[str, Any] = {"amount": int(re.sub(r"[.,]", "", amount[1]))}
            if amount[2]:
                fee["per"] = amount[2].strip()
            if note:
                fee["note"] = cut(note, LINE)[0]
        else:  # "Miễn phí (theo nghị quyết của HĐND)" is not free
            fee = {"note": cut(note or bare.strip() or "Chưa rõ mức thu", LINE)[0]}
            certain = False
        if fee not in found:
            found.append(fee)
    return found, certain


_COUNTS = re.compile(r"(?i)\(\s*(?:(\d{1,2}) bản chính)?\s*,?\s*(?:(\d{1,2}) bản sao)?\s*\)\s*$")
_CASE = re.compile(r"^\[([^\]]*)\]\s*")


def paper(text: str) -> tuple[str, dict[str, Any]] | None:
    """`[case] name (1 bản chính, 0 bản sao)` as (case, document); None where no name is left."""
    text = one_line(text)
    found = _CASE.match(text)
    case = found[1].strip(" *:-") if found else ""
    text = text[found.end() :] if found else text
    counted = _COUNTS.search(text)
    document: dict[str, Any] = {}
    if counted and (counted[1] or counted[2]):
        document = {"originals": min(int(counted[1] or 0), 20), "copies": min(int(counted[2] or 0), 20)}
        text = text[: counted.start()]
    name, rest = cut(text.strip(" -+*•;,."), LINE)
    if not name:
        return None
    document = {"name": name, **{count: number for count, number in document.items() if number}}
    if rest:
        document["note"] = cut(rest, LINE)[0]
    return cut(case, LINE)[0], document


def papers(lines: list[str]) -> list[dict[str, Any]]:
    cases: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        read = paper(line)
        if read and read[1] not in cases.setdefault(read[0], []):
            cases[read[0]].append(read[1])
    everybody = [{"items": items} for case, items in cases.items() if not case and items]
    return everybody + [{"case": case, "items": items} for case, items in cases.items() if case and items]


_KINDS = (("truc tiep", "in_person"), ("truc tuyen", "online"), ("buu", "post"), ("qua mang", "online"))


def kinds(text: str) -> list[str]:
    """The ways of filing named anywhere in the text, in one order."""
    said = fold(text)
    named = {kind for words, kind in _KINDS if words in said}
    return [kind for kind in ("in_person", "online", "post") if kind in named]


def laws(text: str) -> list[str]:
    """Numbers of laws and decrees. Crawled ones drag along what followed them: the shorter form stays."""
    numbers = dict.fromkeys(cut(one_line(part), LINE)[0] for part in re.split(r"[;\n]", text))
    kept = [re.sub(r"^(\d+)(/\d{4}/QH\d\d)\1$", r"\1\2", number) for number in numbers if number]
    return [number for number in dict.fromkeys(kept) if number[:-1] not in kept]


def day(value: object) -> str:
    """A date as people write it here (31/12/2025, 31-12-25, 45000 of Excel) as ISO; else as it is."""
    if isinstance(value, (date, datetime)):
        return value.strftime("%Y-%m-%d")
    text = tidy(str(value)).removeprefix("'")
    found = re.match(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})$", text)
    if found:
        year = found[3] if len(found[3]) == 4 else f"20{found[3]}"
        return f"{year}-{found[2]:0>2}-{found[1]:0>2}"
    if re.match(r"^\d{5}$", text):
        return date.fromordinal(date(1899, 12, 30).toordinal() + int(text)).isoformat()
    return text.split(" ")[0]
