"""Which procedure a message is about, on the shipped catalog and on small ones."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intents.catalog import Catalog, Level, Procedure
from intents.matcher import Matcher
from intents.matches import HELD, Found, Match, NotFound, Unsure
from tests.intents.sentences import catalog, lines, matcher, reader


def outcome(match: Match) -> tuple[str, tuple[tuple[str, float], ...]]:
    """What of a match must not depend on spelling."""
    return type(match).__name__, tuple((each.code, each.score) for each in match.candidates)


def small(*procedures: Procedure) -> Catalog:
    return Catalog(province=catalog().province, procedures=procedures)


def entry(code: str, name: str, **more: object) -> Procedure:
    content = {
        "code": code,
        "name": name,
        "field": "ho_tich",
        "level": Level.COMMUNE,
        "agency": "ubnd_xa",
        **more,
    }
    return Procedure.model_validate(content)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("làm khai sinh cho con cần giấy tờ gì", "1.001193"),
        ("lam giay khai sanh cho con moi de", "1.001193"),
        ("ddawng kys keets hoon owr ddaau", "1.000894"),
        ("đk kết hôn cần gt j v ạ", "1.000894"),
        ("vợ tui mới sanh, giờ làm giấy gì cho thằng nhỏ", "1.001193"),
        ("làm căn cước cho bé 6 tuổi", "1.014062"),
        ("mất bằng lái xe máy giờ sao", "3.000348"),
        ("dẹp tiệm luôn muốn trả giấy phép", "1.001266"),
    ],
)
def test_people_are_understood(text: str, code: str) -> None:
    match = matcher().match(text)
    assert not isinstance(match, NotFound)
    assert match.candidates[0].code == code


@pytest.mark.parametrize(
    ("time_or_money", "plainly"),
    [("mất bao lâu", "bao lâu"), ("mất mấy ngày", "mấy ngày"), ("mất bao nhiêu tiền", "bao nhiêu tiền")],
)
@pytest.mark.parametrize("errand", ["làm hộ chiếu", "đổi bằng lái xe", "đăng ký kết hôn"])
def test_what_takes_time_or_money_is_not_lost(errand: str, time_or_money: str, plainly: str) -> None:
    taken, plain = matcher().match(f"{errand} {time_or_money}"), matcher().match(f"{errand} {plainly}")
    assert outcome(taken) == outcome(plain)


def test_a_code_names_its_procedure() -> None:
    match = matcher().match("thủ tục 1.001193.000.00.00.H49 nộp ở đâu")
    assert isinstance(match, Found)
    assert (match.best.code, match.best.score) == ("1.001193", 1.0)


def test_official_names_find_their_procedure() -> None:
    """Every name of the shipped catalog, first or (where two share it) within the first three."""
    lost = []
    for procedure in catalog().procedures:
        codes = [each.code for each in matcher().match(procedure.name).candidates[:3]]
        if procedure.code not in codes:
            lost.append((procedure.code, procedure.name))
    assert lost == []


def test_everyday_talk_is_no_procedure() -> None:
    found = [text for text in lines("nothing.yaml")["lines"] if isinstance(matcher().match(text), Found)]
    known = lines("known_failures.yaml")["found_but_nothing"]
    assert found == known  # strict: a line that is understood again must leave the list


def test_nothing_embarrassing_is_answered_as_a_procedure() -> None:
    """Where the reader sees an act (see test_reading) the match is never asked for; the rest must not be found."""
    silent = [group["lines"] for group in lines("embarrassing.yaml").values() if "act" not in group]
    texts = [text for group in silent for text in group]
    assert [text for text in texts if isinstance(matcher().match(text), Found)] == []


# What says that it does not know, and what the law says of two of one sex: no headline in either.
PLAINLY_ANSWERED = ("em_khong_co_so_lieu", "ket_hon_dong_gioi")


def test_what_a_journalist_would_try_is_much_and_leads_to_no_topic() -> None:
    groups = lines("embarrassing.yaml").values()
    assert sum(len(group["lines"]) for group in groups) >= 150
    texts = [text for group in groups if "act" not in group for text in group["lines"]]
    led = [(text, each.topic) for text in texts if (each := reader().read(text)).topic and not each.intent]
    led = [(text, topic) for text, topic in led if topic not in PLAINLY_ANSWERED]
    assert led == []  # one that is declined never gets as far as its topic


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("đăng ký kết hôn cần gì", "1.000894"),
        ("dang ky ket hon can giay to gi", "1.000894"),
        ("đăng ký khai tử cho ba tui", "1.000656"),
        ("làm giấy khai sinh cho con cần giấy tờ gì", "1.001193"),
    ],
)
def test_who_says_just_the_name_gets_the_entry(text: str, code: str) -> None:
    match = matcher().match(text)
    assert isinstance(match, Found)
    assert match.best.code == code


def test_what_failed_is_not_the_thing_itself() -> None:
    assert isinstance(matcher().match("hòa giải đất đai ở xã"), Found)
    failed = matcher().match("hòa giải đất không thành giờ sao")
    assert isinstance(failed, Unsure)
    assert "1.013967" in [each.code for each in failed.candidates[:3]]


@pytest.mark.parametrize("text", ["sang tên", "xin giấy phép", "xin cấp lại giấy bị mất", "làm giấy tờ đất"])
def test_a_few_words_that_many_share_are_asked_back(text: str) -> None:
    match = matcher().match(text)
    assert isinstance(match, Unsure)
    assert 2 <= len(match.candidates) <= HELD


WORDS = st.sampled_from(
    ["làm", "khai", "sinh", "hoà", "giải", "thuỷ", "sản", "mất", "căn", "cước", "đất", "xe", "con"]
)
MARKS = st.sampled_from([" ", "  ", ", ", ". ", " - ", "… ", "\n", "? ", " \u200b"])


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=7), st.data())
def test_spelling_of_the_same_words_never_changes_the_answer(words: list[str], data: st.DataObject) -> None:
    """NFC and NFD, old and new tone placement, case, extra spaces and punctuation."""
    plain = " ".join(words)
    retyped = "".join(word + data.draw(MARKS) for word in words)
    retyped = retyped.replace("hoà", "hòa").replace("thuỷ", "thủy")
    form = data.draw(st.sampled_from(["NFC", "NFD"]))
    retyped = unicodedata.normalize(
        form, data.draw(st.sampled_from([retyped, retyped.upper(), retyped.title()]))
    )
    assert outcome(matcher().match(retyped)) == outcome(matcher().match(plain))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_any_text_gets_an_answer(text: str) -> None:
    match = matcher().match(text)
    scores = [each.score for each in match.candidates]
    assert len(scores) <= HELD
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_the_same_question_gets_the_same_answer() -> None:
    again = Matcher(catalog())
    for text in ("xin giấy độc thân", "sang tên xe", "đất"):
        assert outcome(again.match(text)) == outcome(matcher().match(text))


def test_one_slot_that_decides_becomes_one_question() -> None:
    pair = small(
        entry("1.014061", "Cấp thẻ căn cước cho người từ đủ 14 tuổi trở lên"),
        entry("1.014062", "Cấp thẻ căn cước cho người dưới 14 tuổi"),
        entry("1.000656", "Đăng ký khai tử"),
    )
    match = Matcher(pair).match("làm thẻ căn cước")
    assert isinstance(match, Unsure)
    assert {each.code for each in match.candidates[:2]} == {"1.014061", "1.014062"}


def test_a_repealed_entry_gives_way_to_its_successor() -> None:
    old = entry("2.000986", "Liên thông khai sinh", effective_to=date(2026, 1, 31), replaced_by=("3.000722",))
    new = entry("3.000722", "Đăng ký khai sinh, thường trú, cấp thẻ bảo hiểm")
    found = Matcher(small(old, new))
    assert found.match("liên thông khai sinh", today=date(2026, 3, 1)).candidates[0].code == "3.000722"
    assert found.match("liên thông khai sinh", today=date(2026, 1, 1)).candidates[0].code == "2.000986"
    by_code = found.match("2.000986", today=date(2026, 3, 1))
    assert isinstance(by_code, Found)
    assert by_code.best.code == "3.000722"


def test_two_needs_are_told_apart_and_a_bundle_is_known() -> None:
    needs = matcher().match_all("đăng ký khai tử rồi xóa hộ khẩu cho ba")
    codes = [need.best.code for need in needs if isinstance(need, Found)]
    assert codes == ["1.000656", "1.003197"]
    assert matcher().bundle_for(codes) == "2.002913"


_BOTH = ["3.000347", "1.001456"]  # a driving licence, a passport


@pytest.mark.parametrize(
    "text",
    [
        "đổi bằng lái xe, làm hộ chiếu",
        "đổi bằng lái xe + làm hộ chiếu",
        "doi bang lai xe, sau do lam ho chieu",
        "đổi bằng lái xe luôn tiện làm hộ chiếu",
        "đổi bằng lái rồi sẵn làm hộ chiếu luôn",
        "tui muốn đổi bằng lái xe còn vợ tui làm hộ chiếu",
        "đổi bằng lái với hộ chiếu",
    ],
)
def test_two_needs_are_joined_in_many_ways(text: str) -> None:
    assert [need.candidates[0].code for need in matcher().match_all(text)] == _BOTH


def test_two_needs_of_which_none_is_clear_are_both_kept() -> None:
    needs = matcher().match_all("giấy phép kinh doanh với giấy vệ sinh thực phẩm")
    assert [type(need) for need in needs] == [Unsure, Unsure]


def test_the_need_after_a_tale_that_says_nothing() -> None:
    last = matcher().match_last("xây nhà xong làm hoàn công")
    assert isinstance(last, Found)
    assert isinstance(matcher().match_last("xong việc, mình đi ăn trưa"), NotFound)


def test_a_need_that_is_not_clear_is_still_one_of_two() -> None:
    for text in ("làm căn cước với đổi bằng lái", "khai tử cho ba rồi xin tiền mai táng"):
        kinds = {type(need) for need in matcher().match_all(text)}
        assert kinds == {Found, Unsure}, text


@pytest.mark.parametrize(
    "text",
    [
        "vợ tui mới sanh hôm qua và tui bận quá",
        "thay đổi, cải chính hộ tịch",
        "tui mất bóp, trong đó có bằng lái",
        "đăng ký kết hôn với người nước ngoài",
        "hợp đồng chứng thực in lộn số điện thoại với số thửa",
        "làm căn cước cho con, con tui 10 tuổi",
        "em đổi tên rồi, giờ cập nhật tên mới trên cư trú sao ạ",
        "báo công an xoá khẩu cho người đã qua đời, khai tử làm rồi",
        "nhập khẩu cho con mới sanh theo mẹ, đã có giấy khai sinh",
        "cựu tnxp ko còn giấy tờ thì xin chế độ ntn",
        "tui cưới vợ xong muốn nhập vợ vô hộ khẩu nhà tui",
        "em nghi lam cong ty hon nam roi, muon rut bao hiem mot cuc",
        "tách sổ đỏ mất bao lâu và bao nhiêu tiền",
        "photo công chứng bằng lái với bằng cấp",
        "đăng ký tài sản gắn liền với đất",
        "dang ky tai san gan lien voi dat",
        "đăng ký kết hôn và giấy tờ cần mang theo",
        "nguoi tho cung liet si khong con than nhan xin tro cap",
    ],
)
def test_one_need_stays_one(text: str) -> None:
    assert len(matcher().match_all(text)) == 1


def test_unrelated_codes_are_no_bundle() -> None:
    assert matcher().bundle_for(["1.000656", "3.000348"]) is None
    assert matcher().bundle_for(["1.000656"]) is None


def test_every_candidate_says_why() -> None:
    best = matcher().match("đăng ký kết hôn").candidates[0]
    assert best.wording
    assert best.why
    assert list(best.why.values()) == sorted(best.why.values(), key=abs, reverse=True)


def test_an_empty_catalog_finds_nothing() -> None:
    assert isinstance(Matcher(small()).match("khai sinh"), NotFound)


def test_names_alone_are_enough_for_plain_questions() -> None:
    """As imported: no wordings. What people call things belongs to the language."""
    bare = small(
        entry("1.001193", "Đăng ký khai sinh"),
        entry("1.004222", "Đăng ký thường trú"),
        entry("1.012784", "Tách thửa hoặc hợp thửa đất"),
    )
    found = Matcher(bare)
    for text, code in [
        ("vợ tui mới sanh", "1.001193"),
        ("nhập hộ khẩu", "1.004222"),
        ("gks", "1.001193"),
        ("tách sổ đỏ", "1.012784"),
    ]:
        assert found.match(text).candidates[0].code == code, text
