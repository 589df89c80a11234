"""R20 on Zalo: no JSON that anybody can send makes the readers raise, and no id of ours is ever empty."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels import zalo_bot_reading
from bot.channels.zalo_oa import reading
from bot.channels.zalo_oa.envelope import envelope, of_another
from bot.simulator.zalo_events import OA_ID
from storage.records import AddressKey
from tests.house import MONDAY

OA_KEY = AddressKey("zalo_oa", OA_ID, "1")
BOT_KEY = AddressKey("zalo_bot", "1", "1")

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


def having(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """An object with any of these fields, each as promised or as anything."""
    return st.fixed_dictionaries({}, optional={name: each | JSON for name, each in fields.items()})


ID = (
    st.just({"id": OA_ID, "admin_id": "7"})
    | st.just({"id": "1"})
    | st.just({"id": OA_ID})
    | st.just({"id": 77})
)
COORDINATES = having(latitude=st.text(max_size=8) | st.floats(), longitude=st.text(max_size=8))
PAYLOAD = having(
    url=st.text(max_size=9),
    size=st.text(max_size=30),
    coordinates=COORDINATES,
    description=st.text(max_size=30),
)
MESSAGE = having(
    text=st.text(max_size=50) | st.sampled_from(["#person", "#p:", "#r:٣:1", "# "]),
    msg_id=st.text(max_size=10) | st.integers(),
    msg_ids=st.lists(st.text(max_size=5) | st.integers(), max_size=3),
    attachments=st.lists(having(type=st.text(max_size=5), payload=PAYLOAD), max_size=3),
)
NAMES = ["text", "image", "location", "business_card", "file", "sticker", "link", "group_text", ""]
OA_EVENT = having(
    event_name=st.sampled_from(
        [f"user_send_{name}" for name in NAMES]
        + ["follow", "unfollow", "user_submit_info", "user_seen_message", "oa_send_text", "oa_send_image"]
    ),
    sender=ID,
    recipient=ID,
    follower=ID,
    message=MESSAGE,
    info=having(phone=st.text(max_size=12) | st.integers(), name=st.text(max_size=9)),
    timestamp=st.text(max_size=20) | st.integers(),
    anonymous_id=st.text(max_size=5),
    conversation_id=st.text(max_size=5),
)
BOT_MESSAGE = having(
    chat=having(id=st.text(max_size=5), chat_type=st.text(max_size=9)),
    date=st.integers(),
    text=st.text(max_size=20),
    photo_url=st.text(max_size=20),
    message_id=st.text(max_size=9),
)
BOT_NAMES = [f"message.{name}.received" for name in ("text", "image", "voice", "unsupported", "x")]
BOT_EVENT = having(event_name=st.sampled_from(BOT_NAMES), message=BOT_MESSAGE)


@given(OA_EVENT)
@settings(max_examples=600, deadline=None)
def test_any_event_of_an_oa_is_read_or_passed_over(event: dict[str, Any]) -> None:
    found = envelope(event, OA_ID)
    assert found.event_id
    assert found.user
    of_another(event, OA_ID)
    incoming = reading.incoming_of(event, OA_KEY, MONDAY)
    assert incoming is None or incoming.event_id == found.event_id


@given(BOT_EVENT | st.fixed_dictionaries({"ok": st.just(True), "result": BOT_EVENT}))
@settings(max_examples=600, deadline=None)
def test_any_update_of_a_bot_is_read_or_passed_over(content: dict[str, Any]) -> None:
    update = zalo_bot_reading.update_of(content)
    assert zalo_bot_reading.event_id_of(update)
    assert zalo_bot_reading.private_chat_of(update) != ""
    zalo_bot_reading.incoming_of(content, BOT_KEY, MONDAY)
