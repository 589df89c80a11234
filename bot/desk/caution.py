"""What no officer sends to a citizen, not even by slip: it is held back, and the officer is told why. Pure.

Why these: swindlers pose as officers and ask for money, codes and passwords (Ministry of Public Security's
warnings of 2024-2025). Whoever has learned that an officer never asks cannot be robbed by a false one.
"""

import re
import unicodedata
from collections.abc import Collection
from enum import StrEnum

from bot.desk.caution_links import links_off
from intents.text import fold


class Held(StrEnum):
    ACCOUNT = "account"  # a bank account to pay to
    SECRET = "secret"  # noqa: S105 - asks for a one-time code or a password
    LINK = "link"  # leads to a site that is not on the list
    UNPROVED = "unproved"  # a dossier's details, to somebody who has not proved that it is theirs
    VARIABLE = "variable"  # a canned reply with a gap nobody filled in


class HeldBackError(Exception):
    """`reasons` says what is wrong with it."""

    def __init__(self, reasons: tuple[Held, ...]) -> None:
        super().__init__(", ".join(reasons))
        self.reasons = reasons


# Money goes somewhere: beside one of these a number of six digits is an account.
_PAYS = re.compile(
    r"\b(?:so tai khoan|s ?t ?k|so tk|tk|tai khoan|chuyen khoan|chuyen tien|ck|momo|zalo ?pay|viettel ?(?:pay|money)"
    r"|vn ?pay|vi dien tu|vietcombank|vcb|bidv|vietin(?:bank)?|agribank|techcombank|tcb|mb ?bank|acb|sacombank"
    r"|vp ?bank|tp ?bank|vib|hd ?bank|shb|ocb|msb|eximbank|lien viet|lp ?bank|ngan hang)\b"
)
_DIGITS = frozenset(["khong", "mot", "hai", "ba", "bon", "tu", "nam", "lam", "sau", "bay", "tam", "chin"])
_FALLING = "\u0300"  # the tone that no digit has: it tells "from" and "grandmother" from four and three
_WORD = re.compile(r"\w+")
_SPELT = 6  # digits said as words and figures in turn, one after the other
_SPELT_BARE = 8  # of them, where nothing speaks of money
_SPELT_WORDS = 3  # of them said as words: a year is not
_NUMBER = re.compile(r"\d(?:[\s./_*|-]{0,3}\d){5,18}")
_BARE = re.compile(r"(?<![\w.,/-])\d(?:[ .-]?\d){8,18}(?![\w/-])")  # long enough to be an account by itself
_PHONE = re.compile(r"(?:\+?84|0)[235789]\d{8,9}|1[89]00\d{4,6}")
_NAMED = re.compile(  # what else a long number may be, said just before it
    r"(?:ma so thue|mst|ho so|can cuoc|cccd|cmnd|dinh danh|bien nhan|bien lai|bhxh|bao hiem|the bhyt|buu gui"
    r"|van don|so seri|ma so|ma don vi|quyet dinh|van ban|dien thoai|sdt|goi|hotline|tong dai|zalo|so may)\W*"
    r"(?:(?:so|la|cua|ma|vao|qua)\W+){0,3}$"
)
_CALLED = re.compile(r"(?:goi|hotline|tong dai|dien thoai|sdt|so may)\W*(?:\w+\W+)?$")
_PROCEDURE = re.compile(r"\d\.\d{6}")
_NEAR = 60  # characters between what speaks of money and the number
_MONEY = re.compile(r"^\s*(?:dong|d|vnd)\b")

