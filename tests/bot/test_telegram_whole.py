"""Telegram from end to end: the channel as it is, in front of a simulated Bot API."""

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from PIL import Image

from bot.files import sent_file
from bot.messages import Reply
from bot.simulator.phones import Bubble, Sent
from bot.simulator.telegram_updates import membership, message, sizes
from bot.texts import Texts
from bot.transcript import say
from storage.channel_records import ReceivedFile
from storage.records import AddressKey, StoredFile
from tests.house import dossier
from tests.simulations import House, simulated, until

GROUP = -1_002_233_445_566


@pytest.fixture
async def house(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with simulated(sqlite_url, tmp_path, telegram=True) as opened:
        await until(lambda: opened.telegram.state().ready, 60)
        yield opened


def photo(width: int = 320) -> bytes:
    picture = BytesIO()
    Image.new("RGB", (width, 240), (200, 180, 90)).save(picture, "JPEG")
    return picture.getvalue()


def answers(house: House) -> list[Bubble]:
    return [bubble for bubble in house.telegram.bubbles() if not bubble.mine]


async def bring(house: House, update: dict[str, object]) -> int:
    hook = house.simulation.telegram.hook
    assert hook
    return await house.telegram.caller.post(hook, update)


def key(house: House) -> AddressKey:
    return AddressKey("telegram", house.parts.channels["telegram"].account, str(house.telegram.person.id))


async def received(house: House) -> tuple[ReceivedFile, ...]:
    async with house.parts.database.reading() as uow:
        contact = await uow.citizens.find(key(house))
        return await uow.received.of_conversation(contact.conversation_id) if contact else ()


async def test_a_link_opens_the_procedure_or_the_dossier_it_names(house: House) -> None:
    await house.telegram.act(Sent("text", "/start p_1-001193"))
    await until(lambda: any("khai sinh" in each.text for each in answers(house)))
    async with house.parts.database.unit_of_work() as uow:
        await uow.dossiers.upsert((dossier("H12.25-251103-0045", house.parts),))
        await uow.commit()
    await house.telegram.act(Sent("text", "/start h_H12_25-251103-0045"))
    await until(lambda: any("H12.25-251103-0045" in each.text for each in answers(house)))


async def test_photos_sent_together_are_asked_about_once_and_all_kept(house: House) -> None:
    phone = house.telegram
    for number in range(4):
        identity = phone.telegram.put(photo() + bytes([number]), f"{number}.jpg")
        content = {"photo": sizes(identity, 900), "media_group_id": "13900"}
        phone.telegram.known.add(phone.person.id)
        assert await bring(house, message(700 + number, phone.person, 1_795_399_200, **content)) == 200
    await phone.act(Sent("text", "cảm ơn"))
    await until(
        lambda: any("cảm ơn" in each.text.lower() or "Dạ không có gì" in each.text for each in answers(house))
    )
    asked = [each for each in answers(house) if "giấy hẹn" in each.text]
    assert len(asked) == 1
    await until_kept(house, 4)


async def until_kept(house: House, number: int) -> None:
    for _ in range(200):
        found = await received(house)
        if len(found) == number and all(each.file_id for each in found):
            return
        house.clock.pass_(seconds=1)
        await asyncio.sleep(0.1)
    raise AssertionError(found)


async def test_a_file_of_ours_arrives_as_photo_or_document(house: House) -> None:
    await house.telegram.act(Sent("begin"))
    await until(lambda: bool(answers(house)))
    stored = await house.parts.uploads.accept(photo(), name="ket-qua.jpg")
    lost = await house.parts.uploads.accept(photo(640), name="mat.jpg")
    assert isinstance(stored, StoredFile)
    assert isinstance(lost, StoredFile)
    (blob,) = house.parts.settings.data_dir.rglob(f"*{lost.digest}*")
    blob.unlink()
    async with house.parts.database.unit_of_work() as uow:
        contact = await uow.citizens.find(key(house))
        assert contact
        files = tuple(sent_file(each, Texts.load()) for each in (stored, lost))
        reply = Reply("Dạ, kết quả đây ạ.", files=files)
        await say(uow, contact, reply, house.clock.now(), pull=False)
        await uow.commit()
    await until(lambda: answers(house)[-1].text == "Dạ, kết quả đây ạ.")
    pictured, missing = answers(house)[-3:-1]
    assert pictured.file
    assert pictured.file.shown
    assert "không còn" in missing.text


async def test_a_group_is_told_where_to_write_and_left(house: House) -> None:
    telegram = house.simulation.telegram
    telegram.known.add(GROUP)
    chat = {"id": GROUP, "title": "Tổ chuyển đổi số ấp 3", "type": "supergroup"}
    update = message(801, house.telegram.person, 1_795_399_200, text="chào bot")
    update["message"]["chat"] = chat
    assert await bring(house, update) == 200
    assert await bring(house, {**update, "update_id": 802}) == 200
    await until(lambda: GROUP not in telegram.known)
    (said,) = telegram.chats[GROUP]
    assert "nhắn riêng" in said["text"]
    assert "https://t.me/motcua_thu_bot" in said["text"]
    gone = membership(803, house.telegram.person, 1_795_399_200, blocked=True)
    gone["my_chat_member"]["chat"] = chat
    assert await bring(house, gone) == 200
    assert len(telegram.chats[GROUP]) == 1


async def test_a_file_that_is_gone_or_too_large_has_a_named_end(house: House) -> None:
    phone = house.telegram
    phone.telegram.known.add(phone.person.id)
    identity = phone.telegram.put(bytes(21 << 20), "phim.pdf")
    for number, name in ((900, identity), (901, "AgACAgUnknown")):
        document = {"file_id": name, "file_unique_id": name, "file_name": "phim.pdf"}
        await bring(house, message(number, phone.person, 1_795_399_200, document=document))
    for _ in range(200):
        ends = [each.reason for each in await received(house)]
        if len(ends) == 2 and all(ends):
            break
        await asyncio.sleep(0.05)
    assert ends == ["too_large", "gone"]


async def test_the_webhook_needs_the_secret(house: House) -> None:
    async with httpx.AsyncClient(base_url=house.address) as stranger:
        assert (await stranger.post("/telegram/webhook", json={"update_id": 1})).status_code == 401
