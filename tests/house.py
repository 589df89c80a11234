"""A whole house for a test: the real assistant on a real database and the shipped catalog, a phone for a channel.

Only the network's far end (the phone) and the clock are made up.
"""

import contextlib
import itertools
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from bot.actions.dossiers import factor_digest
from bot.app import Parts, assembled
from bot.config import Settings
from bot.live_catalog import LiveCatalog
from bot.messages import Attachment, Capabilities, Choice, Incoming, Kind, Location, Reply, SharedContact
from bot.ports import TryLaterError, UndeliverableError
from storage.records import (
    AddressKey,
    Dossier,
    InboxEntry,
    Officer,
    QueueView,
    Role,
    StoredFile,
    Ticket,
)

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 9 o'clock in Vietnam, offices open
ROOT = Path(__file__).parent.parent


@dataclass
class FakeClock:
    at: datetime = MONDAY

    def now(self) -> datetime:
        return self.at

    def pass_(self, **span: float) -> None:
        self.at += timedelta(**span)


@dataclass
class Phone:
    """The far end of a channel: what arrived on which address, and faults to inject."""

    name: str = "phone"
    account: str = "phone"
    capabilities: Capabilities = field(default_factory=Capabilities)
    arrived: list[tuple[AddressKey, Reply]] = field(default_factory=list)
    faults: list[TryLaterError | UndeliverableError] = field(default_factory=list)
    faults_of: dict[str, list[TryLaterError | UndeliverableError]] = field(default_factory=dict)  # by address

    def read(self, payload: Mapping[str, Any], key: AddressKey, received_at: datetime) -> Incoming | None:
        if payload.get("poison"):
            raise RuntimeError("an update that always fails")
        location, contact = payload.get("location"), payload.get("contact")
        return Incoming(
            key=key,
            event_id=str(payload["id"]),
            at=received_at,
            kind=Kind(payload["kind"]),
            text=str(payload.get("text", "")),
            button=payload.get("button"),
            attachments=tuple(_attachment(Kind(payload["kind"]), ref) for ref in payload.get("files", ())),
            location=Location(*location) if location else None,
            contact=SharedContact(contact, own=payload.get("own", True)) if contact else None,
            start_parameter=payload.get("parameter"),
            order=payload.get("order"),
        )

    async def send(self, key: AddressKey, reply: Reply) -> str | None:
        for faults in (self.faults_of.get(key.user_id), self.faults):
            if faults:
                raise faults.pop(0)
        self.arrived.append((key, reply))
        return str(len(self.arrived))


def _attachment(kind: Kind, told: Any) -> Attachment:
    """A number names a kept file; `{problem: ...}` one that was refused; text one nobody has fetched."""
    if isinstance(told, int):
        return Attachment(kind, "", stored=told)
    if isinstance(told, dict):
        return Attachment(kind, "", problem=told["problem"])
    return Attachment(kind, str(told))


@cache
def shipped() -> LiveCatalog:
    """The shipped catalog, read and indexed once for all tests of a process."""
    return LiveCatalog.open(ROOT / "procedures_catalog.yaml")


@dataclass
class House:
    parts: Parts
    clock: FakeClock
    phone: Phone
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def citizen(self, name: str = "an") -> "Citizen":
        return Citizen(self, AddressKey(self.phone.name, self.phone.account, name))

    async def settle(self) -> None:
        """Everything that is due has happened: turns, deliveries, timers."""
        await self.parts.intake.drain()
        await self.parts.delivery.drain()

    async def officer(
        self, username: str = "mai", role: Role = Role.FRONT_OFFICER, departments: tuple[str, ...] = ()
    ) -> Officer:
        async with self.parts.database.unit_of_work() as uow:
            found = await uow.officers.by_username(username)
            if found is None:
                name = {"mai": "Nguyễn Thị Mai", "kha": "Trần Minh Kha"}.get(username, username.title())
                found = await uow.officers.add(username, name, role, departments, ("vi",), self.clock.now())
            await uow.commit()
        return found

    async def absent(self, officer: Officer) -> None:
        async with self.parts.database.unit_of_work() as uow:
            await uow.officers.set_away(officer.id, self.clock.now() + timedelta(days=30))
            await uow.commit()

    async def waiting(self, officer: Officer) -> tuple[Ticket, ...]:
        return (await self.parts.desk.queue(officer, QueueView.UNASSIGNED)).tickets

    async def timers(self) -> None:
        await self.parts.jobs.step()
        await self.settle()


