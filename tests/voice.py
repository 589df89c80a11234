"""The voice as rules: what a text for citizens must not do.

The bot is "em", the citizen "anh/chị" or as they call themselves; "Dạ" opens and "ạ" closes, each once;
sentences are short; no body that is gone, no account number, no request for a secret.
"""

import regex

LONGEST_SENTENCE = 30  # words; a placeholder or a quotation counts as one

_SENTENCE_END = regex.compile(r"(?<=[.?!…])[”)]?\s+|\n+")
_QUOTED = regex.compile(r"“[^”]*”")
_YOU = regex.compile(r"\bbạn\b(?! bè)", regex.IGNORECASE)
_OPENING = regex.compile(r"\bdạ\b(?! dày)", regex.IGNORECASE)
_CLOSING = regex.compile(r"\bạ\b")
_CLOSING_MID_SENTENCE = regex.compile(r"\bạ\b(?! \([^()]*\)[.?!…]|[.?!…]|$)", regex.MULTILINE)
_EMOJI = regex.compile(r"[\p{Extended_Pictographic}--[©®™]]|[\U0001F1E6-\U0001F1FF]", regex.VERSION1)
_ACCOUNT = regex.compile(r"(?<!\d)(?<!\d[.,-])(?!0\d{9,10}(?!\d))\d{9,19}(?![.,-]?\d)")
SECRET = regex.compile(r"\b(OTP|mật khẩu|mã PIN)\b", regex.IGNORECASE)
_SECRET_ASKED = regex.compile(
    r"\b(đọc|gửi|nhắn|cho em|cung cấp|nhập|xin)\b[^.?!\n]{0,40}\b(OTP|mật khẩu|mã PIN)\b", regex.IGNORECASE
)
_REFUSAL = regex.compile(r"\b(không|đừng|chớ)\b", regex.IGNORECASE)
# No districts since 1 July 2025; departments merged by Resolution 176/2025/QH15 and the provinces' own.
_GONE = regex.compile(
    r"(?<!không còn |không còn cấp )\bhuyện\b|\bUBND thị xã\b|\bthị trấn\b|\bBan Dân tộc\b"
    r"|\bPhòng (Tư pháp|Lao động|Giáo dục|Tài nguyên|Kinh tế)\b"
    r"|\bSở (GTVT|Giao thông|LĐ ?-? ?TB|LĐTBXH|Lao động|KH ?& ?ĐT|Kế hoạch|TN ?& ?MT|Tài nguyên)"
    r"|\bSở (TT ?& ?TT|Thông tin|NN ?& ?PTNT|Nông nghiệp và Phát triển)"
    r"|\bBộ (Lao động|Giao thông|Kế hoạch|Tài nguyên|Thông tin)\b",
    regex.IGNORECASE,
)


def offences(text: str) -> list[str]:
    """What a text does against the voice; empty for a good one."""
    rules = {
        "bạn": _YOU.search(text),
        "Dạ more than once": len(_OPENING.findall(text)) > 1,
        "Dạ does not open": (found := _OPENING.search(text)) and found.start() > 0,
        "ạ more than once": len(_CLOSING.findall(text)) > 1,
        "ạ inside a sentence": _CLOSING_MID_SENTENCE.search(text),
        "emoji": _EMOJI.search(text),
        "a body that is gone": _GONE.search(text),
        "an account number": _ACCOUNT.search(text),
        "asks for a secret": any(
            _SECRET_ASKED.search(each) and not _REFUSAL.search(each) for each in sentences(text)
        ),
        "a sentence too long": any(_words(each) > LONGEST_SENTENCE for each in sentences(text)),
    }
    return [name for name, broken in rules.items() if broken]


def sentences(text: str) -> list[str]:
    return [each for each in _SENTENCE_END.split(text) if each]


def _words(sentence: str) -> int:
    return len(_QUOTED.sub("…", sentence).split())
