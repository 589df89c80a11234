"""What a channel cannot show degrades, and nothing is lost: tried on whatever people may write."""

import re
import unicodedata
from dataclasses import replace
from itertools import pairwise

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.capabilities import TABLE, TELEGRAM
from bot.capabilities import ZALO_OA as ZALO
from bot.conversation.progress import _menu
from bot.messages import Capabilities, Choice, Reply, Request, SentFile
from bot.render import Call, measure, render, split

WORDS_ONLY = TABLE["zalo_bot"]
NARROW = Capabilities(max_text=90, text_unit="utf16", max_buttons=3, max_label=12)
CHANNELS = (*TABLE.values(), NARROW)

LINK = re.compile(r"https?://\S+")
FAMILY = "👨‍👩‍👧‍👦"

# Longest piece without a space: shorter than every limit above, so that nothing has to be cut inside.
links = st.one_of(
    st.from_regex(r"https://[a-z]{1,12}\.gov\.vn/[a-z0-9/?=.&-]{0,20}", fullmatch=True),
    st.from_regex(r"https://[a-z]{1,12}\.gov\.vn/[a-z0-9/?=.&-]{55,60}", fullmatch=True),
)
words = st.one_of(
    st.sampled_from(
        [
            "đăng",
            "ký",
            "khai",
            "sinh.",
            "Giấy",
            "chứng sinh;",
            "1.",
            "🇻🇳",
            FAMILY,
            "ខ្ញុំមិនទាន់ចេះអានភាសាខ្មែរទេ។",
            "e\u0302\u0301",
            "\u00a0",
            "ế?",
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8),
    links,
)
gaps = st.sampled_from([" ", " ", " ", "\n", "\n\n", "\n- ", "  "])


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Up to ten thousand characters or so, from a few words said again and again."""
    pieces = draw(st.lists(st.tuples(words, gaps), min_size=0, max_size=12))
    times = draw(st.sampled_from([1, 1, 2, 60]))
    return "".join(word + gap for word, gap in pieces) * times


labels = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=140),
    st.sampled_from(["Đăng ký khai sinh", "Cấp lại " * 20, FAMILY * 30]),
    st.sampled_from(["", "  \u3000", "\u200b", "Hai\ndòng", " Cách \t xa ", "\u202eabc"]),
)
tokens = st.builds(lambda text, number: Choice(text, token=f"p:{number}"), labels, st.integers(0, 999))
asides = st.builds(
    lambda text, number: Choice(text, token=f"p:{number}", in_words=f"Nếu chưa xong, nhắn: {text}"),
    labels,
    st.integers(0, 999),
)
pages = st.builds(lambda text, link: Choice(text, url=link), labels, links)
phones = st.builds(lambda text: Choice(text, phone="02901022"), labels)
choices = st.lists(st.one_of(tokens, tokens, pages, phones, asides), max_size=20).map(tuple)
channels = st.sampled_from(CHANNELS)
unhurried = settings(deadline=None)  # a busy machine is no finding


def graphemes(text: str) -> list[str]:
    """What a reader sees one after the other, spaces aside."""
    composed = unicodedata.normalize("NFC", text).replace("\x00", "\N{REPLACEMENT CHARACTER}")
    return [each for each in regex.findall(r"\X", composed) if not each.isspace()]


def visible(text: str) -> bool:
    return bool(regex.search(r"[^\p{Z}\p{C}]", text))


def read(calls: tuple[Call, ...]) -> list[str]:
    return [each for call in calls for each in graphemes(call.text)]


@unhurried
@given(texts(), channels)
def test_a_long_text_arrives_whole_in_order_and_within_the_limit(text: str, channel: Capabilities) -> None:
    calls = render(Reply(text), channel)
    length = measure(channel.text_unit)
    assert all(0 < length(call.text) <= channel.max_text for call in calls)
    assert read(calls) == (graphemes(text) if visible(text) else [])


@unhurried
@given(texts(), channels)
def test_a_link_is_never_cut(text: str, channel: Capabilities) -> None:
    whole = LINK.findall(unicodedata.normalize("NFC", text).replace("\x00", "\N{REPLACEMENT CHARACTER}"))
    length = measure(channel.text_unit)
    arrived = [link for call in render(Reply(text), channel) for link in LINK.findall(call.text)]
    if all(length(link) <= channel.max_text for link in whole):
        assert arrived == whole


@unhurried
@given(texts(), choices, channels)
def test_every_choice_can_be_made_on_every_channel(
    text: str, offered: tuple[Choice, ...], channel: Capabilities
) -> None:
    reply = Reply(text, offered)
    calls = render(reply, channel)
    length = measure(channel.text_unit)
    said = "".join(read(calls))
    for call in calls[:-1]:
        assert not call.buttons
    buttons = calls[-1].buttons if calls else ()
    assert len(buttons) <= channel.max_buttons
    for button in buttons:
        assert 0 < length(button.label) <= channel.max_label
        assert visible(button.label)
        assert button.label.split("\n") == [button.label]
        assert len((button.token or "").encode()) <= channel.max_token
        assert (
            graphemes(button.label.removesuffix("…"))
            == graphemes(button.label)[: len(graphemes(button.label.removesuffix("…")))]
        )
    for choice in offered:
        label = "".join(graphemes(choice.label))
        pressed = any(
            (each.token, each.url, each.phone) == (choice.token, choice.url, choice.phone) for each in buttons
        )
        shown = any("".join(graphemes(each.label)) == label for each in buttons)
        label = label if visible(label) else ""  # nothing that could be missed
        assert pressed or (choice.url or choice.phone or label) in said
        assert shown or label in said


@unhurried
@given(texts(), choices)
def test_numbers_in_the_list_are_those_of_the_menu(text: str, offered: tuple[Choice, ...]) -> None:
    """Typed "2" means the second choice that has a token, whatever stands between them."""
    reply = Reply(text, offered)
    menu = _menu((reply,))
    calls = render(replace(reply, text=""), replace(WORDS_ONLY, max_text=100_000))
    lines = calls[0].text.split("\n") if calls else []
    numbered = {
        int(found[1]): graphemes(found[2])
        for line, choice in zip(lines, offered, strict=True)
        if choice.token and (found := re.fullmatch(r"(\d+)\. (.*)", line))
    }
    assert numbered == {
        place: graphemes(item.label) if visible(item.label) else ["…"]
        for place, item in enumerate(menu, start=1)
    }


@unhurried
@given(st.text(min_size=1, max_size=200), st.integers(2, 40))
def test_what_has_no_break_at_all_is_still_cut_within_the_limit(text: str, limit: int) -> None:
    for unit in ("utf16", "codepoint"):
        length = measure(unit)
        pieces = list(split(text, limit, length))
        assert all(length(piece) <= limit for piece in pieces)
        assert "".join("".join(pieces).split()) == "".join(text.split())


def test_a_text_is_parted_at_the_best_place_there_is() -> None:
    paragraphs = "Câu một. Câu hai.\n\n" + "Dòng dài hơn một chút nữa.\nDòng cuối."
    assert list(split(paragraphs, 45, len)) == [
        "Câu một. Câu hai.",
        "Dòng dài hơn một chút nữa.\nDòng cuối.",
    ]
    assert list(split("Một câu ngắn. Câu sau thì dài hơn.", 20, len)) == [
        "Một câu ngắn.",
        "Câu sau thì dài hơn.",
    ]
    assert list(split("Nộp đơn theo mẫu. Khoản 1. điều năm", 28, len)) == [
        "Nộp đơn theo mẫu.",
        "Khoản 1. điều năm",
    ]


def test_a_link_that_does_not_fit_beside_the_words_goes_to_the_next_message() -> None:
    link = "https://dichvucong.gov.vn/p/home/dvc-chi-tiet-thu-tuc-nganh-doc.html?ma_thu_tuc=1.001193"
    assert list(split(f"Nộp tại {link} ạ.", len(link) + 2, len)) == ["Nộp tại", link, "ạ."]


def test_a_family_counts_as_telegram_and_zalo_count_it() -> None:
    assert measure("utf16")(FAMILY) == 11
    assert measure("codepoint")(FAMILY) == 7
    assert [len(piece) for piece in split(FAMILY * 3, 14, measure("codepoint"))] == [14, 7]
    assert [len(piece) for piece in split(FAMILY * 3, 14, measure("utf16"))] == [7, 7, 7]


def test_a_text_typed_on_a_mac_is_composed_before_it_is_measured() -> None:
    typed = unicodedata.normalize("NFD", "Giấy chứng nhận quyền sử dụng đất")
    assert render(Reply(typed), replace(ZALO, max_text=33)) == (Call("Giấy chứng nhận quyền sử dụng đất"),)


def test_a_character_longer_than_the_limit_is_few_messages_not_thousands() -> None:
    calls = render(Reply("a" + "\u0489" * 10_000), ZALO)
    assert len(calls) == 6


@pytest.mark.parametrize("channel", [TELEGRAM, ZALO])
def test_half_a_character_from_a_broken_client_can_still_be_sent(channel: Capabilities) -> None:
    calls = render(Reply("Lời nhắn \ud83d\x00 lỗi", (Choice("\ud83d", token="x"),)), channel)
    assert calls[-1].text.encode("utf-8") == "Lời nhắn �� lỗi".encode()
    assert calls[-1].buttons[0].label == "�"


@pytest.mark.parametrize("name", TABLE)
def test_three_hundred_choices_are_all_there_and_in_order(name: str) -> None:
    many = tuple(Choice(f"Thủ tục số {number} của xã", token=f"p:{number}") for number in range(300))
    calls = render(Reply("Dạ, có 300 mục:", many), TABLE[name])
    said = "\n".join(call.text for call in calls)
    length = measure(TABLE[name].text_unit)
    assert all(length(call.text) <= TABLE[name].max_text and not call.buttons for call in calls)
    assert re.findall(r"(?m)^(\d+)\. Thủ tục số (\d+) của xã$", said) == [
        (str(number + 1), str(number)) for number in range(300)
    ]


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize(
    "text",
    [
        "ă" * 4000,
        "xem https://a.gov.vn/" + "x" * 9000 + " nhé",
        "*_[x](tg://user?id=1) <b>`{{7*7}}` %s {0.__class__} " * 90,
        "ខ្ញុំមិនទាន់ចេះអានភាសាខ្មែរទេ។" * 300,
        unicodedata.normalize("NFD", "Đường sử dụng đất ở ") * 300,
        "🇻🇳" * 2500,
        "Một dòng\r\n" * 900,
    ],
    ids=["word", "link", "markup", "khmer", "nfd", "flags", "lines"],
)
def test_hard_texts_arrive_whole_and_as_typed(name: str, text: str) -> None:
    calls = render(Reply(text), TABLE[name])
    length = measure(TABLE[name].text_unit)
    assert all(0 < length(call.text) <= TABLE[name].max_text for call in calls)
    assert read(calls) == graphemes(text)


@pytest.mark.parametrize("name", TABLE)
def test_what_nobody_could_see_is_no_message(name: str) -> None:
    assert render(Reply("\u200b\u2060 \n"), TABLE[name]) == ()


def test_nothing_to_say_is_no_message_but_buttons_hang_on_something() -> None:
    assert render(Reply(" \n"), TELEGRAM) == ()
    choice = Choice("Tra cứu hồ sơ", token="dossier")
    assert render(Reply("", (choice,)), TELEGRAM) == (Call("…", (choice,)),)
    assert render(Reply("", (choice,)), WORDS_ONLY) == (Call("1. Tra cứu hồ sơ"),)


def test_links_and_phones_take_the_places_that_answers_leave() -> None:
    answers = tuple(Choice(f"Mục {number}", token=f"t:{number}") for number in range(4))
    more = (
        Choice("Nộp trực tuyến", url="https://dichvucong.gov.vn"),
        Choice("Gọi trung tâm", phone="02901022"),
    )
    (call,) = render(Reply("Dạ", more + answers), ZALO)
    assert [each.label for each in call.buttons] == ["Nộp trực tuyến", "Mục 0", "Mục 1", "Mục 2", "Mục 3"]
    assert call.text == "Dạ\n\nGọi trung tâm: 02901022"


def test_more_answers_than_buttons_become_a_list() -> None:
    answers = tuple(Choice(f"Mục {number}", token=f"t:{number}") for number in range(1, 7))
    link = Choice("Trang của tỉnh", url="https://camau.gov.vn")
    (call,) = render(Reply("Dạ", (answers[0], link, *answers[1:])), ZALO)
    assert call.buttons == ()
    lines = [
        "1. Mục 1",
        "Trang của tỉnh: https://camau.gov.vn",
        *(f"{each}. Mục {each}" for each in range(2, 7)),
    ]
    assert call.text == "Dạ\n\n" + "\n".join(lines)


def test_a_token_too_long_for_the_channel_becomes_a_number() -> None:
    (call,) = render(Reply("Dạ", (Choice("Mục", token="ờ" * 22),)), TELEGRAM)
    assert call == Call("Dạ\n\n1. Mục")
    (call,) = render(Reply("Dạ", (Choice("Mục", token="ờ" * 21),)), TELEGRAM)
    assert call.buttons


def test_a_long_label_is_cut_and_said_in_full_once() -> None:
    long = "Cấp lại Giấy chứng nhận đủ điều kiện an toàn thực phẩm đối với cơ sở sản xuất"
    (call,) = render(Reply("Dạ", (Choice(long, token="p:1"),)), TELEGRAM)
    assert call.text == f"Dạ\n\n{long}"
    assert call.buttons[0].label == long[:59].rstrip() + "…"
    (call,) = render(Reply(f"Dạ, mục này ạ:\n- {long}", (Choice(long, token="p:1"),)), TELEGRAM)
    assert call.text == f"Dạ, mục này ạ:\n- {long}"


def test_labels_that_would_read_the_same_when_cut_are_numbered_instead() -> None:
    head = "Cấp lại Giấy chứng nhận đủ điều kiện an toàn thực phẩm đối với "
    twins = (Choice(head + "cơ sở sản xuất", token="p:1"), Choice(head + "cơ sở kinh doanh", token="p:2"))
    (call,) = render(Reply("Dạ", twins), TELEGRAM)
    assert call.buttons == ()
    assert call.text == f"Dạ\n\n1. {head}cơ sở sản xuất\n2. {head}cơ sở kinh doanh"


def test_a_request_and_buttons_do_not_share_a_message() -> None:
    reply = Reply("Dạ", (Choice("Bỏ qua", token="commune:skip"),), request=Request.LOCATION)
    assert render(reply, TELEGRAM) == (Call("Dạ\n\n1. Bỏ qua", request=Request.LOCATION),)
    (call,) = render(reply, ZALO)
    assert (call.request, len(call.buttons)) == (None, 1)


def test_a_person_who_speaks_is_named() -> None:
    (call,) = render(Reply("Dạ, anh chờ em.", speaker="Nguyễn Thị Mai, cán bộ"), ZALO)
    assert call.text == "Nguyễn Thị Mai, cán bộ:\nDạ, anh chờ em."


def test_buttons_stand_under_the_last_part_only() -> None:
    calls = render(Reply("Dạ. " * 2000, (Choice("Gặp cán bộ", token="person"),)), TELEGRAM)
    assert [bool(call.buttons) for call in calls] == [False, True]
    assert all(first.text.endswith("Dạ.") for first, _ in pairwise(calls))


def test_where_no_file_arrives_it_is_named_in_the_text() -> None:
    form = SentFile(7, "mẫu.pdf (98 kB)", "Có tệp gửi kèm: mẫu.pdf (98 kB).")
    reply = Reply("Dạ, đây ạ.", files=(form, SentFile(8, "phí.pdf (9 kB)")))
    for name, can in TABLE.items():
        said = " ".join(call.text for call in render(reply, can))
        assert ("mẫu.pdf" in said, "phí.pdf" in said) == (not can.files, not can.files), name
    assert {name for name, can in TABLE.items() if can.files} == {
        "telegram",
        "zalo_oa",
        "zalo_oa_form",
        "web",
    }


def test_five_levels_stay_buttons_and_what_is_one_too_many_is_offered_in_words() -> None:
    levels = tuple(Choice(f"Mức {score}", token=f"r:{score}") for score in range(1, 6))
    again = Choice("Chưa xong", token="o:7", in_words='Nếu việc vẫn chưa xong, anh/chị nhắn "Chưa xong" ạ.')
    reply = Reply("Dạ chiều nay 14 giờ.", (*levels, again))
    (zalo,), (telegram,), (bot,) = (render(reply, can) for can in (ZALO, TELEGRAM, WORDS_ONLY))
    assert zalo.buttons == levels
    assert zalo.text == 'Dạ chiều nay 14 giờ.\n\nNếu việc vẫn chưa xong, anh/chị nhắn "Chưa xong" ạ.'
    assert telegram.text == "Dạ chiều nay 14 giờ."
    assert len(telegram.buttons) == 6
    assert bot.text.endswith("5. Mức 5\n6. Chưa xong")
