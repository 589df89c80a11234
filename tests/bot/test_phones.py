"""One person on several channels: a phone number joins their chats, but only after proof."""

import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import assembled
from bot.config import Settings
from storage.records import AddressKey
from tests.house import ROOT, Citizen, FakeClock, House, Phone, shipped

NUMBER = "0912345678"


class Town(House):
    """A house with two channels."""

    def on(self, channel: str, name: str) -> Citizen:
        phone = self.parts.channels[channel]
        assert isinstance(phone, Phone)
        return Citizen(House(self.parts, self.clock, phone, self.numbers), AddressKey(channel, channel, name))


@pytest.fixture
async def town(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    clock = FakeClock()
    telegram, zalo = Phone("telegram", "telegram"), Phone("zalo_oa", "zalo_oa")
    chosen = Settings(data_dir=tmp_path, database_url=sqlite_url, catalog=ROOT / "procedures_catalog.yaml")
    async with contextlib.AsyncExitStack() as opened:
        parts = await opened.enter_async_context(
            assembled(
                chosen,
                clock=clock,
                server=True,
                channels={"telegram": telegram, "zalo_oa": zalo},
                live=shipped(),
            )
        )
        yield Town(parts, clock, telegram)


async def citizen_of(town: Town, who: Citizen) -> int:
    async with town.parts.database.reading() as uow:
        contact = await uow.citizens.find(who.key)
    assert contact
    return contact.citizen_id


async def gives(who: Citizen, *, own: bool) -> str:
    """Shares the number and agrees that it is kept."""
    await who.send(kind="contact", contact=NUMBER, own=own)
    return (await who.press("Đồng ý"))[-1].text


async def test_consent_first_and_the_number_has_not_to_be_sent_twice(town: Town) -> None:
    an = town.on("telegram", "an")
    (*_, asked) = await an.send(kind="contact", contact=NUMBER)
    assert "đồng ý" in asked.text.lower()
    async with town.parts.database.reading() as uow:
        contact = await uow.citizens.find(an.key)
    assert contact
    assert contact.phone is None
    (*_, told) = await an.press("Đồng ý")
    assert "đã nhận số điện thoại" in told.text
    async with town.parts.database.reading() as uow:
        contact = await uow.citizens.find(an.key)
    assert contact
    assert (contact.phone, contact.phone_proved) == (NUMBER, True)


async def test_a_typed_number_joins_only_after_the_proved_chat_says_yes(town: Town) -> None:
    an, same = town.on("telegram", "an"), town.on("zalo_oa", "1")
    await gives(an, own=True)
    await same.say("0912 345 678")
    (*_, told) = await same.press("Đồng ý")
    assert "nối" not in told.text, "whether the number is known is not told to whoever names it"
    assert await citizen_of(town, an) != await citizen_of(town, same)
    (ask,) = an.news()
    assert "Zalo" in ask.text
    assert [choice.label for choice in ask.choices] == ["Đúng là tôi", "Không phải tôi"]
    (*_, joined) = await an.press("Đúng là tôi")
    assert "đã nối" in joined.text
    assert await citizen_of(town, an) == await citizen_of(town, same)
    assert "được nối" in same.news()[-1].text


async def test_two_proofs_need_no_question(town: Town) -> None:
    an, same = town.on("telegram", "an"), town.on("telegram", "an-2")
    await gives(an, own=True)
    await gives(same, own=True)
    assert await citizen_of(town, an) == await citizen_of(town, same)


async def test_a_no_joins_nothing_and_nobody_is_pestered(town: Town) -> None:
    an, thief = town.on("telegram", "an"), town.on("zalo_oa", "666")
    await gives(an, own=True)
    await gives(thief, own=False)
    an.news()
    (*_, told) = await an.press("Không phải tôi")
    assert "không nối" in told.text
    for _ in range(5):
        await thief.send(kind="contact", contact=NUMBER, own=False)
    assert len(an.news()) == 2, "three questions a day at most, one was answered"
    assert await citizen_of(town, an) != await citizen_of(town, thief)


async def test_only_the_chat_that_was_asked_can_answer_and_only_for_a_day(town: Town) -> None:
    an, thief = town.on("telegram", "an"), town.on("zalo_oa", "666")
    await gives(an, own=True)
    await gives(thief, own=False)
    (*_, told) = await thief.send(kind="button", button="join:1:y")
    assert "hết hạn" in told.text
    town.clock.at += timedelta(days=1, minutes=1)
    an.news()
    (*_, told) = await an.press("Đúng là tôi")
    assert "hết hạn" in told.text
    assert await citizen_of(town, an) != await citizen_of(town, thief)


async def test_what_is_only_said_does_not_take_the_place_of_what_was_proved(town: Town) -> None:
    an = town.on("telegram", "an")
    await gives(an, own=True)
    await an.send(kind="contact", contact="0987654321", own=False)
    async with town.parts.database.reading() as uow:
        contact = await uow.citizens.find(an.key)
    assert contact
    assert contact.phone == NUMBER


async def test_forgetting_forgets_the_number(town: Town) -> None:
    an = town.on("telegram", "an")
    await gives(an, own=True)
    async with town.parts.database.unit_of_work() as uow:
        await uow.citizens.forget(await citizen_of(town, an), town.clock.now())
        await uow.commit()
    async with town.parts.database.reading() as uow:
        contact = await uow.citizens.find(an.key)
    assert contact
    assert contact.phone is None
