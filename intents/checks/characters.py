"""Characters that look right and are not: they make a text that cannot be found by typing it."""

import re
import unicodedata
from collections.abc import Iterator

from intents.checks.texts import Text, Texts, label
from intents.problems import Problem
from intents.yaml_strict import Document

# Soft hyphen, zero-width and direction marks, byte order mark, controls other than line feed.
_INVISIBLE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufffd]"
)
_ODD_SPACE = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
# Cyrillic, full-width and mathematical letters; Icelandic and African letters drawn like Đ.
_FOREIGN = re.compile("[\u0400-\u052f\uff01-\uff5e\U0001d400-\U0001d7ff\u00d0\u00f0\u0189\u0256]")
_GREEK_IN_WORD = re.compile("(?<=[A-Za-z])[\u0370-\u03ff]|[\u0370-\u03ff](?=[A-Za-z])")
# All rules lie outside these: ASCII, the Vietnamese letters, the signs of a well-set text.
_SUSPECT = re.compile("[^\n -~À-ÏÑ-ïñ-ÿĂăĐđĨĩŨũƠơƯưẠ-ỹ–—“”‘’…]")
_REMEDY = "Xóa ký tự này rồi gõ lại bằng bộ gõ tiếng Việt, bảng mã Unicode."


def check(document: Document, written: Texts) -> Iterator[Problem]:
    if not unicodedata.is_normalized("NFC", written.whole):
        for path, text in written.all():
            if not unicodedata.is_normalized("NFC", text):
                what = f"Mục `{label(path)}` dùng Unicode tổ hợp (dấu rời khỏi chữ)."
                remedy = "Gõ lại bằng Unicode dựng sẵn, hoặc chuyển mã trong bộ gõ."
                yield Problem(document.file, document.line(path), "not-nfc", what, remedy)
    for found in written.matching(_SUSPECT):
        yield from _signs(document, found)


def _signs(document: Document, found: Text) -> Iterator[Problem]:
    path, text = found
    for rule, pattern, kind in (
        ("invisible", _INVISIBLE, "ký tự không nhìn thấy"),
        ("odd-space", _ODD_SPACE, "khoảng trắng lạ"),
        ("look-alike", _FOREIGN, "chữ giống chữ Việt nhưng thuộc bảng chữ khác"),
        ("look-alike", _GREEK_IN_WORD, "chữ Hy Lạp lẫn trong từ"),
    ):
        sign = pattern.search(text)
        if sign:
            code = f"U+{ord(sign[0]):04X}"
            shown = f"{sign[0]} {code}" if sign[0].isprintable() else code
            what = f"Mục `{label(path)}` có {kind} ({shown})."
            yield Problem(document.file, document.line(path), rule, what, _REMEDY)
