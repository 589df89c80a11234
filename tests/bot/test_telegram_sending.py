"""Replies to Telegram, and what its refusals become. The answers are the Bot API's; aiogram reads them."""

import json
from collections.abc import Iterator
from itertools import count

import pytest
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import SendMessage

from bot.channels.telegram_sending import Sender
from bot.messages import Choice, Reply, Request
from bot.ports import TryLaterError, UndeliverableError
from bot.texts import Texts
from storage.records import AddressKey
from tests.bot.telegram_updates import AN, BOT_ID, FarEnd, refused

KEY = AddressKey("telegram", BOT_ID, str(AN))
LONG = Reply("\n\n".join(f"Đoạn {number}. " + "Nộp tại bộ phận một cửa. " * 60 for number in range(6)))


@pytest.fixture
def far() -> FarEnd:
    return FarEnd()


@pytest.fixture
def sender(far: FarEnd) -> Sender:
    return Sender(far.bot(), Texts.load())


def keyboard(far: FarEnd, place: int = -1) -> dict[str, object]:
    markup: dict[str, object] = json.loads(far.asked[place][1]["reply_markup"])
    return markup


async def test_a_text_goes_out_plain_whatever_it_looks_like(far: FarEnd, sender: Sender) -> None:
    text = "Phí <b>0 đồng</b> *miễn* _phí_ [xem](tg://user?id=1)"
    assert await sender.send(KEY, Reply(text)) == "1"
    ((name, fields),) = far.asked
    assert name == "sendMessage"
    assert fields["text"] == text
    assert fields["chat_id"] == str(AN)
    assert not fields.keys() & {"parse_mode", "entities"}


async def test_buttons_stand_one_under_another(far: FarEnd, sender: Sender) -> None:
    choices = (
        Choice("Giấy tờ cần nộp", token="p:1.001193:documents"),
        Choice("Nộp trực tuyến", url="https://dvc.vn/1"),
    )
    await sender.send(KEY, Reply("Dạ", choices))
    assert keyboard(far) == {
        "inline_keyboard": [
            [{"text": "Giấy tờ cần nộp", "callback_data": "p:1.001193:documents"}],
            [{"text": "Nộp trực tuyến", "url": "https://dvc.vn/1"}],
        ]
    }


async def test_asking_for_the_phone_number_shows_telegrams_own_button(far: FarEnd, sender: Sender) -> None:
    await sender.send(KEY, Reply("Dạ, anh/chị cho em xin số điện thoại ạ?", request=Request.CONTACT))
    asked = {"text": "Gửi số điện thoại của tôi", "request_contact": True, "request_location": False}
    assert keyboard(far)["keyboard"] == [[asked]]


async def test_a_long_answer_comes_in_parts_and_is_known_by_the_last(far: FarEnd, sender: Sender) -> None:
    assert await sender.send(KEY, LONG) == str(len(far.texts()))
    assert len(far.texts()) > 1
    assert all(len(text.encode("utf-16-le")) // 2 <= 4096 for text in far.texts())


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (refused(403, "Forbidden: bot was blocked by the user"), "blocked"),
        (refused(403, "Forbidden: user is deactivated"), "left"),
        (refused(400, "Bad Request: chat not found"), "unknown_address"),
        (refused(400, "Bad Request: message text is empty"), "rejected"),
    ],
)
async def test_never_is_named(far: FarEnd, sender: Sender, answer: tuple[int, str], reason: str) -> None:
    far.script.append(answer)
    with pytest.raises(UndeliverableError) as raised:
        await sender.send(
            KEY, Reply("Dạ", (Choice("Gặp cán bộ", token="person"),) if reason == "unknown_address" else ())
        )
    assert raised.value.reason == reason
    assert len(far.asked) == 1


@pytest.mark.parametrize(
    ("answer", "wait"),
    [
        (refused(429, "Too Many Requests: retry after 37", retry_after=37), 37.0),
        (refused(401, "Unauthorized"), 60.0),
        (refused(404, "Not Found"), 60.0),
        (refused(500, "Internal Server Error"), None),
        (refused(500, "Internal Server Error: restart"), None),
        ((502, "<html><title>502 Bad Gateway</title></html>"), None),
        ((200, '{"ok": true, "result": {"message_id"'), None),
        (TelegramNetworkError(SendMessage(chat_id=1, text="x"), "Request timeout error"), None),
    ],
)
async def test_later_is_when_telegram_says(
    far: FarEnd, sender: Sender, answer: tuple[int, str] | Exception, wait: float | None
) -> None:
    far.script.append(answer)
    with pytest.raises(TryLaterError) as raised:
        await sender.send(KEY, Reply("Dạ"))
    assert raised.value.wait == wait


async def test_an_answer_that_broke_off_goes_on_where_it_stopped(far: FarEnd, sender: Sender) -> None:
    await sender.send(KEY, LONG)
    whole, far.asked[:] = far.texts(), []
    far.script.extend(
        [*(_sent(count(1)) for _ in whole[:1]), refused(429, "Too Many Requests", retry_after=3)]
    )
    with pytest.raises(TryLaterError):
        await sender.send(KEY, LONG)
    await sender.send(KEY, LONG)
    assert far.texts() == [*whole[:2], *whole[1:]]
    await sender.send(KEY, LONG)
    assert far.texts()[len(whole) + 1 :] == whole


def _sent(numbers: Iterator[int]) -> tuple[int, str]:
    chat = {"id": AN, "type": "private"}
    result = {"message_id": next(numbers), "date": 1, "chat": chat, "text": "x"}
    return 200, json.dumps({"ok": True, "result": result})


async def test_one_who_waits_does_not_stop_the_parts_of_another(far: FarEnd, sender: Sender) -> None:
    far.script.extend([_sent(count(1)), refused(429, "Too Many Requests", retry_after=600)])
    with pytest.raises(TryLaterError):
        await sender.send(KEY, LONG)
    far.asked.clear()
    await sender.send(AddressKey("telegram", BOT_ID, "42"), LONG)
    assert far.texts()[0].startswith("Đoạn 0")


async def test_buttons_that_telegram_refuses_are_said_in_words(far: FarEnd, sender: Sender) -> None:
    far.script.append(refused(400, "Bad Request: inline keyboard button URL is invalid: Wrong port number"))
    choices = (Choice("Gặp cán bộ", token="person"), Choice("Bản đồ", url="https://cổng.vn:99999"))
    await sender.send(KEY, Reply("Dạ, em đây ạ.", choices))
    assert far.texts() == ["Dạ, em đây ạ.", "Dạ, em đây ạ.", "1. Gặp cán bộ\nBản đồ: https://cổng.vn:99999"]
    assert "reply_markup" not in far.asked[1][1]


async def test_an_address_that_is_no_chat_is_unknown(far: FarEnd, sender: Sender) -> None:
    with pytest.raises(UndeliverableError) as raised:
        await sender.send(AddressKey("telegram", BOT_ID, "an"), Reply("Dạ"))
    assert raised.value.reason == "unknown_address"
    assert far.asked == []
