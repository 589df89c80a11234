"""Two needs in one message, and whether the catalog has one procedure for both (liên thông)."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice, pairwise

from intents.catalog import Catalog
from intents.patterns import PatternSet
from intents.spoken import Spoken, folded
from intents.text import clean, fold
from intents.words import light_words, words_of

MOST = 3  # needs that are told apart in one message
_MOST_JOINTS = 8  # of a long message; a story has many an `và`
_A_TALE = 24  # words; what is told at such length is one need and how it came
_LEAST_WORDS = 2  # of a half; "và tui" asks nothing
# Where a second need begins. Each place is tried alone: most of these words join parts of one name.
_ADDING = "với lại|rồi còn|đồng thời|sẵn tiện|tiện thể|ngoài ra|xong rồi|với|rồi|và|xong|vừa"
_MAYBE = "cùng|còn|luôn|thêm"
_CONTRAST = "còn"  # "còn bằng lái thì cấp lại" is said of another thing
_THEN = frozenset(
    {"gio", "nay", "ma", "nen", "bay", "hien", "thi"}
)  # the need follows, what was before is the tale


def _joint(adding: str, maybe: str) -> re.Pattern[str]:
    return re.compile(rf"\s*(?:[,;.?!\n]+|\b(?:(?P<adding>{adding})|{maybe})\b)\s*", re.IGNORECASE)


def _bare(words: str) -> str:
    return "|".join(map(fold, words.split("|")))


_MARKED, _UNMARKED = _joint(_ADDING, _MAYBE), _joint(_bare(_ADDING), _bare(_MAYBE))
# A part is a need of its own if it says that something is to be done, and to what.
_DOING = (
    "làm|xin|đổi|đăng_ký|sang_tên|nhập|tách|khai|mở|sao_y|chứng_thực|công_chứng|gia_hạn|xóa|cắt|chuyển|mua|bán|tặng"
    "|lãnh|lĩnh|hưởng|nộp|sửa|bổ_sung|đóng|thi|gỡ|hủy|cấp_lại|cấp_đổi|xin_cấp|xác_nhận|gắn|lập"
)
_ERRAND = frozenset(("giấy tờ", "giay to", "vụ", "vu", "chuyện", "chuyen", "thủ tục", "thu tuc"))
_NO_OBJECT = (
    "giấy tờ đơn hồ sơ thủ tục xã phường sở tỉnh nhận mới lại khác đi cần đâu nào mạng online dùm giùm muốn phải người"
    " mất hư công an trợ cấp"
)


@cache
def _doing() -> PatternSet[None]:
    return PatternSet([(_DOING, None)]).compiled()


@cache
def _without_object() -> frozenset[str]:
    """With marks, and as somebody writes who uses none."""
    words = words_of(f"{_DOING.replace('|', ' ').replace('_', ' ')} {_NO_OBJECT}")
    return frozenset((*words, *folded(words)))


def halves(text: str) -> Iterator[tuple[str, str, bool]]:
    """The ways to cut a message in two, from the left, and whether a word says that the second is added."""
    line = clean(text)
    if len(line.split()) > _A_TALE:
        return
    joints = _UNMARKED if fold(line) == line.lower() else _MARKED
    for joint in islice(joints.finditer(line), _MOST_JOINTS):
        first, second = line[: joint.start()].strip(), line[joint.end() :].strip()
        begins = next(iter(folded(words_of(second))), "")
        if min(len(first.split()), len(second.split())) >= _LEAST_WORDS and begins not in _THEN:
            contrasted = joint.group().strip().lower() == _CONTRAST and "thì" in words_of(second)
            yield first, second, joint["adding"] is not None or contrasted


def says_what(part: str) -> bool:
    """Whether a part of a message by itself wants something done, and says to what."""
    said = Spoken.of(words_of(part))
    named = any(word not in _without_object() and word not in light_words() for word in said.words)
    return named and bool(_doing().find(said))


def begins_an_errand(words: Sequence[str]) -> bool:
    """ "Giấy tờ đất", "vụ bảo hiểm": too little to know which, yet a need beside another."""
    return not _ERRAND.isdisjoint((*words, *map(" ".join, pairwise(words))))


def bundle_for(catalog: Catalog, codes: Sequence[str]) -> str | None:
    """The code of the smallest bundle that all of two or more procedures are part of (or are)."""
    wanted = set(codes)
    fitting = [
        bundle for bundle in catalog.bundles if len(wanted) > 1 and wanted <= {bundle.code, *bundle.bundle_of}
    ]
    return min(fitting, key=lambda bundle: (len(bundle.bundle_of), bundle.code)).code if fitting else None
