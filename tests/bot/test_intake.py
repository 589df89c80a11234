"""The inbox's worker: every update has its effect once, in its chat's order, whatever fails in between."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import select

from bot.intake import ATTEMPTS, BACKOFF, SWITCHED_OFF, Intake, stop
from bot.messages import Reply
from bot.ports import Channel
from storage.errors import UnavailableError
from storage.records import Author, InboxEntry, InboxRow, InboxStatus
from storage.tables import messages
from storage.unit_of_work import UnitOfWork
from tests.house import Citizen, House, house

PERSON = "cho tui gặp cán bộ hỏi chuyện đất của ông nội để lại chưa có sổ"


@pytest.fixture
async def home(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with house(database_url, tmp_path) as built:
        yield built


async def said(home: House, author: Author = Author.CITIZEN) -> list[str]:
    """Everything that stands in the conversations, in the order it was written down."""
    async with home.parts.database.reading() as uow:
        rows = await uow.messages._link.rows(
            select(messages.c.text).where(messages.c.author == author).order_by(messages.c.id)
        )
    return [row.text for row in rows]


async def rows_in(home: House, status: str) -> int:
    async with home.parts.database.reading() as uow:
        return (await uow.inbox.counts())[status]


async def dead(home: House) -> tuple[InboxRow, ...]:
    async with home.parts.database.reading() as uow:
        return await uow.inbox.dead(10)


def entry(event: str, user: str = "an", **payload: Any) -> InboxEntry:
    return InboxEntry("phone", "phone", user, event, {"id": event, "kind": "text", "text": event, **payload})


async def test_an_update_that_comes_three_times_happens_once(home: House) -> None:
    citizen = home.citizen()
    told = [await citizen.receive_only(id="7", kind="text", text=PERSON) for _ in range(3)]
    assert told == [(True,), (False,), (False,)]
    await home.settle()
    assert await citizen.receive_only(id="7", kind="text", text=PERSON) == (False,)
    await home.settle()

    assert await said(home) == [PERSON]
    assert len(await home.waiting(await home.officer())) == 1


async def test_updates_that_arrive_together_are_answered_one_by_one(home: House) -> None:
    """Each caller hears of its own entries, however many share the commit."""
    calls = [[entry(f"{number}", f"u{number % 7}")] for number in range(450)]
    calls[10] = [entry("a", "u1"), entry("3", "u3"), entry("b", "u1")]
    told = await asyncio.gather(*(home.parts.intake.receive(call) for call in calls))
    assert told[10] == (True, False, True)
    assert all(each == (True,) for number, each in enumerate(told) if number != 10)
    assert await rows_in(home, "pending") == 451


async def test_an_update_that_cannot_be_stored_takes_no_other_with_it(home: House) -> None:
    unstorable = InboxEntry("phone", "phone", "an", "bad", {"id": "bad", "oops": object()})
    calls = [[entry("1")], [unstorable], [entry("2", "bay")]]
    told = await asyncio.gather(*(home.parts.intake.receive(call) for call in calls), return_exceptions=True)
    assert (told[0], told[2]) == ((True,), (True,))
    assert isinstance(told[1], Exception)
    assert await rows_in(home, "pending") == 2


async def test_poison_is_tried_five_times_with_growing_pauses_and_then_buried_in_sight(home: House) -> None:
    """R27: neighbours go on at once, the same chat goes on after the burial."""
    an, bay = home.citizen("an"), home.citizen("bay")
    await an.receive_only(kind="text", text="chào em", poison=True)
    await an.receive_only(kind="text", text="cảm ơn em nhiều")
    await bay.receive_only(kind="text", text="cảm ơn nha")
    waited = 0.0
    for attempt, pause in enumerate(BACKOFF, 1):
        await home.settle()
        assert len(await dead(home)) == 0, f"buried after {attempt} attempts"
        home.clock.pass_(seconds=pause - 0.1)
        await home.settle()
        assert await said(home) == ["cảm ơn nha"], "only the neighbour has been heard so far"
        home.clock.pass_(seconds=0.1)
        waited += pause
    await home.settle()

    (buried,) = await dead(home)
    assert (buried.status, buried.attempts) == (InboxStatus.DEAD, ATTEMPTS)
    assert buried.error == "RuntimeError: an update that always fails"
    assert await said(home) == ["cảm ơn nha", "cảm ơn em nhiều"]
    assert an.news()
    assert waited == 81.0


async def test_a_dead_letter_can_be_revived_once_its_cause_is_gone(home: House) -> None:
    an = home.citizen()
    await an.receive_only(kind="text", text="cảm ơn em nhiều", poison=True)
    for pause in (*BACKOFF, 0):
        await home.settle()
        home.clock.pass_(seconds=pause)
    (buried,) = await dead(home)
    read = home.phone.read
    home.phone.read = lambda payload, key, at: read({**payload, "poison": False}, key, at)  # type: ignore[method-assign]
    async with home.parts.database.unit_of_work() as uow:
        await uow.inbox.revive(buried.id, home.clock.now())
        await uow.commit()
    await home.settle()
    assert await said(home) == ["cảm ơn em nhiều"]


async def test_what_came_waits_while_its_channel_is_switched_off(home: House) -> None:
    await home.parts.intake.receive(
        [InboxEntry("fax", "1", "an", "1", {"id": "1", "kind": "text", "text": "/help"})]
    )
    for _ in range(ATTEMPTS + 2):
        await home.settle()
        home.clock.pass_(seconds=SWITCHED_OFF)
    assert await dead(home) == ()
    assert await rows_in(home, "pending") == 1
    cast("dict[str, Channel]", home.parts.channels)["fax"] = home.phone
    await home.settle()
    assert await rows_in(home, "done") == 1


async def test_an_event_nobody_needs_is_done_without_a_word(home: House) -> None:
    home.phone.read = lambda payload, key, at: None  # type: ignore[method-assign]
    assert await home.citizen().say("gõ phím") == []
    assert await rows_in(home, "done") == 1


async def test_an_outage_in_the_middle_of_a_turn_delays_it_and_nothing_more(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without trying again itself the worker would leave the chat to a lease of a minute."""
    _answering_commits(monkeypatch, home, lost=3, before=True)
    started = asyncio.get_running_loop().time()
    replies = await home.citizen().say(PERSON)
    assert asyncio.get_running_loop().time() - started < 5
    assert len(replies) == 2
    assert await said(home) == [PERSON]
    assert len(await home.waiting(await home.officer())) == 1


