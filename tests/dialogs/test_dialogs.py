"""Whole conversations, as people have them: each YAML file beside this one, line by line.

A step is one thing somebody does:
  citizen: what is typed          press: the label of a choice         start: opens the chat
  officer: claim | answer TEXT | release | close OUTCOME [DETAIL] | reopen | note TEXT | recall | advise TEXT
           | forward DEPARTMENT | REASON | ACTION          (by: mai, unless said otherwise)
           refused: true where it must not be possible; suggests: who is there instead
  petition: take | forward DEPARTMENT | WHY | solve TEXT [| SUMMARY] | refuse WHY | reroute DEPARTMENT | WHY
            | name BODY | WHY          (the citizen's newest, by: mai, unless said otherwise)
  staff: {name: [role, department, ...]} who works there; absent: name, until further notice
  photos: [good | blurred | dark | cut | pdf | broken, ... with a number for another sheet: good2]   caption: text
  one_stop: {code: CODE, stage: N, ...} what the one-stop system says of a dossier from now on (`due`: in days)
  later: minutes that pass        send: any other update (kind, files, location, contact)
and what must follow:
  bot: texts that must stand in the replies, in order      not: texts that must not
  choices: labels that must be offered                     silent: true, nothing is said
  replies: how many messages come back
"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.actions import mirror
from bot.desk import NobodyThereError, NoReasonError
from bot.messages import Reply, Voice
from bot.policy import ForbiddenError
from intents.text import fold
from storage.errors import NotFoundError, TicketClosedError, TicketTakenError
from storage.petition_records import Petition
from storage.records import Closing, Officer, Role, Ticket
from tests.house import Citizen, House, house
from tests.photos import picture

FOLDER = Path(__file__).parent
FIRST_MESSAGE = 600
REFUSALS = (
    ForbiddenError,
    NobodyThereError,
    NoReasonError,
    NotFoundError,
    TicketClosedError,
    TicketTakenError,
)


def _dialogs() -> list[Any]:
    found = []
    for file in sorted(FOLDER.glob("*.yaml")):
        for dialog in yaml.safe_load(file.read_text("utf-8")):
            found.append(pytest.param(dialog, id=f"{file.stem}: {dialog['name']}"))
    return found


@pytest.mark.parametrize("dialog", _dialogs())
async def test_dialog(dialog: dict[str, Any], sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path, **dialog.get("settings", {})) as home:
        stage = _Stage(home)
        for number, step in enumerate(dialog["steps"], 1):
            replies = await stage.act(step)
            _check(step, replies, f"step {number}: {step}")


class _Stage:
    """Who is in the dialog: one or more citizens, one or more officers."""

    def __init__(self, home: House) -> None:
        self.home = home
        self.citizens: dict[str, Citizen] = {}
        self.officers: dict[str, Officer] = {}

    async def act(self, step: dict[str, Any]) -> list[Reply]:
        citizen = self.citizens.setdefault(step.get("who", "an"), self.home.citizen(step.get("who", "an")))
        if "later" in step:
            self.home.clock.pass_(minutes=step["later"])
            await self.home.timers()
        elif "one_stop" in step:
            await self._told(step["one_stop"])
            await self.home.timers()
        elif "staff" in step:
            for name, (role, *departments) in step["staff"].items():
                self.officers[name] = await self.home.officer(name, Role(role), tuple(departments))
        elif "absent" in step:
            await self.home.absent(self.officers[step["absent"]])
        elif "officer" in step:
            await self._try(step, citizen)
        elif "petition" in step:
            await self._petition(step, citizen)
        elif "press" in step:
            return await citizen.press(step["press"])
        elif "start" in step:
            return await citizen.send(kind="start", parameter=step["start"] or None)
        elif "photos" in step:
            contents = [picture(each) for each in _list(step["photos"])]
            return await citizen.photos(*contents, caption=step.get("caption", ""))
        elif "send" in step:
            return await citizen.send(**step["send"])
        else:
            return await citizen.say(str(step["citizen"]))
        return citizen.news()

    async def _told(self, told: dict[str, Any]) -> None:
        now = self.home.clock.now()
        if "due" in told:
            told = {**told, "due_at": now + timedelta(days=told["due"])}
        facts = {name: value for name, value in told.items() if name not in ("code", "due")}
        async with self.home.parts.database.unit_of_work() as uow:
            known = await uow.dossiers.get(told["code"])
            assert known is not None
            await mirror.keep(uow, [replace(known, **facts)], now)
            await uow.commit()

    async def _try(self, step: dict[str, Any], citizen: Citizen) -> None:
        if not step.get("refused"):
            await self._desk(step, citizen)
            return
        with pytest.raises(REFUSALS) as refused:
            await self._desk(step, citizen)
        for name in _list(step.get("suggests")):
            assert name in getattr(refused.value, "suggestions", ())

    async def _petition(self, step: dict[str, Any], citizen: Citizen) -> None:
        verb, _, rest = step["petition"].partition(" ")
        name = step.get("by", "mai")
        officer = self.officers.get(name) or await self.home.officer(name)
        words, more = [*rest.split(" | "), ""][:2]
        desk, petition = self.home.parts.petitions, await self._newest(citizen)
        if verb == "take":
            await desk.take(officer, petition.id)
        elif verb == "forward":
            await desk.forward(officer, petition.id, words, more)
        elif verb == "reroute":
            await desk.reroute(officer, petition.id, words, more)
        elif verb == "solve":
            await desk.solve(officer, petition.id, words, more)
        elif verb == "refuse":
            await desk.refuse(officer, petition.id, words)
        elif verb == "name":
            await desk.name_body(officer, petition.id, words, more)
        else:
            raise AssertionError(f"no such verb: {verb}")
        await self.home.settle()

    async def _newest(self, citizen: Citizen) -> Petition:
        async with self.home.parts.database.reading() as uow:
            contact = await uow.citizens.find(citizen.key)
            assert contact is not None
            return (await uow.petitions.of_citizen(contact.citizen_id))[0]

    async def _desk(self, step: dict[str, Any], citizen: Citizen) -> None:
        verb, _, rest = step["officer"].partition(" ")
        name = step.get("by", "mai")
        officer = self.officers.get(name) or await self.home.officer(name)
        desk, ticket = self.home.parts.desk, await self._ticket(citizen)
        if verb == "claim":
            await desk.claim(officer, ticket.id)
        elif verb == "answer":
            page = await desk.open(officer, ticket.id)
            seen = max(message.id for message in page.messages)
            await desk.answer(officer, ticket.id, rest, seen_message_id=seen, key=str(seen))
        elif verb == "release":
            await desk.release(officer, ticket.id, rest)
        elif verb == "close":
            outcome, _, detail = rest.partition(" ")
            await desk.close(officer, ticket.id, Closing(outcome), detail)
        elif verb == "reopen":
            await desk.reopen(officer, ticket.id)
        elif verb == "forward":
            department, reason, action = [*rest.split(" | "), "", ""][:3]
            await desk.forward(officer, ticket.id, department, reason, action)
        elif verb == "advise":
            await desk.advise(officer, ticket.id, rest, key=rest)
        elif verb == "recall":
            await desk.recall(officer, ticket.id)
        elif verb == "note":
            await desk.note(officer, ticket.id, rest, key=rest)
        else:
            raise AssertionError(f"no such verb: {verb}")
        await self.home.settle()

    async def _ticket(self, citizen: Citizen) -> Ticket:
        async with self.home.parts.database.reading() as uow:
            contact = await uow.citizens.find(citizen.key)
            assert contact is not None
            return (await uow.tickets.of_conversation(contact.conversation_id, limit=1))[0]


def _check(step: dict[str, Any], replies: list[Reply], where: str) -> None:
    said = "\n\n".join(reply.text for reply in replies)
    labels = [choice.label for reply in replies for choice in reply.choices]
    place = 0
    for wanted in _list(step.get("bot")):
        found = said.find(wanted, place)
        assert found >= 0, f"{where}\nnot said: {wanted!r}\nsaid: {said}"
        place = found + len(wanted)
    for unwanted in _list(step.get("not")):
        assert unwanted not in said, f"{where}\nsaid although it must not be: {unwanted!r}\nsaid: {said}"
    for label in _list(step.get("choices")):
        assert any(each.startswith(label) for each in labels), (
            f"{where}\nnot offered: {label!r} among {labels}"
        )
    if step.get("silent"):
        assert not replies, f"{where}\nmust be silent, said: {said}"
    if "replies" in step:
        assert len(replies) == step["replies"], f"{where}\n{len(replies)} replies: {said}"
    for reply in replies:
        _has_manners(reply, where)


def _has_manners(reply: Reply, where: str) -> None:
    """What the assistant's voice never does, whatever was asked (domain rules of the voice)."""
    if reply.voice is Voice.OFFICER:
        return
    words = fold(reply.text).split()
    text = f" {reply.text} "
    assert text.count("Dạ,") + text.count(" dạ ") <= 1, f"{where}\n“Dạ” more than once: {reply.text}"
    assert reply.text.count(" ạ.") + reply.text.count(" ạ?") <= 1, (
        f"{where}\n“ạ” more than once: {reply.text}"
    )
    assert " bạn " not in text.lower(), f"{where}\n“bạn”: {reply.text}"
    assert words or not reply.text, f"{where}\nempty words: {reply.text!r}"


def _list(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]
