"""The voice: a lint (`tests/voice.py`) over every Vietnamese text a citizen may read."""

from collections.abc import Iterator
from functools import cache

import pytest
import regex

from bot.texts import PRONOUNS, Texts
from intents.catalog import Catalog, Procedure
from intents.slots import slots
from tests.house import shipped
from tests.voice import SECRET, offences

OFFICERS = ("console.", "registry.", "terminal.", "ticket.question_media")  # what citizens never read


@pytest.mark.parametrize(
    ("text", "offence"),
    [
        ("Chào bạn, em giúp được gì?", "bạn"),
        ("Dạ, em nghe. Dạ, anh/chị nói đi.", "Dạ more than once"),
        ("Em nghe dạ.", "Dạ does not open"),
        ("Em chào anh/chị ạ. Anh/chị cần gì ạ?", "ạ more than once"),
        ("Em chào anh/chị ạ, anh/chị cần gì?", "ạ inside a sentence"),
        ("Em chúc mừng gia đình 🎉.", "emoji"),
        ("Anh/chị nộp ở UBND huyện.", "a body that is gone"),
        ("Trước đây nộp ở huyện.", "a body that is gone"),
        ("Đơn gửi Phòng Tư pháp.", "a body that is gone"),
        ("Đổi bằng lái ở Sở GTVT.", "a body that is gone"),
        ("Hồ sơ nộp Sở Lao động - Thương binh và Xã hội.", "a body that is gone"),
        ("Chuyển vào số 19038476512011.", "an account number"),
        ("Anh/chị đọc mã OTP cho em.", "asks for a secret"),
        ("Anh/chị " + "chờ " * 30 + "giúp em.", "a sentence too long"),
    ],
)
def test_the_lint_hears_each_offence(text: str, offence: str) -> None:
    assert offences(text) == [offence]


@pytest.mark.parametrize(
    "text",
    [
        "Dạ, em chào anh/chị. Anh/chị cần hỏi thủ tục nào ạ?",
        "Dạ, anh/chị gọi 0290 3831000 hoặc 02903831000 ạ.",
        "Cán bộ không bao giờ xin mã OTP, mật khẩu. Đừng đưa mã PIN cho ai.",
        "Hồ sơ 000.00.01.H12-260105-0012, mã thủ tục 1.001193, lệ phí 1.250.000 đồng.",
        "Quên mật khẩu thì anh/chị đặt lại trong ứng dụng. Nay không còn cấp huyện.",
        "Dạ, việc này làm ở nước ngoài không ạ (có giấy của nước ngoài)?",
        "Em ghi lại: “" + "chữ " * 40 + "”.",
    ],
)
def test_the_lint_leaves_good_texts_alone(text: str) -> None:
    assert offences(text) == []


def _for_citizens() -> dict[str, str]:
    return {key: text for key, text in Texts.load("vi").entries.items() if not key.startswith(OFFICERS)}


def test_every_text_for_citizens_keeps_the_voice() -> None:
    assert {key: broken for key, text in _for_citizens().items() if (broken := offences(text))} == {}


def test_only_the_scam_warning_speaks_of_secrets() -> None:
    assert [key for key, text in _for_citizens().items() if SECRET.search(text)] == ["talk.scam"]


@pytest.mark.parametrize("pronoun", sorted(PRONOUNS))
def test_somebody_who_is_called_otherwise_is_never_called_anh_chi(pronoun: str) -> None:
    texts = Texts.load("vi").addressing(pronoun)
    said = {key: texts(key, **dict.fromkeys(_facts(text), "x")) for key, text in _for_citizens().items()}
    assert {
        key: text
        for key, text in said.items()
        if regex.search(r"anh\s*/\s*chị|anh chị", text, regex.IGNORECASE)
    } == {}


def _facts(text: str) -> Iterator[str]:
    return (found[1] for found in regex.finditer(r"\{(\w+)\}", text))


def test_the_questions_that_settle_a_doubt_keep_the_voice() -> None:
    asked = [slot.ask for slot in slots()]
    assert len(asked) > 5
    assert [(text, broken) for text in asked if (broken := offences(text))] == []


@cache
def _catalog() -> Catalog:
    return shipped().snapshot.catalog


def _lines(procedure: Procedure) -> Iterator[tuple[str, str]]:
    """What the bot says of a procedure in its own words: names and papers are the law's."""
    yield "summary", procedure.summary or ""
    yield "where", procedure.where or ""
    yield from (("mistakes", each) for each in procedure.mistakes)
    yield from (("neighbours", each.difference) for each in procedure.neighbours)
    papers = (item for case in procedure.documents for item in case.items)
    yield from (("if_missing", item.if_missing) for item in papers if item.if_missing)


def test_the_catalog_keeps_the_voice() -> None:
    said = [
        (f"{procedure.code} {part}", text)
        for procedure in _catalog().procedures
        for part, text in _lines(procedure)
    ]
    assert [(place, broken, text) for place, text in said if (broken := offences(text))] == []


def test_topics_keep_the_voice() -> None:
    said = [(topic.id, topic.answer) for topic in _catalog().topics]
    assert [(place, broken, text) for place, text in said if (broken := offences(text))] == []