async def test_a_commit_whose_answer_was_lost_is_not_made_again(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    _answering_commits(monkeypatch, home, lost=1, before=False)
    replies = await home.citizen().say(PERSON)
    assert len(replies) == 2
    assert await said(home) == [PERSON]
    assert len(await home.waiting(await home.officer())) == 1
    assert await rows_in(home, "done") == 1


def _answering_commits(monkeypatch: pytest.MonkeyPatch, home: House, *, lost: int, before: bool) -> None:
    """The commits of the first `lost` turns answer with an outage, `before` or after they took effect."""
    turn, commit = home.parts.assistant.turn, UnitOfWork.commit
    of_turns: set[int] = set()
    left = lost

    async def remembered(uow: UnitOfWork, arrival: Any) -> tuple[Reply, ...]:
        of_turns.add(id(uow))
        return await turn(uow, arrival)

    async def commits(self: UnitOfWork) -> None:
        nonlocal left
        fails = id(self) in of_turns and left > 0
        of_turns.discard(id(self))
        if fails:
            left -= 1
        if not (fails and before):
            await commit(self)
        if fails:
            raise UnavailableError("the connection is gone")

    monkeypatch.setattr(home.parts.assistant, "turn", remembered)
    monkeypatch.setattr(UnitOfWork, "commit", commits)


async def test_who_works_is_woken_and_does_not_wait_for_the_next_look(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.intake.LOOK", 3600.0)
    task = asyncio.create_task(home.parts.intake.run())
    try:
        citizen = home.citizen()
        for number in range(5):
            await citizen.receive_only(kind="text", text="cảm ơn em nhiều")
            await _until(home, done=number + 1)
    finally:
        await stop(task)


async def test_told_to_stop_a_turn_in_hand_is_finished(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut off, its row would stay leased: on PostgreSQL the chat would wait for a minute."""
    turn, inside = home.parts.assistant.turn, asyncio.Event()

    async def slow(uow: UnitOfWork, arrival: Any) -> tuple[Reply, ...]:
        inside.set()
        await asyncio.sleep(0.3)
        return await turn(uow, arrival)

    monkeypatch.setattr(home.parts.assistant, "turn", slow)
    task = asyncio.create_task(home.parts.intake.run())
    await home.citizen().receive_only(kind="text", text=PERSON)
    await asyncio.wait_for(inside.wait(), 5)
    await stop(task)
    assert await rows_in(home, "done") == 1
    assert await said(home) == [PERSON]


async def test_a_server_stopped_before_the_turn_leaves_it_to_the_next_one(
    database_url: str, tmp_path: Path
) -> None:
    async with house(database_url, tmp_path / "one") as first:
        await first.citizen().receive_only(id="1", kind="text", text=PERSON)
    async with house(database_url, tmp_path / "two") as second:
        again = await second.citizen().receive_only(id="1", kind="text", text=PERSON)
        await second.settle()
        assert again == (False,)
        assert await said(second) == [PERSON]
        assert second.phone.arrived


async def _until(home: House, **wanted: int) -> None:
    async with asyncio.timeout(30):
        while any([await rows_in(home, name) < count for name, count in wanted.items()]):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


# What people send that is no question. A clear answer each, and nothing lost.

LONG = "đăng ký " * 12_500
ODD: dict[str, dict[str, Any]] = {
    "nothing": {"kind": "text", "text": ""},
    "spaces": {"kind": "text", "text": " \n\t\u200b\u00a0 "},
    "100,000 characters": {"kind": "text", "text": LONG},
    "one word of 100,000 letters": {"kind": "text", "text": "ă" * 100_000},
    "emoji": {"kind": "text", "text": "😭😭🙏🏽👨‍👩‍👧‍👦"},
    "right to left marks": {"kind": "text", "text": "\u202eahk hnis\u202c"},
    "control characters": {"kind": "text", "text": "xin\x00 chào\x07\x1b[31m"},
    "half a surrogate": {"kind": "text", "text": "xin \ud83d chào"},
    "a template": {"kind": "text", "text": "{{7*7}} %s {0.__class__} ${x}"},
    "a sticker": {"kind": "sticker"},
    "a photo": {"kind": "image", "files": ["f1"]},
    "a file": {"kind": "file", "files": ["f1"]},
    "a voice message": {"kind": "voice", "files": ["f1"]},
    "a video": {"kind": "video", "files": ["f1"]},
    "a place": {"kind": "location", "location": [9.18, 105.15]},
    "a place nowhere": {"kind": "location", "location": [-90.0, 180.0]},
    "a location without one": {"kind": "location"},
    "a contact": {"kind": "contact", "contact": "0901234567"},
    "a contact without one": {"kind": "contact"},
    "something new": {"kind": "unsupported"},
    "a button of nobody": {"kind": "button", "button": "x:1:2:3"},
    "a button without a token": {"kind": "button"},
    "a broken rating": {"kind": "button", "button": "r:99:"},
    "a rating of somebody else's ticket": {"kind": "button", "button": "r:5:99999999999999999999"},
    "a procedure that is none": {"kind": "button", "button": "p:9.999999"},
    "a reopened nothing": {"kind": "button", "button": "reopen:0"},
    "a start with a parameter": {"kind": "start", "parameter": "p_9-999999"},
}


@pytest.mark.parametrize("update", ODD.values(), ids=ODD.keys())
async def test_whatever_is_sent_gets_a_clear_answer(
    sqlite_url: str, tmp_path: Path, update: dict[str, Any]
) -> None:
    async with house(sqlite_url, tmp_path) as home:
        citizen = home.citizen()
        replies = await citizen.send(**update)
        assert replies
        assert all(reply.text.strip() and len(reply.text) < 4000 for reply in replies)
        assert await dead(home) == ()
        assert await rows_in(home, "done") == 1
        assert (await citizen.say("cảm ơn em nhiều"))[-1].text, "the conversation goes on"


async def test_nothing_of_a_long_message_is_lost(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        await home.citizen().say(LONG + "xong")
        (kept,) = await said(home)
        assert kept.endswith("xong")
        assert len(kept) > 99_000


async def test_typed_in_pieces_or_composed_the_answer_is_the_same(sqlite_url: str, tmp_path: Path) -> None:
    import unicodedata

    async with house(sqlite_url, tmp_path) as home:
        composed, pieces = home.citizen("nfc"), home.citizen("nfd")
        for text in (PERSON, "tra cứu hồ sơ", "không đúng mục nào", "cảm ơn"):
            one = await composed.say(unicodedata.normalize("NFC", text))
            other = await pieces.say(unicodedata.normalize("NFD", text))
            assert [_without_numbers(reply) for reply in one] == [_without_numbers(reply) for reply in other]


def _without_numbers(reply: Reply) -> str:
    return "".join("#" if letter.isdigit() else letter for letter in reply.text).partition("Phiếu số")[0]


async def test_a_blocked_address_is_heard_by_nobody(home: House) -> None:
    citizen = home.citizen()
    await citizen.say("cảm ơn em nhiều")
    await _block(home, citizen)
    assert await citizen.say(PERSON) == []
    assert await home.waiting(await home.officer()) == ()
    home.clock.pass_(hours=2)
    assert await citizen.say(PERSON)


async def _block(home: House, citizen: Citizen) -> None:
    from datetime import timedelta

    async with home.parts.database.unit_of_work() as uow:
        contact = await uow.citizens.find(citizen.key)
        assert contact
        await uow.citizens.block(contact.address_id, home.clock.now() + timedelta(hours=1), None)
        await uow.commit()


async def test_a_receiver_that_gives_up_leaves_no_trace_in_the_others(home: House) -> None:
    """A request is cut off while it waits for its turn to be written down."""
    intake: Intake = home.parts.intake
    calls = [asyncio.create_task(intake.receive([entry(f"{number}")])) for number in range(20)]
    await asyncio.sleep(0)
    calls[7].cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await calls[7]
    told = await asyncio.gather(*(call for number, call in enumerate(calls) if number != 7))
    assert told == [(True,)] * 19
