"""The pages over a whole house: real assistant, real desk, real database; browsers come over HTTP.

`Browser` is a client without script that reads forms out of a page and presses them, as a person would.
"""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette

from bot.app import Parts, application, assembled
from bot.channels.web.channel import WebChannel
from bot.channels.web.routes import ChatLimits
from bot.config import Settings
from bot.console.accounts import create_invitation, set_password
from bot.console.sso import Provider
from bot.pages.limits import Limiter
from storage.petition_records import Petition, PetitionKind, PetitionStatus
from storage.records import AddressKey, Author, Message, Officer, Reason, Role, StoredFile, Submission, Ticket
from tests.house import ROOT, FakeClock, Phone, shipped
from tests.photos import jpeg, paper

HOST = "http://motcua.test"
PASSWORD = "ba con mèo vàng ngủ"


def roomy() -> ChatLimits:
    return ChatLimits(*(Limiter(per_minute=60_000, burst=10_000) for _ in range(3)))


@dataclass
class Website:
    parts: Parts
    app: Starlette
    clock: FakeClock

    def browser(self, **headers: str) -> "Browser":
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return Browser(httpx.AsyncClient(transport=transport, base_url=HOST, headers=headers))

    async def officer(
        self, username: str = "mai", role: Role = Role.FRONT_OFFICER, departments: tuple[str, ...] = ()
    ) -> Officer:
        """An account with the password of all tests."""
        name = {"mai": "Nguyễn Thị Mai", "kha": "Trần Minh Kha"}.get(username, username.title())
        async with self.parts.database.unit_of_work() as uow:
            officer = await uow.officers.add(username, name, role, departments, ("vi",), self.clock.now())
            await set_password(uow, officer, PASSWORD, self.clock.now())
            await uow.commit()
        return officer

    async def invitation(self, officer: Officer) -> str:
        async with self.parts.database.unit_of_work() as uow:
            token = await create_invitation(uow, officer, self.clock.now())
            await uow.commit()
        return token

    async def ticket(
        self,
        question: str,
        *,
        reason: Reason = Reason.NOTHING_FOUND,
        due: timedelta = timedelta(hours=4),
        department: str = "trung_tam",
        citizen: str = "an",
        matched: Mapping[str, Any] | None = None,
        procedure: str | None = None,
    ) -> Ticket:
        """A question of somebody on another channel that waits for a person."""
        now, key = self.clock.now(), AddressKey("telegram", "bot", citizen)
        async with self.parts.database.unit_of_work() as uow:
            contact = await uow.citizens.resolve(key, now)
            await uow.messages.add(
                contact.conversation_id,
                Author.CITIZEN,
                question,
                now,
                body={"kind": "text", "text": question},
            )
            ticket = await uow.tickets.open(
                conversation_id=contact.conversation_id,
                citizen_id=contact.citizen_id,
                address_id=contact.address_id,
                reason=reason,
                department=department,
                question=question,
                matched=matched or {},
                procedure_code=procedure,
                opened_at=now,
                due_at=now + due,
                search_text="",
            )
            uow.notify("queue")
            await uow.commit()
        return ticket

    async def submission(
        self,
        *,
        department: str = "so_tu_phap",
        photos: int = 1,
        citizen: str = "an",
        name: str = "Anh Tư",
    ) -> Submission:
        """A birth registration that somebody sent from another channel."""
        key, now = AddressKey("telegram", "bot", citizen), self.clock.now()
        kept = []
        for seed in range(photos):
            taken = await self.parts.uploads.accept(
                jpeg(paper(size=(900, 1200), seed=seed)), name=f"anh{seed}.jpg", owner=key
            )
            assert isinstance(taken, StoredFile)
            kept.append(taken.id)
        async with self.parts.database.unit_of_work() as uow:
            contact = await uow.citizens.resolve(key, now, display_name=name)
            draft = await uow.submissions.add(
                receipt_code=f"HS-TEST-{contact.citizen_id:04}",
                procedure_code="1.001193",
                citizen_id=contact.citizen_id,
                address_id=contact.address_id,
                created_at=now,
                department=department,
                answers={"who": "self", "case": -1, "delivery": "desk", "lacking": ["Giấy chứng sinh"]},
            )
            await uow.submissions.set_part(draft.id, "Tờ khai đăng ký khai sinh", kept)
            await uow.files.keep(kept)
            sent = await uow.submissions.send(draft.id, now)
            await uow.commit()
        return sent

    async def petition(
        self,
        text: str = "Cầu ấp Cái Keo gãy lan can",
        *,
        department: str | None = None,
        citizen: str = "an",
        name: str = "Anh Tư",
        photos: int = 1,
        **facts: Any,
    ) -> Petition:
        """What somebody told from another channel; forwarded to `department` where one is named."""
        key, now = AddressKey("telegram", "bot", citizen), self.clock.now()
        kept = []
        for seed in range(photos):
            taken = await self.parts.uploads.accept(
                jpeg(paper(size=(900, 1200), seed=seed)), name=None, owner=key
            )
            assert isinstance(taken, StoredFile)
            kept.append(taken.id)
        async with self.parts.database.unit_of_work() as uow:
            contact = await uow.citizens.resolve(key, now, display_name=name)
            told: dict[str, Any] = {
                "code": f"PA-TEST-{contact.citizen_id:04}",
                "kind": PetitionKind.PLACE,
                "text": text,
                "place": None,
                "name_withheld": False,
                "citizen_id": contact.citizen_id,
                "address_id": contact.address_id,
                "conversation_id": contact.conversation_id,
                "department": "trung_tam",
                "filed_at": now,
                "forward_due_at": now + timedelta(days=7),
                "answer_due_at": now + timedelta(days=21),
                "file_ids": kept,
            }
            petition = await uow.petitions.file(**told | facts)
            await uow.files.keep(kept)
            if department:
                petition = await uow.petitions.move(
                    petition.id,
                    (PetitionStatus.FILED,),
                    PetitionStatus.FORWARDED,
                    now,
                    department=department,
                    forwarded_at=now,
                )
            await uow.commit()
        return petition

    async def writes(self, ticket: Ticket, text: str) -> None:
        """The citizen of a ticket writes again."""
        async with self.parts.database.unit_of_work() as uow:
            message = await uow.messages.add(
                ticket.conversation_id,
                Author.CITIZEN,
                text,
                self.clock.now(),
                body={"kind": "text", "text": text},
            )
            await uow.tickets.touch(ticket.id, message.id, needs_answer=True)
            uow.notify(f"conversation:{ticket.conversation_id}")
            await uow.commit()

    async def said(self, ticket: Ticket) -> tuple[Message, ...]:
        async with self.parts.database.reading() as uow:
            return await uow.messages.of_conversation(ticket.conversation_id)

    async def logged_in(self, username: str = "mai") -> "Browser":
        browser = self.browser()
        await browser.open("/can-bo/dang-nhap")
        await browser.submit("/can-bo/dang-nhap", username=username, password=PASSWORD)
        assert browser.path == "/can-bo", browser.text
        return browser


