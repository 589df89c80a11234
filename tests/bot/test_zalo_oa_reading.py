"""What Zalo's events mean, in the words of the house."""

import json
from typing import Any

import pytest

from bot.channels.zalo_oa.envelope import envelope, of_another
from bot.channels.zalo_oa.reading import incoming_of
from bot.conversation import tokens
from bot.messages import Attachment, Incoming, Kind, Location, SharedContact
from bot.simulator.zalo_events import OA_ID
from storage.records import AddressKey
from tests.bot.zalo_events import AN, AT, UNANSWERED, echo, event, from_anonymous, relation, said, sent
from tests.house import MONDAY

KEY = AddressKey("zalo_oa", OA_ID, AN)


def read(payload: dict[str, Any]) -> Incoming | None:
    return incoming_of(payload, KEY, MONDAY)


def heard(payload: dict[str, Any]) -> Incoming:
    incoming = read(payload)
    assert incoming
    return incoming


def test_a_text_as_typed_at_zalos_time() -> None:
    incoming = heard(said("Làm khai sinh cần giấy tờ gì?", timestamp="1699003881354"))
    assert (incoming.kind, incoming.text) == (Kind.TEXT, "Làm khai sinh cần giấy tờ gì?")
    assert incoming.order == 1699003881354
    assert incoming.at.isoformat() == "2023-11-03T09:31:21.354000+00:00"


@pytest.mark.parametrize(
    "token", [tokens.PERSON, tokens.show("1.001193"), tokens.rate(5, 1042), "c:contact:y:x"]
)
def test_a_text_that_is_a_buttons_payload_is_a_press(token: str) -> None:
    pressed = heard(said(f" #{token} "))
    assert (pressed.kind, pressed.button, pressed.text) == (Kind.BUTTON, token, "")


@pytest.mark.parametrize("text", ["#1042", "# person", "person", "#", "#q", "#r:9:1042", "#hỏi", "##person"])
def test_what_is_no_token_of_ours_stays_a_text(text: str) -> None:
    assert (heard(said(text)).kind, heard(said(text)).text) == (Kind.TEXT, text)


def test_pictures_with_their_caption_and_files_with_their_size() -> None:
    picture = heard(
        sent("image", {"thumbnail": "https://a/t.jpg", "url": "https://a/b.jpg"}, text="giấy hẹn")
    )
    assert (picture.kind, picture.text) == (Kind.IMAGE, "giấy hẹn")
    assert picture.attachments == (Attachment(Kind.IMAGE, "https://a/b.jpg"),)
    two = sent("image", {"url": "https://a/1.jpg"}, {"url": "https://a/2.jpg"}, kind="photo")
    assert len(heard(two).attachments) == 2
    pdf = {"url": "https://a/don.pdf", "size": "1024", "name": "don.pdf", "checksum": "x", "type": "pdf"}
    file = heard(sent("file", pdf))
    assert file.attachments == (Attachment(Kind.FILE, "https://a/don.pdf", "don.pdf", "pdf", 1024),)


@pytest.mark.parametrize(
    ("what", "kind", "fetched"),
    [
        ("audio", Kind.VOICE, True),
        ("video", Kind.VIDEO, True),
        ("sticker", Kind.STICKER, False),
        ("gif", Kind.STICKER, False),
        ("hologram", Kind.UNSUPPORTED, False),
    ],
)
def test_other_media(what: str, kind: Kind, fetched: bool) -> None:
    incoming = heard(sent(what, {"id": 7, "url": "https://a/b"}))
    assert (incoming.kind, bool(incoming.attachments)) == (kind, fetched)


def test_a_shared_link_is_read_like_a_typed_one() -> None:
    incoming = heard(sent("link", {"url": "https://dichvucong.gov.vn", "description": "Cổng"}))
    assert (incoming.kind, incoming.text) == (Kind.TEXT, "https://dichvucong.gov.vn")
    assert heard(sent("link", {})).kind is Kind.UNSUPPORTED
    assert heard(said("")).kind is Kind.UNSUPPORTED


@pytest.mark.parametrize(
    ("latitude", "longitude", "place"),
    [
        ("10.7923119", "106.7820651", Location(10.7923119, 106.7820651)),
        (9.18, 105.15, Location(9.18, 105.15)),
        ("bắc", "106", None),
        ("nan", "106", None),
        ("91", "106", None),
        (None, None, None),
        ("9" * 5000, "1", None),
    ],
)
def test_a_place_has_coordinates_as_text(latitude: object, longitude: object, place: Location | None) -> None:
    coordinates = {"latitude": latitude, "longitude": longitude}
    incoming = heard(sent("location", {"coordinates": coordinates}, text="Cơm Coffee New Sky"))
    assert (incoming.kind, incoming.location, incoming.text) == (Kind.LOCATION, place, "Cơm Coffee New Sky")