_SECRET = re.compile(
    r"\b(?:o ?t ?p|mat khau|mk|pass(?: ?word)?|ma pin|pin|cvv|cvc|smart otp"
    r"|ma (?:xac thuc|xac nhan|xac minh|bao mat|kich hoat|\d so|sau so|bon so)|(?:\d|sau|bon) so (?:do|nay|kia|vua))\b"
)
_ASKS = (
    r"(?:gui|cung cap|doc|nhan lai|nhan tin|nhan|chup|dua|xin|bao|noi|chia se|tra loi|viet|ghi|cho (?:em|toi|minh"
    r"|chi|anh|co|chu|biet|can bo|ben)|hoi|yeu cau)"
)
_ASKING = re.compile(rf"\b{_ASKS}\b|\b(?:bao nhieu|la gi|la may|nao)\b")
_TO_US = re.compile(
    r"\b(?:gui|doc|nhan|bao|noi|dua|chup|cho)\b.{0,20}\b(?:em|toi|minh|chung toi|can bo|ben nay)\b"
)
_FILLER = r"(?: (?:bao gio|duoc|nen|he|can|phai|co|ai|can bo|anh|chi|tuyet doi)){0,4}"
_NEVER = re.compile(rf"\b(?:khong|dung|chang|chua){_FILLER} {_ASKS}\b")
_COMES = re.compile(r"\b(?:duoc gui|he thong gui|se gui|gui (?:ve|den|toi|qua)|nhan duoc)\b")
_SENTENCE = re.compile(r"(?<!\b\w)[.!?\n;]+")  # not the full stops of an abbreviation: O.T.P
_GAP = re.compile(r"\{[^{}\n]{1,40}\}")


def require_sendable(allowed: Collection[str], *words: str) -> None:
    """Raises HeldBackError for what no officer may send to anybody. `allowed`: as for `held`."""
    if problems := held("\n".join(words), allowed):
        raise HeldBackError(problems)


def held(text: str, allowed: Collection[str] = ()) -> tuple[Held, ...]:
    """Everything in `text` that must not go out. `allowed`: hosts beside those of the State."""
    plain = _visible(text)
    found = []
    if _names_account(plain):
        found.append(Held.ACCOUNT)
    if _asks_for_secret(plain):
        found.append(Held.SECRET)
    if links_off(plain, allowed):
        found.append(Held.LINK)
    if _GAP.search(text):
        found.append(Held.VARIABLE)
    return tuple(found)


def _visible(text: str) -> str:
    """Without what nobody sees between two letters; full-width forms as the plain ones."""
    kept = (character for character in text if unicodedata.category(character) != "Cf")
    return unicodedata.normalize("NFKC", "".join(kept))


def _names_account(text: str) -> bool:
    if any(_leads_to_money(text, each) for each in _NUMBER.finditer(text)):
        return True
    if any(_is_account(text, each) for each in _BARE.finditer(text)):
        return True
    return _spelt_out(text, _SPELT if _PAYS.search(fold(text)) else _SPELT_BARE)


def _leads_to_money(text: str, number: re.Match[str]) -> bool:
    """Not the sum that is to be paid, and not the hotline; a purse goes by a telephone's number."""
    around = fold(text[max(0, number.start() - _NEAR) : number.end() + _NEAR])
    if not _PAYS.search(around) or _MONEY.match(fold(text[number.end() : number.end() + 8])):
        return False
    return not (_PROCEDURE.fullmatch(number[0]) or _CALLED.search(_before(text, number)))


def _is_account(text: str, number: re.Match[str]) -> bool:
    digits = re.sub(r"\D", "", number[0])
    if _PHONE.fullmatch(digits) or _MONEY.match(fold(text[number.end() : number.end() + 8])):
        return False
    return not _NAMED.search(_before(text, number))


def _before(text: str, number: re.Match[str]) -> str:
    return fold(text[max(0, number.start() - 40) : number.start()]) + " "


def _spelt_out(text: str, least: int) -> bool:
    said = digits = 0
    for word in _WORD.findall(text):
        if fold(word) in _DIGITS and _FALLING not in unicodedata.normalize("NFD", word):
            said, digits = said + 1, digits + 1
        elif word.isdigit() and said:
            digits += len(word)
        else:
            said = digits = 0
        if digits >= least and said >= _SPELT_WORDS:
            return True
    return False


def _asks_for_secret(text: str) -> bool:
    """In one sentence, or named in one and wanted in the next. A warning names it too, and asks for nothing."""
    named = False
    for sentence in _SENTENCE.split(text):
        folded = fold(sentence)
        if not folded:
            continue
        here = _SECRET.search(folded) is not None
        wanted = _COMES.sub(" ", _NEVER.sub(" ", folded))
        if (here and _ASKING.search(wanted)) or (named and _TO_US.search(wanted)):
            return True
        named = here
    return False
