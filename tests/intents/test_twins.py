"""Paraphrase twins: what is said in other letters or other words means the same. Known failures are a strict list."""

import unicodedata
from collections.abc import Iterator
from functools import cache

import pytest

from intents.broad import errands
from intents.manner import manner_of
from intents.matches import SHOWN, Unsure
from intents.meanings import meant
from intents.slots import which_errand
from intents.spoken import Spoken
from intents.text import fold
from intents.words import table, words_of
from tests.intents.sentences import catalog, lines, matcher
from tests.intents.twins import mistyped, need, southern

LONGEST_QUESTION = 30  # words


@cache
def first(text: str) -> str | None:
    candidates = matcher().match(text).candidates
    return candidates[0].code if candidates else None


def test_every_procedure_has_wordings_of_many_kinds() -> None:
    """At least five; one is typed without marks, and one is a need that leaves out what the procedure is called."""
    short = [each.code for each in catalog().procedures if len(each.wordings) < 5]
    marked = [each.code for each in catalog().procedures if not any(map(str.isascii, each.wordings))]
    named = [each.code for each in catalog().procedures if not need(each)]
    assert (short, marked, named) == ([], [], [])


def twins() -> Iterator[tuple[str, str, str, str]]:
    """Code of the procedure, kind of twin, the text and the same said otherwise."""
    for each in catalog().procedures:
        spoken, slipped = need(each), next(text for text in each.wordings if not text.isascii())
        for text in sorted({spoken, slipped}):
            yield each.code, "without_marks", text, fold(text)
        yield each.code, "southern", spoken, southern(spoken)
        yield each.code, "mistyped", slipped, mistyped(slipped)


def test_twins_get_the_same_answer() -> None:
    """Of every procedure the need without marks and in Southern speech, and another wording without marks and mistyped.

    Strict: what diverges is in the list, and what no longer does has left it. A wording itself is its owner's.
    """
    apart: dict[str, list[str]] = {"without_marks": [], "southern": [], "mistyped": []}
    for code, kind, text, twin in twins():
        if first(twin) != code:
            apart[kind].append(text)
    assert {kind: sorted(texts) for kind, texts in apart.items()} == lines("known_failures.yaml")[
        "twins_apart"
    ]


def test_twins_are_answered_alike() -> None:
    """Both found, both asked back, or both neither. Strict, as above: what differs is in the list."""
    differ: dict[str, list[str]] = {"without_marks": [], "southern": [], "mistyped": []}
    for _, kind, text, twin in twins():
        if type(matcher().match(text)) is not type(matcher().match(twin)):
            differ[kind].append(text)
    assert {kind: sorted(texts) for kind, texts in differ.items()} == lines("known_failures.yaml")[
        "twins_answered_otherwise"
    ]


@pytest.mark.long
def test_every_wording_without_marks_is_its_owners() -> None:
    owned = [(text, each.code) for each in catalog().procedures for text in each.wordings]
    assert [text for text, code in owned if first(fold(text)) != code] == []


def test_every_eleventh_wording_is_its_owners() -> None:
    owned = [(text, each.code) for each in catalog().procedures for text in each.wordings][::11]
    assert [text for text, code in owned if first(text) != code] == []


# The same need: as it is typed in a hurry, in Southern speech, and as a formal letter would put it.
TWINS = [
    ("1.001193", "lm gks cho con", "vợ tui mới sanh, giờ mần giấy gì", "Đăng ký khai sinh cho con cần gì?"),
    ("1.000894", "dk ket hon", "tụi tui tính ra xã ký hôn thú", "Thủ tục đăng ký kết hôn gồm những gì?"),
    ("1.000656", "lm giay chung tu", "ba tui mới mất, giờ báo tử ở đâu", "Đăng ký khai tử cho người thân"),
    ("1.004222", "nhap hk", "tui muốn nhập khẩu cho vợ dìa nhà", "Hồ sơ đăng ký thường trú gồm gì?"),
    ("1.014064", "mat cccd", "rớt mất căn cước dưới kinh rồi", "Cấp lại thẻ căn cước do bị mất"),
    ("3.000348", "mất blx", "rớt bằng lái xe, giờ mần lại sao", "Cấp lại giấy phép lái xe bị mất"),
    ("1.012784", "tach thua", "tui cắt đất cho con nửa công", "Thủ tục tách thửa đất"),
    ("2.000815", "sao y cccd", "photo công chứng cái bằng", "Chứng thực bản sao từ bản chính"),
    ("1.004873", "giay doc than", "xin cái giấy chưa vợ", "Cấp giấy xác nhận tình trạng hôn nhân"),
    ("1.001612", "mo tiem tap hoa can giay j", "tui tính mở quán hủ tiếu nhỏ", "Đăng ký thành lập hộ kinh doanh"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "hasty", "southern", "formal"), TWINS)