@contextlib.asynccontextmanager
async def website(
    url: str,
    folder: Path,
    *,
    clock: FakeClock | None = None,
    limits: ChatLimits | None = None,
    working: bool = True,
    second_factor: bool = False,
    portals: tuple[str, ...] = (),
    **chosen: Any,
) -> AsyncIterator[Website]:
    """`working`: the assistant answers by itself, as on a server; else the test says when."""
    clock = clock or FakeClock()
    settings = Settings(
        data_dir=folder,
        database_url=url,
        catalog=ROOT / "procedures_catalog.yaml",
        **{"undo_seconds": 0, **chosen},
    )
    channels = {"web": WebChannel(), "phone": Phone()}
    async with assembled(settings, clock=clock, server=True, channels=channels, live=shipped()) as parts:
        app = make_app(parts, limits or roomy(), second_factor=second_factor, portals=portals)
        worker = asyncio.create_task(parts.intake.run()) if working else None
        try:
            yield Website(parts, app, clock)
        finally:
            if worker:
                worker.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await worker


def make_app(
    parts: Parts,
    limits: ChatLimits,
    public_url: str | None = None,
    *,
    second_factor: bool = False,
    portals: tuple[str, ...] = (),
    sso: Provider | None = None,
) -> Starlette:
    """The application of a server, as its settings make it."""
    given = {"public_url": public_url} if public_url else {}
    settings = parts.settings.model_copy(update={"widget_origins": portals, **given})
    return application(replace(parts, settings=settings), limits=limits, second_factor=second_factor, sso=sso)