@dataclass
class Citizen:
    house: House
    key: AddressKey
    seen: int = 0
    menu: tuple[Choice, ...] = ()

    async def say(self, text: str) -> list[Reply]:
        return await self.send(kind="text", text=text)

    async def press(self, label: str) -> list[Reply]:
        """Press a choice of the last menu by (the start of) its label."""
        choice = next((each for each in self.menu if each.label.startswith(label)), None)
        assert choice is not None, f"no button {label!r} among {[each.label for each in self.menu]}"
        return await self.send(kind="button", button=choice.token)

    async def send(self, **payload: Any) -> list[Reply]:
        """Send one update and hand over what came back on this phone."""
        await self.receive_only(**payload)
        await self.house.settle()
        return self.news()

    async def photos(self, *contents: bytes, caption: str = "") -> list[Reply]:
        """Send pictures as one album, taken in as a channel does."""
        taken = []
        for content in contents:
            stored = await self.house.parts.uploads.accept(content, name="anh.jpg", owner=self.key)
            taken.append(stored.id if isinstance(stored, StoredFile) else {"problem": stored.reason.value})
        return await self.send(kind="image", files=taken, text=caption)

    async def receive_only(self, **payload: Any) -> tuple[bool, ...]:
        number = payload.pop("id", None) or next(self.house.numbers)
        entry = InboxEntry(
            self.key.channel, self.key.account, self.key.user_id, f"e{number}", {"id": number, **payload}
        )
        return await self.house.parts.intake.receive([entry])

    def news(self) -> list[Reply]:
        mine = [reply for key, reply in self.house.phone.arrived if key == self.key]
        fresh, self.seen = mine[self.seen :], len(mine)
        if fresh:
            self.menu = fresh[-1].choices
        return fresh


def dossier(code: str, parts: Parts, **facts: Any) -> Dossier:
    """A dossier of Nguyễn Văn Út, whose ID number and phone end in 123456 and 987654."""
    told: dict[str, Any] = {
        "procedure_code": "1.001193",
        "procedure_name": "Đăng ký khai sinh",
        "stage": 4,
        "received_at": MONDAY - timedelta(days=10),
        "due_at": MONDAY + timedelta(days=3, hours=8),
        "finished_at": None,
        "returned_at": None,
        "agency": "Ủy ban nhân dân xã Đất Mũi",
        "handler": "Lê Thị Hạnh",
        "holder": "Nguyễn Văn Út",
        "factors": tuple(factor_digest(parts.secret, code, digits) for digits in ("123456", "987654")),
        "missing": None,
        "result_place": None,
        "late_reason": None,
        "steps": (),
        "updated_at": MONDAY,
    }
    return Dossier(code=code, **{**told, **facts})


ON_TIME = "H12.25-261113-0001"
LATE = "H12.25-261102-0007"
LACKING = "000.00.01.H12-261110-0012"


async def _seed(parts: Parts) -> None:
    async with parts.database.unit_of_work() as uow:
        await uow.dossiers.upsert(
            (
                dossier(ON_TIME, parts),
                dossier(
                    LATE, parts, due_at=MONDAY - timedelta(days=4), late_reason="Chờ xác minh nơi cư trú"
                ),
                dossier(LACKING, parts, stage=5, missing="Bản sao Giấy chứng sinh"),
            )
        )
        await uow.commit()


@contextlib.asynccontextmanager
async def house(
    url: str,
    folder: Path,
    clock: FakeClock | None = None,
    *,
    phone: Phone | None = None,
    live: LiveCatalog | None = None,
    **settings: Any,
) -> AsyncIterator[House]:
    clock, phone = clock or FakeClock(), phone or Phone()
    chosen = Settings(
        data_dir=folder,
        database_url=url,
        catalog=ROOT / "procedures_catalog.yaml",
        **{"undo_seconds": 0, **settings},
    )
    async with assembled(
        chosen, clock=clock, server=True, channels={phone.name: phone}, live=live or shipped()
    ) as parts:
        await _seed(parts)
        yield House(parts, clock, phone)