def test_a_need_is_the_same_in_any_register(code: str, hasty: str, southern: str, formal: str) -> None:
    assert {first(hasty), first(southern), first(formal)} == {code}


RESPELLED = [("hoà", "hòa"), ("thuỷ", "thủy"), ("huỷ", "hủy"), ("uỷ", "ủy"), ("xoá", "xóa"), ("khoá", "khóa")]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_wordings_may_be_spelled_as_one_likes(form: str) -> None:
    """Every ninth wording: composed or not, old or new tone placement, capitals, spaces, punctuation."""
    apart = []
    for text in [text for procedure in catalog().procedures for text in procedure.wordings][::9]:
        other = text
        for old, new in RESPELLED:
            other = other.replace(new, old) if new in other else other.replace(old, new)
        other = unicodedata.normalize(form, f"  {other.upper()} ?! ".replace(" ", "  "))
        if first(other) != first(text):
            apart.append(text)
    assert apart == []


@pytest.mark.parametrize(
    "text", ["đất đai", "giay phep", "cho hỏi về đất đai", "xe", "trợ cấp", "làm giấy tờ đất"]
)
def test_a_word_that_begins_many_errands_is_asked_back(text: str) -> None:
    match = matcher().match(text)
    assert isinstance(match, Unsure)
    assert 2 <= len(match.candidates) <= SHOWN
    assert len({each.name for each in match.candidates}) == len(match.candidates)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("làm giấy tờ đất", "sang tên đất, làm sổ lần đầu hay tách thửa ạ?"),
        ("tau ca", "đăng ký tàu cá, xin giấy phép khai thác hay đóng mới hoặc cải hoán tàu ạ?"),
    ],
)
def test_the_question_names_what_tells_the_errands_apart(text: str, asked: str) -> None:
    match = matcher().match(text)
    assert isinstance(match, Unsure)
    assert match.question is not None
    assert match.question.ask.endswith(asked)
    assert tuple(code for option in match.question.options for code in option.codes) == tuple(
        each.code for each in match.candidates
    )


def test_the_questions_are_short() -> None:
    for said, official in table("broad.tsv"):
        labels = [each.partition(": ")[0] for each in official.split(" ; ")]
        assert all(label and "," not in label for label in labels), said
        assert len(which_errand([("", label) for label in labels]).ask.split()) <= LONGEST_QUESTION, said


@pytest.mark.parametrize("text", ["đất bị lấn ranh", "tách thửa đất", "giấy phép xây nhà", "đặt đai"])
def test_who_says_more_than_a_broad_word_means_more(text: str) -> None:
    assert errands(words_of(text)) == ()


@pytest.mark.parametrize(
    ("errand", "elsewhere"),
    [
        ("xin giấy phép mở quán karaoke", "karaoke nào gần đây giá rẻ"),
        ("xin phép cất nhà cần hồ sơ gì", "cất nhà hết bao nhiêu tiền một mét"),
        ("đăng ký nuôi tôm ở xã", "tôm bị đốm trắng trị sao"),
    ],
)
def test_an_errand_sounds_otherwise_than_other_talk(errand: str, elsewhere: str) -> None:
    def of(text: str) -> float:
        manner = manner_of(Spoken.of(words_of(text)), 0.0)
        return manner.errand - manner.elsewhere

    assert of(errand) > 0 > of(elsewhere)


def test_what_is_meant_stands_once() -> None:
    """Several patterns that say the same of the same words do not say it twice."""
    official = " ".join(meant(Spoken.of(words_of("xin lý lịch tư pháp"))).words)
    assert official.count("phiếu lý lịch tư pháp") == 1
