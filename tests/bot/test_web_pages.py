"""The small parts of the pages: prose, words for times, limits, and what the web channel reads."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.web.channel import WebChannel, address
from bot.messages import Kind, Reply
from bot.pages import words
from bot.pages.limits import Limiter, network
from bot.pages.prose import Block, Span, blocks
from bot.pages.site import PublicFacts
from bot.ports import UndeliverableError, UnreadableError
from bot.texts import Texts

VI, EN = Texts.load("vi"), Texts.load("en")
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 9 o'clock in Vietnam


def test_a_text_becomes_paragraphs_lists_and_links() -> None:
    text = "Cần:\n- giấy A\n- giấy B\nNộp ở xã.\n\nXem (https://a.vn/x?y=1), rồi gọi."
    assert blocks(text) == (
        Block(False, ((Span("Cần:"),),)),
        Block(True, ((Span("giấy A"),), (Span("giấy B"),))),
        Block(False, ((Span("Nộp ở xã."),),)),
        Block(
            False,
            ((Span("Xem ("), Span("https://a.vn/x?y=1", "https://a.vn/x?y=1"), Span("), rồi gọi.")),),
        ),
    )


@pytest.mark.parametrize(
    "text", ["", "   ", "\n\n\n", "- ", "https://", "http://a.vn", "javascript:alert(1)"]
)
def test_nothing_else_is_a_link(text: str) -> None:
    spans = [span for block in blocks(text) for line in block.lines for span in line]
    assert all(span.href is None for span in spans)


def test_no_letter_of_a_text_is_lost() -> None:
    text = "a https://x.vn. b https://y.vn/z) c"
    assert "".join(span.text for block in blocks(text) for line in block.lines for span in line) == text


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(seconds=-5), "1 phút"),
        (timedelta(seconds=5), "1 phút"),
        (timedelta(minutes=59, seconds=59), "59 phút"),
        (timedelta(hours=2), "2 giờ"),
        (timedelta(hours=2, minutes=5), "2 giờ 5 phút"),
        (timedelta(hours=47, minutes=59), "47 giờ 59 phút"),
        (timedelta(days=3, hours=5), "3 ngày"),
    ],
)
def test_spans_of_time_are_said_as_people_say_them(length: timedelta, said: str) -> None:
    assert words.span(VI, length) == said


def test_moments_are_vietnams_and_carry_their_date() -> None:
    assert words.due(VI, datetime(2026, 11, 24, 8, 0, tzinfo=UTC)) == "trước 15 giờ thứ Ba, 24/11"
    assert words.due(EN, datetime(2026, 11, 24, 8, 0, tzinfo=UTC)).startswith("before 15:00 Tuesday")
    assert words.moment(VI, NOW, NOW) == "09:00 hôm nay"
    assert words.moment(VI, datetime(2026, 11, 21, 18, 30, tzinfo=UTC), NOW) == "01:30 Chủ nhật, 22/11"
    assert words.day(VI, datetime(2025, 12, 31, 2, 0, tzinfo=UTC), NOW) == "thứ Tư, 31/12/2025"


def test_a_limiter_lets_a_burst_through_and_then_keeps_the_pace() -> None:
    now = [0.0]
    limiter = Limiter(per_minute=30, burst=3, timer=lambda: now[0])
    assert [limiter.wait("a") for _ in range(4)] == [0, 0, 0, 2]
    assert limiter.wait("b") == 0
    now[0] += 2
    assert limiter.wait("a") == 0
    assert limiter.wait("a") == 2
    now[0] += 3600
    assert [limiter.wait("a") for _ in range(4)] == [0, 0, 0, 2]


def test_one_sender_is_an_address_or_a_network_of_one_household() -> None:
    assert network("203.0.113.7") == "203.0.113.7"
    assert network("2001:db8:1:2:aaaa::1") == network("2001:db8:1:2:bbbb::9") == "2001:db8:1:2::/64"
    assert network("2001:db8:1:3::1") != network("2001:db8:1:2::1")
    assert network(None) == "?"
    assert network("testclient") == "testclient"


def test_the_hotline_can_be_dialled() -> None:
    assert PublicFacts("", "", "+84 290 1022").hotline_uri == "tel:+842901022"


PAYLOAD = {
    "kind": "text",
    "text": "chào",
    "button": None,
    "client_message_id": "m1",
    "at": NOW.isoformat(),
    "ip": None,
}


def test_the_channel_reads_what_the_page_stored() -> None:
    incoming = WebChannel().read(PAYLOAD, address("s1"), NOW)
    assert incoming is not None
    assert (incoming.kind, incoming.text, incoming.event_id, incoming.at) == (Kind.TEXT, "chào", "s1:m1", NOW)
    pressed = WebChannel().read(
        {**PAYLOAD, "kind": "button", "text": "", "button": "fee"}, address("s1"), NOW
    )
    assert pressed is not None
    assert (pressed.kind, pressed.button) == (Kind.BUTTON, "fee")
    naive = WebChannel().read({**PAYLOAD, "at": "2026-11-23T02:00:00"}, address("s1"), NOW)
    assert naive is not None
    assert naive.at == NOW


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {**PAYLOAD, "kind": "location"},
        {**PAYLOAD, "kind": None},
        {**PAYLOAD, "at": "hôm qua"},
        {**PAYLOAD, "at": 5},
    ],
)
def test_a_payload_that_is_not_ours_is_told_apart(payload: dict[str, object]) -> None:
    with pytest.raises(UnreadableError):
        WebChannel().read(payload, address("s1"), NOW)


async def test_nothing_is_ever_sent_to_a_browser() -> None:
    with pytest.raises(UndeliverableError):
        await WebChannel().send(address("s1"), Reply("chào"))
