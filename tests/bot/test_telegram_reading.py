"""What Telegram's updates mean. The fixtures are whole updates, with the parts we do not need."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.telegram_reading import incoming_of
from bot.messages import Attachment, Incoming, Kind, Location, SharedContact
from bot.ports import UnreadableError
from storage.records import AddressKey
from tests.bot.telegram_updates import (
    AN,
    BOT_ID,
    CHAT,
    SENT_AT,
    THE_BOT,
    body,
    membership,
    pressed,
    said,
    update,
)

KEY = AddressKey("telegram", BOT_ID, str(AN))
RECEIVED = datetime(2026, 11, 23, 2, 0, 1, tzinfo=UTC)
SENT = datetime.fromtimestamp(SENT_AT, UTC)


def read(payload: dict[str, Any]) -> Incoming | None:
    return incoming_of(payload, KEY, RECEIVED)


def message(**content: Any) -> Incoming:
    incoming = read(update(7, message=body(**content)))
    assert incoming is not None
    return incoming


def test_a_typed_question() -> None:
    assert read(said(881_204_417, "Làm khai sinh cho con cần giấy tờ gì?")) == Incoming(
        KEY,
        "881204417",
        SENT,
        Kind.TEXT,
        text="Làm khai sinh cho con cần giấy tờ gì?",
        display_name="Út Nguyễn Văn",
        order=881_204_417,
    )


def test_marks_in_a_text_are_no_part_of_its_meaning() -> None:
    marks = [{"type": "bold", "offset": 0, "length": 3}, {"type": "custom_emoji", "offset": 4, "length": 2}]
    assert message(text="Hồ sơ 🎉", entities=marks).text == "Hồ sơ 🎉"


def test_what_a_newer_bot_api_adds_does_not_hide_a_question() -> None:
    told = message(
        text="Phí bao nhiêu?",
        entities="not a list any more",
        reply_to_message={"message_id": "none"},
        external_reply={"origin": {"type": "from_the_future"}},
        something_new=[{"of": {"any": "shape"}}],
    )
    assert told.text == "Phí bao nhiêu?"


@pytest.mark.parametrize(
    ("typed", "parameter"),
    [
        ("/start", None),
        ("/start p_1-001193", "p_1-001193"),
        ("/start@motcua_bot qr_ubnd-dat-mui", "qr_ubnd-dat-mui"),
        ("/start chào em, cho hỏi", None),
        ("/start " + "a" * 65, None),
    ],
)
def test_a_start_carries_the_parameter_of_a_link_and_nothing_else(typed: str, parameter: str | None) -> None:
    marks = [{"type": "bot_command", "offset": 0, "length": 6}]
    told = message(text=typed, entities=marks)
    assert (told.kind, told.start_parameter, told.text) == (Kind.START, parameter, "")


def test_a_word_that_begins_like_start_is_a_text() -> None:
    assert message(text="/started").kind is Kind.TEXT


def test_a_pressed_button() -> None:
    told = read(pressed(12, "p:1.001193:documents"))
    assert told == Incoming(
        KEY,
        "12",
        RECEIVED,
        Kind.BUTTON,
        button="p:1.001193:documents",
        display_name="Út Nguyễn Văn",
        order=12,
    )


def test_a_press_under_a_message_too_old_to_be_sent_along() -> None:
    press = pressed(12, "help")
    press["callback_query"]["message"] = {"chat": CHAT, "message_id": 30, "date": 0}
    told = read(press)
    assert told is not None
    assert told.button == "help"


def test_a_press_without_data_is_no_press_of_ours() -> None:
    press = pressed(12, "help")
    press["callback_query"] |= {"data": None, "game_short_name": "chess"}
    assert read(press) is None


def test_a_contact_is_the_senders_own_only_when_telegram_says_so() -> None:
    own = {"phone_number": "+84912345678", "first_name": "Út", "last_name": "Nguyễn Văn", "user_id": AN}
    assert message(contact=own).contact == SharedContact("+84912345678", "Út Nguyễn Văn", own=True)
    forwarded = {"phone_number": "84911111111", "first_name": "Anh Hai", "user_id": 77}
    assert message(contact=forwarded).contact == SharedContact("84911111111", "Anh Hai", own=False)
    from_the_phone_book = {"phone_number": "0911111111", "first_name": "Anh Hai"}
    told = message(contact=from_the_phone_book)
    assert told.kind is Kind.CONTACT
    assert told.contact == SharedContact("0911111111", "Anh Hai", own=False)


def test_a_photo_is_its_largest_size_with_its_caption() -> None:
    sizes = [
        {"file_id": "big", "file_unique_id": "b", "width": 960, "height": 1280, "file_size": 143_000},
        {"file_id": "small", "file_unique_id": "s", "width": 67, "height": 90, "file_size": 1200},
    ]
    told = message(photo=sizes, caption="Giấy chứng sinh đây em")
    assert (told.kind, told.text) == (Kind.IMAGE, "Giấy chứng sinh đây em")
    assert told.attachments == (Attachment(Kind.IMAGE, "big", size=143_000),)


FILE: dict[str, Any] = {"file_id": "BQAC", "file_unique_id": "u1", "file_size": 20_480}
STICKER: dict[str, Any] = {
    **FILE,
    "type": "regular",
    "width": 512,
    "height": 512,
    "is_animated": False,
    "is_video": False,
}


@pytest.mark.parametrize(
    ("content", "kind", "attached"),
    [
        (
            {"document": {**FILE, "file_name": "đơn.pdf", "mime_type": "application/pdf"}},
            Kind.FILE,
            Attachment(Kind.FILE, "BQAC", "đơn.pdf", "application/pdf", 20_480),
        ),
        (
            {"voice": {**FILE, "duration": 7, "mime_type": "audio/ogg"}},
            Kind.VOICE,
            Attachment(Kind.VOICE, "BQAC", None, "audio/ogg", 20_480),
        ),
        (
            {"video_note": {**FILE, "duration": 7, "length": 240}},
            Kind.VIDEO,
            Attachment(Kind.VIDEO, "BQAC", size=20_480),
        ),
        (
            {"video": {**FILE, "duration": 7, "width": 640, "height": 360, "mime_type": "video/mp4"}},
            Kind.VIDEO,
            Attachment(Kind.VIDEO, "BQAC", None, "video/mp4", 20_480),
        ),
        ({"sticker": STICKER}, Kind.STICKER, None),
        ({"dice": {"emoji": "🎲", "value": 3}}, Kind.STICKER, None),
        (
            {"animation": {**FILE, "duration": 2, "width": 320, "height": 240}, "document": FILE},
            Kind.STICKER,
            None,
        ),
        ({"poll": {"id": "1", "question": "?"}}, Kind.UNSUPPORTED, None),
        ({"from_the_future": {}}, Kind.UNSUPPORTED, None),
    ],
)
def test_media(content: dict[str, Any], kind: Kind, attached: Attachment | None) -> None:
    told = message(**content)
    assert told.kind is kind
    assert told.attachments == ((attached,) if attached else ())


def test_a_place() -> None:
    told = message(location={"latitude": 9.1769, "longitude": 105.1524})
    assert (told.kind, told.location) == (Kind.LOCATION, Location(9.1769, 105.1524))


def test_a_corrected_question_is_asked_again_at_the_time_of_the_correction() -> None:
    told = read(update(9, edited_message=body(text="làm khai sinh", edit_date=SENT_AT + 30)))
    assert told is not None
    assert (told.kind, told.text) == (Kind.TEXT, "làm khai sinh")
    assert (told.at - SENT).total_seconds() == 30


def test_a_live_location_that_moves_is_not_answered_every_few_seconds() -> None:
    place = {"latitude": 9.1, "longitude": 105.1, "live_period": 3600}
    assert read(update(9, edited_message=body(location=place, edit_date=SENT_AT + 30))) is None


def test_blocking_the_bot_is_leaving_and_coming_back_is_seen_when_they_write() -> None:
    left = read(membership(5, "kicked"))
    assert left == Incoming(KEY, "5", RECEIVED, Kind.LEFT, order=5)
    assert read(membership(6, "member")) is None


@pytest.mark.parametrize(
    "noted",
    [
        {"pinned_message": {"message_id": 3, "chat": CHAT, "date": 0}},
        {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86_400}},
        {"write_access_allowed": {"from_request": True}},
    ],
)
def test_what_telegram_notes_in_a_chat_is_not_answered(noted: dict[str, Any]) -> None:
    assert read(update(4, message=body(**noted))) is None


@pytest.mark.parametrize(
    "name", ["inline_query", "poll", "message_reaction", "business_message", "from_the_future"]
)
def test_an_update_of_a_kind_we_did_not_ask_for_is_not_answered(name: str) -> None:
    assert read(update(4, **{name: {**body(text="khai sinh"), "any": "thing"}})) is None


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"update_id": "many"},
        {"update_id": 1, "message": "text"},
        {"update_id": 1, "message": {"chat": CHAT}},
        {"update_id": 1, "message": body(text="x", date="yesterday")},
        {"update_id": 1, "message": body(text="x", date=10**30)},
        {"update_id": 1, "message": body(text=["x"])},
        {"update_id": 1, "callback_query": {"id": 4, "message": {"chat": CHAT}}},
        {"update_id": 1, "my_chat_member": {"chat": CHAT, "from": THE_BOT}},
    ],
)
def test_what_is_not_telegrams_is_named_so_without_its_content(broken: dict[str, Any]) -> None:
    with pytest.raises(UnreadableError) as raised:
        read(broken)
    assert "Telegram" in str(raised.value)
    assert "Út" not in str(raised.value)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
parts = st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member", "poll"])
fields = st.sampled_from(
    ["message_id", "date", "edit_date", "chat", "from", "text", "photo", "contact", "location", "data"]
)


@settings(deadline=None)
@given(parts, st.dictionaries(fields, json_values, max_size=6), st.booleans())
def test_garbage_is_unreadable_or_understood_never_anything_else(
    part: str, content: dict[str, Any], whole: bool
) -> None:
    told = {**body(text="x"), **content} if whole else content
    try:
        incoming = read({"update_id": 3, part: told})
    except UnreadableError:
        return
    assert incoming is None or incoming.key == KEY
