"""R2, R3: a process that dies at a named point, on three channels; the next one ends where no crash would have.

The far ends live on, the process does not: after each death everything is made anew over the same database, and
the platform repeats what was not acknowledged.
"""

import contextlib
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.app import Parts, application, assembled
from bot.channels.fetching import Fetcher
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_polling import Hook
from bot.channels.zalo_bot import ZaloBotChannel
from bot.channels.zalo_bot_api import Api
from bot.channels.zalo_oa.channel import ZaloOaChannel
from bot.delivery import Delivery
from bot.intake import Intake
from bot.live_catalog import LiveCatalog, Snapshot
from bot.ports import Channel
from bot.simulator.zalo_events import signed, typed
from bot.simulator.zalo_oa import FakeOa
from storage.database import Database
from storage.inbox import Inbox
from storage.records import QueueView, Role
from tests.bot.telegram_updates import FarEnd
from tests.bot.zalo_house import settings
from tests.house import MONDAY, FakeClock, shipped
from tests.long.test_kills import small_catalog

pytestmark = pytest.mark.long

SECRET = "mot-cua_Ca-Mau_2026"
QUESTION = "gặp cán bộ hỏi vụ trợ cấp của má tui"
HITS = 5  # citizens, and so deaths, for each point and channel
BEFORE_ACK = ("before the inbox commit", "after the inbox commit, before the answer")
IN_THE_TURN = ("lease of the turn taken", "after the domain writes", "before the turn's commit")
IN_DELIVERY = ("lease of the message taken", "sent, not yet marked")
SWAP = "reload swap"  # the edited catalog is read and checked, the old one is still served
POINTS = (*BEFORE_ACK, *IN_THE_TURN, *IN_DELIVERY, SWAP)


class Death(BaseException):
    """The process is gone: nothing of ours may catch it."""


@dataclass
class Trap:
    """Springs once where it is set."""

    point: str = ""

    def spring(self, point: str) -> None:
        if self.point == point:
            self.point = ""
            raise Death(point)


@dataclass
class Far:
    """The platforms: what each phone shows, and one channel of ours after another."""

    clock: FakeClock
    name: str
    catalog: Path | None = None  # one that is edited while a question waits
    oa: FakeOa = field(init=False)
    telegram: FarEnd = field(default_factory=FarEnd)
    bots: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.oa = FakeOa(self.clock.now, open_to_all=True)

    def channel(self, url: str, folder: Path, database: Database) -> Channel:
        match self.name:
            case "zalo_oa":
                return ZaloOaChannel.of(settings(url, folder), database, self.clock, self.oa.transport())
            case "telegram":
                return TelegramChannel(
                    self.telegram.bot(), Hook("https://motcua.test/telegram/webhook", SECRET)
                )
        transport = httpx.MockTransport(self._bot)
        api = Api("http://zalo.test", "1459232241454765289:x", transport)
        return ZaloBotChannel("1459232241454765289", api, SECRET, "https://motcua.test/zalo-bot", Fetcher([]))

    def _bot(self, request: httpx.Request) -> httpx.Response:
        content = json.loads(request.content)
        if request.url.path.endswith("sendMessage"):
            self.bots.setdefault(content["chat_id"], []).append(content["text"])
        return httpx.Response(200, json={"ok": True, "result": {"message_id": "m", "date": 1}})

    def texts(self, user: int) -> list[str]:
        match self.name:
            case "zalo_oa":
                return self.oa.texts(str(user))
            case "telegram":
                asked = [fields for name, fields in self.telegram.asked if name == "sendMessage"]
                return [fields["text"] for fields in asked if fields["chat_id"] == str(user)]
        return self.bots.get(str(user), [])

    def request(self, user: int) -> tuple[str, bytes, dict[str, str]]:
        """How the platform brings this citizen's question."""
        match self.name:
            case "zalo_oa":
                at = str(int(MONDAY.timestamp() * 1000))
                return "/zalo/webhook", *signed(typed(QUESTION, user, str(user), at))
            case "telegram":
                who = {"id": user, "is_bot": False, "first_name": "Út"}
                chat = {"id": user, "type": "private", "first_name": "Út"}
                message = {"message_id": 1, "from": who, "chat": chat, "date": 1, "text": QUESTION}
                content = {"update_id": 1000 + user, "message": message}
                return (
                    "/telegram/webhook",
                    json.dumps(content).encode(),
                    {"X-Telegram-Bot-Api-Secret-Token": SECRET},
                )
        said = {
            "from": {"id": str(user), "display_name": "Út"},
            "chat": {"id": str(user), "chat_type": "PRIVATE"},
            "text": QUESTION,
            "message_id": f"m{user}",
            "date": 1750316131602,
        }
        update = {"event_name": "message.text.received", "message": said}
        return "/zalo-bot/webhook", json.dumps(update).encode(), {"X-Bot-Api-Secret-Token": SECRET}


@contextlib.asynccontextmanager
async def process(far: Far, url: str, folder: Path, trap: Trap) -> AsyncIterator[Parts]:
    """A process of ours, with the trap in its way."""
    made = await Database.open(url)
    channel = far.channel(url, folder, made)
    send = channel.send

    async def sent(*told: Any) -> str | None:
        reference = await send(*told)
        trap.spring("sent, not yet marked")
        return reference

    channel.send = sent  # type: ignore[method-assign]
    live = LiveCatalog.open(far.catalog) if far.catalog else shipped()
    try:
        async with assembled(
            settings(url, folder), clock=far.clock, server=True, channels={far.name: channel}, live=live
        ) as parts:
            yield parts
    finally:
        await made.close()


