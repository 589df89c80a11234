"""What no pattern knows is voted on (decision 0032); these sentences are not among those it learned from."""

import json
import unicodedata
from pathlib import Path

import pytest

from intents.civil import civil
from intents.gist import LONGEST, Gist, shipped_voting
from intents.spoken import Spoken
from intents.text import fold
from intents.words import words_of

TAUGHT = Path(__file__).parent.parent / "sentences" / "gist"


def said(text: str) -> Spoken:
    return civil(Spoken.of(words_of(text)))


def gist_of(text: str) -> Gist | None:
    vote = shipped_voting().vote(said(text))
    return vote.gist if vote else None


HEARD = [
    (Gist.FILE_PETITION, "trụ điện nghiêng sắp ngã xuống nhà dân"),
    (Gist.FILE_PETITION, "hẻm nhà tôi tối thui không có đèn"),
    (Gist.COMPLAIN_OFFICER, "cô tiếp nhận bỏ đi uống cà phê bắt dân ngồi chờ cả tiếng"),
    (Gist.SCAM, "họ kêu tôi quét mã QR để nhận trợ cấp"),
    (Gist.LOOK_UP_DOSSIER, "ai đang cầm hồ sơ của tôi"),
    (Gist.PETITION_STATE, "hôm bữa tôi góp ý chưa thấy ai trả lời"),
    (Gist.AMBULANCE, "có người té xỉu ngoài chợ"),
    (Gist.CHILD, "bà hàng xóm nhốt con không cho ăn"),
    (Gist.SEA_RESCUE, "tàu tui trôi ngoài biển hết dầu"),
    (Gist.SUICIDE, "tôi buồn quá không biết sống để làm gì"),
    (None, "đăng ký khai sinh cho con cần giấy tờ gì"),
    (None, "ba tui mất năm ngoái giờ làm giấy khai tử"),
    (None, "xin giấy phép xây nhà ở nông thôn"),
    (None, "thôi để mai tôi ra xã hỏi luôn"),
    (None, ""),
]


@pytest.mark.parametrize(("gist", "text"), HEARD)
def test_what_a_message_is_about(gist: Gist | None, text: str) -> None:
    assert gist_of(text) == gist
    assert gist_of(unicodedata.normalize("NFD", text)) == gist


def test_these_sentences_were_not_learned() -> None:
    rows = [
        json.loads(line) for path in TAUGHT.glob("*.jsonl") for line in path.read_text("utf-8").splitlines()
    ]
    learned = {fold(row["text"]) for row in rows}
    assert len(rows) > 6_000
    assert [text for gist, text in HEARD if gist and fold(text) in learned] == []


def test_a_long_tale_is_not_voted_on() -> None:
    cry = "tàu tui trôi ngoài biển hết dầu"
    assert gist_of(cry) is Gist.SEA_RESCUE
    assert gist_of(" ".join([cry] * 6)) is None
    assert len(words_of(" ".join([cry] * 6))) > LONGEST


def test_a_vote_says_which_words_spoke() -> None:
    words = dict(shipped_voting().reasons(said("trụ điện nghiêng sắp ngã"), Gist.FILE_PETITION))
    assert words
    assert all(weight > 0 for weight in words.values())
    assert {"tru", "dien"} & words.keys()
