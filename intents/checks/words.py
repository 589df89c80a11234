"""Words a citizen must not read: bodies that no longer exist, account numbers, requests for secret codes.

Since 1 July 2025 there are two levels, province and commune (Law 72/2025/QH15); the departments were merged
from 1 March 2025 on. What people type (`wordings`) and what documents are called may keep the old names.
"""

import re
from collections.abc import Iterator

from intents.checks.texts import Texts, label
from intents.problems import Problem, Severity
from intents.yaml_strict import Document, Path

_TYPED_BY_CITIZENS = frozenset({"wordings", "everyday_names", "former", "old_names"})
_NAMES_OF_PAPERS = frozenset({"form", "form_link", "legal_basis", "announced_by", "source", "links"})
_EXEMPT = _TYPED_BY_CITIZENS | _NAMES_OF_PAPERS

_AND = r" ?(?:-|–|—|,|&|và|\s)+ ?"  # "Kế hoạch - Đầu tư", "Kế hoạch và Đầu tư", "KH&ĐT", "KH-ĐT"
_UNITS = r"huyện|quận|thị xã|thị trấn|(?:thành phố|tp\.?) ?(?:Cà Mau|Bạc Liêu)|tỉnh Bạc Liêu"
_MERGED = (
    rf"Giao thông{_AND}vận tải|GTVT|Lao động|LĐ ?-? ?TB ?(?:&|-|và)? ?XH|Kế hoạch{_AND}Đầu tư"
    rf"|KH ?[&-]? ?ĐT|Tài nguyên{_AND}Môi trường|TN ?[&-]? ?MT|Nông nghiệp{_AND}(?:Phát triển nông thôn|PTNT)"
    rf"|NN ?[&-]? ?PTNT|Thông tin{_AND}Truyền thông|TT ?[&-]? ?TT"
)
# A school has a "phòng y tế", a company a "phòng tài chính": in small letters only what nobody else has.
_OFFICES = (
    r"Tài nguyên|TN ?[&-]? ?MT|Lao động|LĐ|Giáo dục|GD ?[&-]? ?ĐT|Nội vụ|Tài chính|Nông nghiệp|Y tế|Dân tộc"
    rf"|(?i:tư pháp|LĐ ?-? ?TB ?(?:&|-|và)? ?XH|lao động{_AND}thương binh|tài nguyên{_AND}môi trường"
    rf"|tài chính{_AND}kế hoạch|giáo dục{_AND}đào tạo|quản lý đô thị|văn hóa{_AND}thông tin"
    r"|kinh tế (?:và|&|-|–) hạ tầng)"
)
_GONE = re.compile(
    rf"(?<!\w)(?:(?i:{_UNITS})|(?<!(?i:cơ ))(?<!(?i:trụ ))(?:(?i:sở)|Bộ|BỘ) (?i:{_MERGED})|(?i:phòng) (?:{_OFFICES})"
    r"|H\. ?[A-ZĐ][a-zà-ỹ]+|(?i:chi cục thuế|cục thuế tỉnh|ban dân tộc(?! và))"
    r"|(?i:Trung tâm Giải quyết thủ tục hành chính))(?!\w)"
)
_SAID_TO_BE_GONE = re.compile(
    r"(?i)(?:không còn|đã bỏ|bỏ|thay cho|trước đây là|tên cũ là) (?:cấp )?(?:huyện|quận)"
    rf"|(?:{_UNITS}|phòng|sở)(?: [\w-]+){{0,6}} (?:cũ|trước đây)(?!\w)"
)
_ACCOUNT = re.compile(
    r"(?i)(?:số tài khoản|tài khoản số|(?<!\w)stk(?!\w)|chuyển khoản)[^.\n]{0,60}?\d(?:[ .-]?\d){6,}"
)
_ASKS_SECRET = re.compile(
    r"(?i)(?<!\w)(?:gửi|cung cấp|đọc|báo|nhắn|cho em|cho xin)(?: [\w/]+){0,5}"
    r" (?:mã otp|otp|mật khẩu|mã pin)(?!\w)"
)
_NEGATED = re.compile(r"(?i)(?<!\w)(?:không|đừng|tuyệt đối|chớ)(?!\w)")


# What a text must hold, in lower case, before the slower patterns look at it.
_GONE_HINTS = (
    "huyện",
    "quận",
    "thị ",
    "thành phố",
    "tp",
    "h.",
    "cục thuế",
    "bạc liêu",
    "sở ",
    "bộ ",
    "phòng ",
    "dân tộc",
    "trung tâm g",
)
_SECRET_HINTS = ("khoản", "stk", "otp", "mật khẩu", "mã pin")


def check(document: Document, written: Texts) -> Iterator[Problem]:
    for path, _ in written.with_any(("http://",)):
        if "source" not in path:
            what = f"Mục `{label(path)}` có liên kết http:// không an toàn."
            remedy = "Dùng địa chỉ https:// hoặc bỏ đi."
            yield Problem(document.file, document.line(path), "link", what, remedy, _severity(document, path))
    for path, text in written.with_any(_GONE_HINTS):
        if not _EXEMPT.intersection(path):
            yield from _gone(document, path, text)
    for path, text in written.with_any(_SECRET_HINTS):
        if not _EXEMPT.intersection(path):
            yield from _secrets(document, path, text)


def _gone(document: Document, path: Path, text: str) -> Iterator[Problem]:
    found = _GONE.search(text) and _GONE.search(_SAID_TO_BE_GONE.sub(" ", text))
    if found:
        what = f"Mục `{label(path)}` nhắc “{found[0]}”, cơ quan hay đơn vị này không còn."
        remedy = "Ghi tên cơ quan hiện nay (chỉ còn cấp tỉnh và cấp xã)."
        yield Problem(document.file, document.line(path), "gone", what, remedy, _severity(document, path))


def _severity(document: Document, path: Path) -> Severity:
    """A warning where nobody has edited the item: an imported entry without wordings or a summary, an unconfirmed body.

    Such an item speaks with its source's words, and a list of 1,700 must be servable before it is edited.
    """
    tree = document.tree
    items = tree.get(str(path[0])) if isinstance(tree, dict) and len(path) > 2 else None
    item = items[path[1]] if isinstance(items, list) and isinstance(path[1], int) else None
    if not isinstance(item, dict):
        return Severity.ERROR
    is_entry, edited = path[0] == "procedures", bool(item.get("wordings") and item.get("summary"))
    raw = not edited if is_entry else item.get("unconfirmed") == "true"
    return Severity.WARNING if raw else Severity.ERROR


def _secrets(document: Document, path: Path, text: str) -> Iterator[Problem]:
    line = document.line(path)
    if _ACCOUNT.search(text):
        what = f"Mục `{label(path)}` có số tài khoản."
        remedy = "Bỏ số tài khoản; chỉ dẫn thanh toán trên Cổng Dịch vụ công hoặc tại quầy."
        yield Problem(document.file, line, "account", what, remedy)
    for sentence in re.split(r"[.!?\n]", text):
        if _ASKS_SECRET.search(sentence) and not _NEGATED.search(sentence):
            what = f"Mục `{label(path)}` xin mã OTP hoặc mật khẩu của người dân."
            yield Problem(document.file, line, "secret", what, "Bỏ câu này: cán bộ không bao giờ xin mã.")
