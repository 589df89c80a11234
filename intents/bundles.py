"""Two needs in one message, and whether the catalog has one procedure for both (liên thông)."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import islice, pairwise
from typing import NamedTuple

from intents.catalog import Catalog
from intents.patterns import PatternSet
from intents.spoken import Spoken, folded
from intents.text import clean, fold, keep_accents
from intents.words import light_words, words_of

MOST = 3  # needs that are told apart in one message
_MOST_JOINTS = 8  # of a long message; a story has many an `và`
_A_TALE = 24  # words; what is told at such length is one need and how it came
_A_NAME = 3  # words
_LEAST_WORDS = 2  # of a half; "và tui" asks nothing
# Where a second need begins. Each place is tried alone: most of these words join parts of one name.
_ADDING = (
    "với lại|rồi còn|đồng thời|sẵn tiện|luôn tiện|nhân tiện|tiện thể|ngoài ra|xong rồi|sau đó|sẵn đó|sẵn đây"
    "|cùng với|cũng như|với|rồi|và|xong|vừa"
)
_MAYBE = "cùng|còn|luôn|thêm|tiếp"
_CONTRAST = "con"
_AFTER = ("xong", "roi", "sau do")
_DONE = re.compile(
    r"\s*(?:xong\s+)?(?:rồi|roi|xong)\s*[,;.?!]", re.IGNORECASE
)  # "... năm rồi, ..." adds nothing


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_NO_MORE = _set("khong ko k kg chua hong hok hem chang het van cung neu luc khi")  # before "còn": no contrast
_OTHERS = _set("vo chong con ba me ma cha anh chi em ong co chu bac thang dua nho nguoi")
_NOT_AFTER = _set("có tài thủy hải nông lâm sinh thành động")  # of "sẵn", "sản" where unmarked
_PAPERS = _set("giấy giay thẻ bằng phiếu phieu")
_THEN = _set("gio nay ma nen bay hien thi")  # the need follows, what was before is the tale


def _joint(form: Callable[[str], str]) -> re.Pattern[str]:
    """One or more of the signs and words that join: ", sau đó", "rồi sẵn", "+"."""
    adding, maybe = ("|".join(map(form, words.split("|"))) for words in (_ADDING, _MAYBE))
    no_sum = "".join(rf"(?<!\b{form(word)} )" for word in _NOT_AFTER)
    sign = r"(?P<plus>[+&])|[,;.?!\n]"
    word = rf"\b(?:(?P<adding>{adding}|{no_sum}{form('sẵn')})|{maybe})\b"
    return re.compile(rf"\s*(?:(?:{sign}|{word})\s*)+", re.IGNORECASE)


_MARKED, _UNMARKED = _joint(str), _joint(fold)
# A part is a need of its own if it says that something is to be done, and to what.
_DOING = (
    "làm|xin|đổi|đăng_ký|sang_tên|nhập|tách|khai|mở|sao_y|chứng_thực|công_chứng|gia_hạn|xóa|cắt|chuyển|mua|bán|tặng"
    "|lãnh|lĩnh|hưởng|nộp|sửa|bổ_sung|đóng|thi|gỡ|hủy|cấp_lại|cấp_đổi|xin_cấp|xác_nhận|gắn|lập"
    "|rút|đăng_kiểm|trích_lục"
)
_ERRAND = frozenset(("giấy tờ", "giay to", "vụ", "vu", "chuyện", "chuyen", "thủ tục", "thu tuc"))
_NO_OBJECT = (
    "giấy tờ đơn hồ sơ thủ tục xã phường sở tỉnh nhận mới lại khác đi cần đâu nào mạng online dùm giùm muốn phải người"
    " mất hư công an trợ cấp"
)


_TOLD = ("=đã làm|có|xong|đăng_ký|cấp|nhận|được|nộp", "làm|có|xong|đăng_ký rồi $", "^ =đã")


@cache
def _told() -> PatternSet[None]:
    return PatternSet((each, None) for each in _TOLD).compiled()


@cache
def _doing() -> PatternSet[None]:
    return PatternSet([(_DOING, None)]).compiled()


@cache
def _without_object() -> frozenset[str]:
    """With marks, and as somebody writes who uses none."""
    words = words_of(f"{_DOING.replace('|', ' ').replace('_', ' ')} {_NO_OBJECT}")
    return frozenset((*words, *folded(words)))


class Cut(NamedTuple):
    """One way to cut a message in two."""

    first: str
    second: str
    added: bool  # a word says that the second is something more
    after: bool  # of which the first may be the tale: "cưới vợ xong nhập hộ khẩu"

    @property
    def is_bare(self) -> bool:
        """ "Hộ chiếu với căn cước": two names and no more."""
        return max(len(self.first.split()), len(self.second.split())) <= _A_NAME


def halves(text: str) -> Iterator[Cut]:
    """The ways to cut a message in two, from the left."""
    line = clean(text)
    if len(line.split()) > _A_TALE:
        return
    joints = _UNMARKED if fold(line) == keep_accents(line) else _MARKED
    for joint in islice(joints.finditer(line), _MOST_JOINTS):
        first, second = line[: joint.start()].strip(), line[joint.end() :].strip()
        begins = next(iter(folded(words_of(second))), "")
        if min(len(first.split()), len(second.split())) >= _LEAST_WORDS and begins not in _THEN:
            words = fold(joint.group())
            more = bool(joint["adding"] or joint["plus"]) and not _DONE.match(joint.group())
            added = more or _contrasts(first, words, second)
            yield Cut(first, second, added, after=words.endswith(_AFTER))


def _contrasts(first: str, joint: str, second: str) -> bool:
    """ "... còn bằng lái thì ...", "... còn vợ tui ...", but not "không còn giấy tờ"."""
    if not joint.endswith(_CONTRAST) or fold(first).split()[-1] in _NO_MORE:
        return False
    words = folded(words_of(second))
    return "thi" in words or words[0] in _OTHERS


def is_told(part: str) -> bool:
    """Whether a part says what was done already: "khai tử làm rồi", "đã có giấy khai sinh"."""
    return bool(_told().find(Spoken.of(words_of(part))))


def says_what(part: str) -> bool:
    """Whether a part of a message by itself wants something done, and says to what."""
    said = Spoken.of(words_of(part))
    named = any(word not in _without_object() and word not in light_words() for word in said.words)
    return named and bool(_doing().find(said))


def says_to_do(part: str) -> bool:
    """Whether it says that something is to be done, be it to what was named before ("sang tên cho con")."""
    return bool(_doing().find(Spoken.of(words_of(part))))


def begins_to_do(text: str) -> bool:
    """ "Đăng ký đấu nối nước sạch": begins with what is to be done, and tells nothing that happened."""
    return any(hit.start == 0 for hit in _doing().find(Spoken.of(words_of(text))))


def begins_an_errand(words: Sequence[str]) -> bool:
    """ "Giấy tờ đất", "vụ bảo hiểm": too little to know which, yet a need beside another."""
    return not _ERRAND.isdisjoint((*words, *map(" ".join, pairwise(words))))


def is_called(part: str) -> bool:
    """Whether it begins with a paper ("giấy vệ sinh thực phẩm")."""
    return words_of(part)[0] in _PAPERS


def bundle_for(catalog: Catalog, codes: Sequence[str]) -> str | None:
    """The code of the smallest bundle that all of two or more procedures are part of (or are)."""
    wanted = set(codes)
    fitting = [
        bundle for bundle in catalog.bundles if len(wanted) > 1 and wanted <= {bundle.code, *bundle.bundle_of}
    ]
    return min(fitting, key=lambda bundle: (len(bundle.bundle_of), bundle.code)).code if fitting else None