def test_a_card_may_be_anybodys() -> None:
    card = {"thumbnail": "https://a", "description": json.dumps({"phone": "0912345678", "qrCodeUrl": "x"})}
    incoming = heard(sent("business_card", card, text="Chị Ba"))
    assert (incoming.contact, incoming.text) == (SharedContact("0912345678", "Chị Ba", own=False), "")
    assert heard(sent("business_card", {"description": "{"}, text="Chị Ba")).contact is None


@pytest.mark.parametrize(
    "info",
    [
        {"name": "An", "phone": "84912345678", "full_address": {"user_ward": "Đất Mũi"}},
        {"name": "An", "phone": 84912345678, "district": "x", "city": "y"},
    ],
)
def test_the_form_in_its_new_and_its_old_shape_proves_no_number(info: dict[str, Any]) -> None:
    assert heard(event("user_submit_info", info=info)).contact == SharedContact(
        "84912345678", "An", own=False
    )
    assert read(event("user_submit_info", info={"name": "An"})) is None


def test_following_starts_and_unfollowing_ends() -> None:
    assert heard(relation("follow")).kind is Kind.START
    assert heard(relation("unfollow")).kind is Kind.LEFT
    assert envelope(relation("follow"), OA_ID).user == AN


def test_who_has_no_zalo_account_is_known_by_two_ids() -> None:
    told = from_anonymous("text", text="chào")
    assert envelope(told, OA_ID).user == "anonymous:visitor-7:talk-9"
    assert heard(told).text == "chào"
    assert heard(from_anonymous("image", attachments=[{"payload": {"url": "https://a"}}])).kind is Kind.IMAGE


@pytest.mark.parametrize("name", UNANSWERED)
def test_what_needs_no_answer_and_what_is_unknown_is_nothing(name: str) -> None:
    assert read(event(name, message={"msg_id": "m1", "text": "x", "msg_ids": ["m1"]})) is None


def test_echoes_are_not_questions() -> None:
    for what in ("text", "image", "gif", "list", "file", "sticker", "template"):
        assert read(echo(what)) is None
    assert read(echo("template", admin="77")) is None
    assert read(echo("list", admin="77")) is None


@pytest.mark.parametrize("what", ["text", "image", "file", "sticker", "anonymous_text"])
def test_an_officer_in_zalos_own_app_is_heard(what: str) -> None:
    incoming = read(echo(what, admin="77"))
    assert incoming
    assert (incoming.kind, incoming.references, incoming.key.user_id) == (Kind.ELSEWHERE, ("echo-1",), AN)


@pytest.mark.parametrize("message", [{"msg_id": "m1"}, {"msg_ids": ["m1"]}])
def test_what_was_read_is_named_in_one_of_two_ways(message: dict[str, object]) -> None:
    incoming = read(event("user_seen_message", message=message))
    assert incoming
    assert (incoming.kind, incoming.references) == (Kind.SEEN, ("m1",))
    assert read(event("user_seen_message", message={})) is None
    assert envelope(echo("text"), OA_ID).user == AN


def test_a_message_is_known_by_its_id_and_every_other_event_by_what_happened() -> None:
    def identity(payload: dict[str, Any]) -> str:
        return envelope(payload, OA_ID).event_id

    assert identity(said("một", 1)) == identity(said("một", 1, timestamp="1")) == "cb31dff11"
    received = event("user_received_message", message={"msg_id": "m1"})
    assert identity(received) != identity({**received, "event_name": "user_seen_message"})
    assert identity(relation("follow")) != identity(relation("follow", timestamp=f"{AT}1"))
    assert identity(relation("follow")) == identity(relation("follow"))
    bare = {"event_name": "change_oa_daily_quota", "oa_id": OA_ID}
    assert identity(bare) != identity({**bare, "quota": 5})


def test_events_of_another_oa_of_the_same_app_are_told_apart() -> None:
    assert not of_another(said("chào"), OA_ID)
    assert not of_another(echo("text"), OA_ID)
    assert not of_another({"event_name": "change_template_status"}, OA_ID)
    assert of_another({**said("chào"), "recipient": {"id": "999"}}, OA_ID)
    assert of_another({**relation("follow"), "oa_id": "999"}, OA_ID)


@pytest.mark.parametrize(
    "odd", [None, 7, [], "x", {"id": []}, {"id": True}, {"text": ["x"], "attachments": 5}]
)
def test_odd_shapes_are_never_an_error(odd: Any) -> None:
    for name in ("user_send_text", "user_send_location", "user_send_file", "user_submit_info", "follow"):
        shape = {"event_name": name, "sender": odd, "message": odd, "info": odd, "timestamp": odd}
        assert envelope(shape, OA_ID).event_id
        read(shape)
