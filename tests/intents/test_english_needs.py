"""Needs told in English are found, and nothing Vietnamese is taken for English."""

import pytest

from intents.english import in_official_words
from intents.matches import Found
from intents.text import fold
from tests.intents.sentences import FOLDER, matcher, rows


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("I need a birth certificate for my newborn", "1.001193"),
        ("my father died, how to register", "1.000656"),
        ("can I marry my Korean boyfriend here", "2.000806"),
        ("certificate of single status for working abroad", "1.004873"),
        ("I lost my ID card", "1.014064"),
        ("I want to apply for a passport for my son", "1.001456"),
        ("my driver's license expired last month", "3.000347"),
        ("split my land into two plots", "1.012784"),
        ("want to open a small restaurant", "1.001612"),
        ("certified copies of my diploma", "2.000815"),
        ("I lost my job, can I get unemployment benefits", "1.014748"),
    ],
)
def test_a_need_told_in_english_is_found(said: str, code: str) -> None:
    match = matcher().match(said)
    assert isinstance(match, Found)
    assert match.best.code == code


@pytest.mark.parametrize(
    "said", ["what is the weather tomorrow", "thank you very much", "visa", "lam passport online"]
)
def test_what_is_no_need_in_english_means_none(said: str) -> None:
    assert in_official_words(said) is None


def test_no_vietnamese_sentence_is_taken_for_english() -> None:
    names = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.glob("**/*.jsonl"))
    texts = [row["text"] for row in rows(*names) if "text" in row]
    assert len(texts) > 10_000
    assert not [text for text in texts if in_official_words(text) or in_official_words(fold(text))]