def traps(monkeypatch: pytest.MonkeyPatch, trap: Trap) -> None:
    """Each named point, reached by every process of this test."""

    def before(owner: type, name: str, point: str) -> None:
        usual: Callable[..., Awaitable[Any]] = getattr(owner, name)

        async def sprung(self: Any, *args: Any, **more: Any) -> Any:
            trap.spring(point)
            return await usual(self, *args, **more)

        monkeypatch.setattr(owner, name, sprung)

    def after(owner: type, name: str, point: str) -> None:
        usual: Callable[..., Awaitable[Any]] = getattr(owner, name)

        async def sprung(self: Any, *args: Any, **more: Any) -> Any:
            result = await usual(self, *args, **more)
            trap.spring(point)
            return result

        monkeypatch.setattr(owner, name, sprung)

    after(Inbox, "put", "before the inbox commit")
    after(Intake, "receive", "after the inbox commit, before the answer")
    before(Intake, "_handle", "lease of the turn taken")
    before(Inbox, "done", "after the domain writes")
    after(Inbox, "done", "before the turn's commit")
    before(Delivery, "_deliver", "lease of the message taken")

    made = Snapshot.prepared

    def prepared(self: Snapshot) -> Snapshot:
        trap.spring(SWAP)
        return made(self)

    monkeypatch.setattr(Snapshot, "prepared", prepared)


async def bring(far: Far, parts: Parts, user: int) -> int:
    path, content, headers = far.request(user)
    transport = httpx.ASGITransport(application(parts), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://motcua.test") as client:
        return (await client.post(path, content=content, headers=headers)).status_code


def edit(far: Far, parts: Parts, user: int) -> None:
    """An office clerk saves the catalog with one more name."""
    if far.catalog:
        part = far.catalog.parent / "catalog" / "ho_tich.yaml"
        named = re.compile(r'("everyday_names":\n(\s*)- )')
        text, count = named.subn(rf'\1"giấy thử {user}"\n\2- ', part.read_text("utf-8"), count=1)
        assert count == 1
        part.write_text(text, "utf-8")
        assert parts.live.reload()
        assert f"giấy thử {user}" in names(parts)


def names(parts: Parts) -> set[str]:
    return {name for each in parts.live.snapshot.catalog.procedures for name in each.everyday_names}


async def settle(parts: Parts) -> None:
    await parts.intake.drain()
    await parts.delivery.drain()


async def story(far: Far, url: str, folder: Path, trap: Trap, point: str) -> None:
    """Five citizens ask; for each the process dies once at `point`, and another one goes on."""
    for user in range(1, HITS + 1):
        trap.point = point
        acknowledged = False
        if point:
            with contextlib.suppress(Death):
                async with process(far, url, folder, trap) as parts:
                    acknowledged = await bring(far, parts, user) == 200
                    edit(far, parts, user)
                    await settle(parts)
            assert trap.point == "", f"{point} was not reached"
        far.clock.pass_(minutes=4)  # whatever it held has lapsed
        async with process(far, url, folder, trap) as parts:
            if not acknowledged:
                assert await bring(far, parts, user) == 200
            await bring(far, parts, user)  # platforms repeat more than they must
            if not point:
                edit(far, parts, user)
            elif far.catalog:
                assert f"giấy thử {user}" in names(parts), "what was being swapped in is what is served"
            await settle(parts)


async def tickets(url: str, folder: Path, far: Far) -> int:
    async with process(far, url, folder, Trap()) as parts:
        async with parts.database.unit_of_work() as uow:
            mai = await uow.officers.add("mai", "Mai", Role.FRONT_OFFICER, (), ("vi",), MONDAY)
            await uow.commit()
        return len((await parts.desk.queue(mai, QueueView.UNASSIGNED)).tickets)


def plain(texts: list[str]) -> list[str]:
    """Without what counts or depends on the minute."""
    return [re.sub(r"\d+", "#", re.sub(r"trước [^.]*", "trước #", text)) for text in texts]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", ["zalo_oa", "zalo_bot", "telegram"])
@pytest.mark.parametrize("point", POINTS)
async def test_a_death_changes_nothing(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, point: str
) -> None:
    def catalog(folder: Path) -> Path | None:
        return small_catalog(folder) / "procedures_catalog.yaml" if point == SWAP else None

    trap = Trap()
    traps(monkeypatch, trap)
    peaceful = tmp_path / "peaceful"
    peaceful.mkdir()
    calm = Far(FakeClock(), name, catalog(peaceful))
    other = f"sqlite:///{peaceful / 'motcua.db'}"
    (peaceful / "motcua.db").write_bytes((tmp_path / "motcua.db").read_bytes())
    await story(calm, other, peaceful, trap, "")

    far = Far(FakeClock(), name, catalog(tmp_path))
    await story(far, sqlite_url, tmp_path, trap, point)
    assert await tickets(sqlite_url, tmp_path, far) == await tickets(other, peaceful, calm) == HITS
    for user in range(1, HITS + 1):
        usual, shown = plain(calm.texts(user)), plain(far.texts(user))
        assert usual, "somebody was answered at all"
        assert set(usual) <= {*shown}, "nothing is lost"
        extra = len(shown) - len(usual)
        assert extra == (1 if point == "sent, not yet marked" else 0), "at most one twice for each death"
