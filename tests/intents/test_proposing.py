"""Wordings without the person in them, and what a new one would change."""

import pytest

from intents.matcher import Matcher
from intents.matches import Found
from intents.proposing import effect, impersonal, teaches
from tests.house import shipped

BIRTH = "1.001193"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("tui là Trần Văn Sáu muốn làm khai sinh, số 0912345678", "tui là muốn làm khai sinh, số"),
        ("con bà Nguyễn Thị Tư mất rồi khai tử ở đâu", "con bà mất rồi khai tử ở đâu"),
        ("hồ sơ H12.25-261113-0001 của ông Út sao rồi", "hồ sơ của ông sao rồi"),
        ("làm khai sinh cho con", "làm khai sinh cho con"),
    ],
)
def test_numbers_and_names_are_taken_out(said: str, kept: str) -> None:
    assert impersonal(said) == kept


def test_a_wording_nobody_knows_is_learned_and_the_catalog_in_use_is_not_touched() -> None:
    matcher: Matcher = shipped().snapshot.matcher
    wording = "em bé nhà tui chào đời bữa hổm, tờ giấy đầu tiên của nó lấy chỗ mô"
    before = matcher.catalog.by_code[BIRTH].wordings
    assert teaches(matcher, BIRTH, wording)
    changes = effect(matcher, BIRTH, wording)
    assert not changes.sure_before
    assert (changes.after, changes.sure_after) == (1, True)
    assert matcher.catalog.by_code[BIRTH].wordings == before
    assert not isinstance(matcher.match(wording), Found) or matcher.match(wording).best.code != BIRTH  # type: ignore[union-attr]


def test_what_another_procedure_would_lose_is_named() -> None:
    matcher: Matcher = shipped().snapshot.matcher
    victim = next(
        each
        for each in matcher.procedures
        if each.code != BIRTH and each.wordings and not teaches(matcher, each.code, each.wordings[0])
    )
    changes = effect(matcher, BIRTH, victim.wordings[0])
    assert [(each.wording, each.owner) for each in changes.lost][:1] == [(victim.wordings[0], victim.code)]


def test_what_is_known_teaches_nothing() -> None:
    matcher: Matcher = shipped().snapshot.matcher
    procedure = matcher.catalog.by_code[BIRTH]
    assert not teaches(matcher, BIRTH, procedure.wordings[0])
