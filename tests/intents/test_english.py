"""English is heard, and nobody who writes Vietnamese is taken for an Englishman."""

import json
from pathlib import Path

import pytest

from intents.english import is_english

SENTENCES = Path(__file__).parent.parent / "sentences"


@pytest.mark.parametrize(
    "text",
    [
        "how do I get a birth certificate",
        "I need to renew my driving license",
        "my wife is Vietnamese, how do we register our marriage",
        "can I open a coffee shop",
        "I lost my passport",
    ],
)
def test_plain_english(text: str) -> None:
    assert is_english(text)


@pytest.mark.parametrize(
    "text",
    [
        "lam passport can giay gi",
        "em muon apply visa",
        "do xe lam sao",
        "ok thank you",
        "me con toi o tan an",
        "",
    ],
)
def test_what_may_be_vietnamese_is(text: str) -> None:
    assert not is_english(text)


def test_no_vietnamese_sentence_is_taken_for_english() -> None:
    taken = [
        text
        for file in sorted(SENTENCES.rglob("*.jsonl"))
        for line in file.read_text("utf-8").splitlines()
        if is_english(text := json.loads(line)["text"])
    ]
    assert taken == []
