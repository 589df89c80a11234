"""Every spelling of one text comes out as one text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents.text import LONGEST, clean, fold, keep_accents, spellings, without_tone


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Đăng ký KHAI SINH", "dang ky khai sinh"),
        ("  thủ\u200b  tục\t\n ", "thu tuc"),
        ("uỷ quyền, thuỷ sản; hoà giải", "uy quyen thuy san hoa giai"),
        ("ủy quyền / thủy sản. hòa giải!", "uy quyen thuy san hoa giai"),
        ("𝐥à𝐦 𝐠𝐢ấ𝐲", "lam giay"),
        ("a/c 😀 ơi", "a c oi"),
        ("", ""),
        ("???", ""),
    ],
)
def test_fold_leaves_bare_words(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@pytest.mark.parametrize(
    ("old", "new"),
    [("hoà", "hòa"), ("thuỷ", "thủy"), ("khoẻ", "khỏe"), ("hoàn", "hòan"), ("tuấn", "túân"), ("quý", "qúy")],
)
def test_old_and_new_tone_placement_are_one(old: str, new: str) -> None:
    assert keep_accents(old) == keep_accents(new)


def test_marks_that_were_typed_are_kept() -> None:
    assert keep_accents("Con ĐƯỜNG về Cái Nước") == "con đường về cái nước"
    assert keep_accents("đường") != keep_accents("dương")


def test_a_long_text_is_cut_between_words() -> None:
    cut = clean("chữ " * 2_000)
    assert len(cut) <= LONGEST
    assert cut.endswith("chữ")


def test_a_long_text_without_spaces_is_cut_all_the_same() -> None:
    assert len(clean("x" * 5_000)) == LONGEST


@given(st.text(max_size=60))
def test_composed_and_decomposed_text_fold_alike(text: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert fold(composed) == fold(decomposed)
    assert keep_accents(composed) == keep_accents(decomposed)


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert keep_accents(keep_accents(text)) == keep_accents(text)


def test_spellings_hold_what_is_typed_without_a_mistake() -> None:
    assert set(spellings("nghĩa")) == {"nghĩa", "nghỉa", "nghia"}
    assert "cap" in spellings("cấp")
    assert without_tone("cấp") == "câp"