@contextlib.asynccontextmanager
async def listening(app: Starlette, on: socket.socket | None = None) -> AsyncIterator[str]:
    """The app on a loopback port, for streams and real browsers."""
    with on or socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=1,
            date_header=False,  # what plays a platform tells its own
        )
        server = uvicorn.Server(config)
        server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:  # noqa: ASYNC110 - uvicorn offers nothing to wait for
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await serving


@dataclass
class Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)  # name, value, label


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.words: list[str] = []
        self._textarea: str | None = None
        self._button: tuple[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", "")))
        elif tag == "input" and self.forms and given.get("type") != "radio":
            self.forms[-1].fields[given.get("name", "")] = given.get("value", "")
        elif tag == "textarea" and self.forms:
            self._textarea = given.get("name", "")
            self.forms[-1].fields[self._textarea] = ""
        elif tag == "button":
            self._button = (given.get("name", ""), given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = None
        elif tag == "button":
            self._button = None

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self.forms[-1].fields[self._textarea] += data
        elif self._button and self.forms and data.strip():
            self.forms[-1].buttons.append((*self._button, data.strip()))
        self.words.append(data)


class Browser:
    """Follows redirects and keeps cookies; `text` is what a person reads, spaces collapsed."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.response = httpx.Response(200, request=httpx.Request("GET", HOST))

    async def open(self, path: str, **headers: str) -> "Browser":
        return await self._take(await self.client.get(path, headers=headers, follow_redirects=True))

    async def submit(self, action: str, /, **typed: str) -> "Browser":
        """Fill in and send the last form with this action and these fields on the page at hand."""
        found = [each for each in self.forms if each.action.endswith(action)]
        assert found, f"no form {action} among {[each.action for each in self.forms]}"
        form = next((each for each in reversed(found) if typed.keys() <= each.fields.keys()), found[-1])
        return await self.post(form.action or self.path, {**form.fields, **typed})

    async def press(self, label: str) -> "Browser":
        """Press the newest button whose label starts so."""
        for form in reversed(self.forms):
            for name, value, said in form.buttons:
                if said.startswith(label):
                    return await self.post(form.action, {**form.fields, **({name: value} if name else {})})
        raise AssertionError(f"no button {label!r}")

    async def post(self, path: str, fields: Mapping[str, str], **headers: str) -> "Browser":
        return await self._take(
            await self.client.post(path, data=dict(fields), headers=headers, follow_redirects=True)
        )

    async def _take(self, response: httpx.Response) -> "Browser":
        self.response = response
        return self

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def path(self) -> str:
        return self.response.url.path

    @property
    def forms(self) -> list[Form]:
        return self._read().forms

    @property
    def text(self) -> str:
        return " ".join(" ".join(self._read().words).split())

    def _read(self) -> _Reader:
        reader = _Reader()
        reader.feed(self.response.text)
        return reader


def events(chunk: str) -> Iterator[dict[str, Any]]:
    """Server-sent events out of what came over the wire."""
    for block in chunk.replace("\r\n", "\n").split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line)
        if fields:
            yield fields
