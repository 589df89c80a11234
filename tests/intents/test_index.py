"""The index and what stands on it: scores, first phrases, what a phrase covers; the same in every thread."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from intents.index import Index
from intents.patterns import PatternSet
from intents.plainness import Plainness
from intents.spoken import Spoken
from intents.vocabulary import WORD
from intents.weighing import LEAD_WORDS, MEANT_WORDS, weighed
from intents.words import words_of
from tests.intents.sentences import catalog, matcher, rows

PHRASES = [
    "đăng ký khai sinh",
    "đăng ký kết hôn",
    "làm khai sinh cho con",
    "đăng ký lại khai sinh",
    "tách thửa đất",
]
OWNERS = [0, 1, 2, 2, 3]


def said(text: str) -> Spoken:
    return Spoken.of(words_of(text))


@pytest.fixture
def index() -> Index:
    return Index([words_of(text) for text in PHRASES], OWNERS)


def test_two_readings_score_as_each_does_alone(index: Index) -> None:
    queries = [index.query(said("khai sinh cho con")), index.query(said("đăng ký khai sinh lại"))]
    together = index.scores(queries)
    for query, scores in zip(queries, together, strict=True):
        assert scores == pytest.approx(index.scores([query])[0])


def test_what_is_said_to_the_word_comes_first_and_what_shares_nothing_never(index: Index) -> None:
    scores = index.scores([index.query(said("đăng ký khai sinh"))])[0]
    found = index.best_phrases(scores, 5).tolist()
    assert found[0] == 0
    assert 4 not in found
    assert index.best_phrases(np.zeros(5, dtype=np.float32), 5).tolist() == []


def test_phrases_as_good_as_the_last_one_wanted_stay_in(index: Index) -> None:
    scores = np.array([0.1, 0.9, 0.5, 0.5, 0.5], dtype=np.float32)
    assert index.best_phrases(scores, 2).tolist() == [1, 2, 3, 4]
    assert index.best_phrases(np.repeat(scores, 9), 2).tolist() == list(range(9, 18))


def test_a_row_covers_of_a_message_what_it_holds(index: Index) -> None:
    query = index.query(said("khai sinh thất lạc"))
    message = weighed(index, [query], index.word_query(["khai"]))
    both = np.array([0, 4])
    covered = message.covered(index.terms, [both, both, both])
    as_typed, as_meant, of_entry = covered[:, :2], covered[:, 2:4], covered[:, 4:]
    known = (message.wholes[WORD] - query.unknown) / message.wholes[WORD]
    assert as_typed[WORD].tolist() == pytest.approx([known, 0.0])
    assert as_meant.tolist() == as_typed.tolist()
    assert of_entry[MEANT_WORDS].tolist() == pytest.approx([known, 0.0])
    assert of_entry[LEAD_WORDS].tolist() == [1.0, 0.0]


def test_a_phrase_that_is_forgotten_leaves_its_owner_the_others(index: Index) -> None:
    words = {number: word for word, number in index.vocabulary.words.items()}
    owner = int(index.row_of_owner(np.array([2]))[0])
    assert {words[term] for term in index.without(2)[owner].tolist()} == {"dang", "ky", "lai", "khai", "sinh"}
    alone = int(index.row_of_owner(np.array([0]))[0])
    assert index.without(0)[alone].tolist() == [-1]


def test_threads_that_share_a_matcher_do_not_disturb_each_other() -> None:
    texts = [row["text"] for row in rows("measure/independent.jsonl")[:60]]
    alone = [matcher().match(text) for text in texts]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(matcher().match, texts * 4))
    for number, match in enumerate(together):
        assert match.candidates == alone[number % len(texts)].candidates


def test_no_pattern_is_passed_over_that_would_be_found() -> None:
    """The quick choice of patterns against trying every one."""
    patterns = [
        "mất|rớt .. bằng_lái",
        "xin? cấp_lại giấy",
        "con|cháu mới? sinh|sanh",
        "^ làm",
        "đất ... sổ_đỏ|sổ_hồng $",
    ]
    texts = [row["text"] for row in rows("measure/independent.jsonl")] + [
        "mất cái bằng lái",
        "đất này có sổ đỏ",
    ]
    together = PatternSet([(pattern, pattern) for pattern in patterns])
    alone = [PatternSet([(pattern, pattern), ("=không_bao_giờ_có", "")]) for pattern in patterns]
    for text in texts:
        expression = [each._patterns[0].expression.search(f" {' '.join(words_of(text))} ") for each in alone]
        brute = [pattern for pattern, found in zip(patterns, expression, strict=True) if found]
        assert [hit.payload for hit in together.find(said(text))] == brute


def test_titles_that_hold_a_word_or_a_pair_are_found_without_looking_through_all() -> None:
    procedures = catalog().procedures
    plain = Plainness(procedures)
    for words in (["đất"], ["sang", "tên"], ["cap", "lai"], ["giấy", "phép", "xây"]):
        pair = f" {' '.join(words)} "
        holding = {
            each.field
            for each in procedures
            for form in [said(each.title)]
            if {*words} <= {*form.words, *form.plain}
            and (len(words) != 2 or any(pair in f" {' '.join(text)} " for text in (form.words, form.plain)))
        }
        assert plain.fields(words) == len(holding) > 0, words
