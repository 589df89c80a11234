"""One turn of a citizen: read the state, understand, perform, word, and keep all of it in one commit."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog

from bot.actions import Tools, Turn, perform
from bot.conversation import acts, outcomes, questions
from bot.conversation.acts import name_of
from bot.conversation.outcomes import Outcome
from bot.conversation.progress import advance
from bot.conversation.state import State
from bot.conversation.understand import Situation, Understood, understand
from bot.conversation.wording import Wording, feelings, filing, word
from bot.conversation.wording.context import paragraphs
from bot.conversation.wording.petitions import with_way_back
from bot.conversation.wording.places import with_names_of_today
from bot.live_catalog import LiveCatalog, Snapshot
from bot.messages import Incoming, Kind, Reply, Voice
from bot.ports import Clock
from bot.texts import VIETNAM, Texts
from bot.transcript import say, topic_of
from intents.text import clean, fold, whole
from storage.channel_records import Window
from storage.records import Author, Contact, Conversation
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()


@dataclass(frozen=True)
class Arrival:
    """A message with its place in the order of everything its sender did."""

    incoming: Incoming
    sequence: int
    ip: str | None = None
    pull: bool = False  # the channel's client reads replies from storage: nothing has to be sent
    fetches: bool = False  # files that hang on it can be had from the channel
    window: Window | None = None  # until when the channel lets us answer this


class Assistant:
    """Answers citizens. Holds no state of its own: any number of them may run side by side."""

    def __init__(self, live: LiveCatalog, tools: Tools, clock: Clock) -> None:
        self._live = live
        self._tools = tools
        self._clock = clock

    async def turn(self, uow: UnitOfWork, arrival: Arrival) -> tuple[Reply, ...]:
        """Everything one message causes, inside the caller's unit of work; the caller commits."""
        incoming, now, snapshot = arrival.incoming, self._clock.now(), self._live.snapshot
        contact = await uow.citizens.resolve(incoming.key, now, display_name=incoming.display_name)
        if _is_blocked(contact, now) and not _in_danger(incoming, snapshot):
            return ()
        contact = await self._reachable(uow, contact, arrival)
        conversation = await uow.conversations.lock(contact.conversation_id)
        state = State.from_json(conversation.state)
        today = now.astimezone(VIETNAM).date()
        situation = Situation(state, _is_held(conversation, now), conversation.ticket_id is not None, today)
        understood = understand(incoming, situation, snapshot)
        contact = await self._addressed(uow, contact, understood)
        before, contact = contact.language, await self._in_their_language(uow, contact, understood)
        texts = Texts.load(contact.language).addressing(contact.pronoun)
        turn = self._turn(uow, contact, conversation, state, snapshot, texts, arrival, understood, now)
        await self._note_incoming(turn, arrival, understood)
        outcome = await perform(understood.act, turn)
        replies = self._said(outcome, turn, understood)
        if replies and before != contact.language:
            replies = _with_language_told(
                replies, Reply(texts("talk.english_heard"), voice=Voice.NOTICE), outcome
            )
        await self._keep(turn, arrival, understood, outcome, replies)
        log.info(
            "turn", channel=incoming.key.channel, act=name_of(understood.act), outcome=type(outcome).__name__
        )
        return replies

    def _turn(
        self,
        uow: UnitOfWork,
        contact: Contact,
        conversation: Conversation,
        state: State,
        snapshot: Snapshot,
        texts: Texts,
        arrival: Arrival,
        understood: Understood,
        now: datetime,
    ) -> Turn:
        return Turn(
            uow=uow,
            contact=contact,
            conversation=conversation,
            state=state,
            snapshot=snapshot,
            texts=texts,
            tools=self._tools,
            now=now,
            sequence=arrival.sequence,
            text=understood.text,
            matched=_matched(understood, snapshot),
            ip=arrival.ip,
        )

    async def _reachable(self, uow: UnitOfWork, contact: Contact, arrival: Arrival) -> Contact:
        """Somebody who writes again after having left can be answered again, and hears first what waited."""
        if arrival.incoming.kind is Kind.LEFT or arrival.incoming.own:
            return contact
        if not contact.reachable:
            await uow.citizens.mark_reachable(contact.address_id)
        if arrival.window is None:
            return replace(contact, reachable=True)
        await uow.windows.opened(contact.address_id, arrival.window)
        if await uow.outbox.revive(contact.address_id, self._clock.now()):
            uow.notify("outbox")
        return replace(
            contact,
            reachable=True,
            window_free_until=arrival.window.free_until,
            window_until=arrival.window.until,
        )

    async def _addressed(self, uow: UnitOfWork, contact: Contact, understood: Understood) -> Contact:
        """Somebody who calls themselves "bác" is called that from now on."""
        pronoun = understood.reading.pronoun if understood.reading else None
        if pronoun is None or pronoun == contact.pronoun:
            return contact
        await uow.citizens.set_pronoun(contact.citizen_id, pronoun)
        return replace(contact, pronoun=pronoun)

    async def _in_their_language(self, uow: UnitOfWork, contact: Contact, understood: Understood) -> Contact:
        """Who plainly writes English is answered so, and told how to come back."""
        wrote_english = understood.reading is not None and understood.reading.english
        chooses = isinstance(understood.act, acts.SetLanguage | acts.PassOn)
        if not wrote_english or chooses or contact.language == "en":
            return contact
        await uow.citizens.set_language(contact.citizen_id, "en")
        return replace(contact, language="en")

    async def _note_incoming(self, turn: Turn, arrival: Arrival, understood: Understood) -> None:
        incoming = arrival.incoming
        if incoming.own or (incoming.kind in (Kind.START, Kind.LEFT) and not incoming.text):
            return
        text = understood.label or whole(incoming.text)
        message = await turn.uow.messages.add(
            turn.conversation.id,
            Author.CITIZEN,
            text,
            turn.now,
            body=_body(incoming, text),
            note=turn.matched,
            author_name=turn.contact.display_name,
            ticket_id=turn.conversation.ticket_id,
            search_text=fold(text),
        )
        turn.uow.notify(topic_of(turn.conversation.id))
        await self._note_files(turn, arrival, message.id)

    async def _note_files(self, turn: Turn, arrival: Arrival, message_id: int) -> None:
        """What hung on it is fetched after the turn, unless the channel has kept it already."""
        incoming = arrival.incoming
        files = [each for each in incoming.attachments if arrival.fetches or each.stored]
        for each in files:
            row = await turn.uow.received.add(
                message_id=message_id,
                address_id=turn.contact.address_id,
                channel=incoming.key.channel,
                kind=each.kind.value,
                reference=each.reference,
                name=each.name,
                media_type=each.media_type,
                at=turn.now,
            )
            if each.stored:
                await turn.uow.received.done(row, turn.now, each.stored)
                if turn.conversation.ticket_id:
                    await turn.uow.files.keep([each.stored])
        if files:
            turn.uow.notify("received")

    def _said(self, outcome: Outcome, turn: Turn, understood: Understood) -> tuple[Reply, ...]:
        language = outcome.language if isinstance(outcome, outcomes.LanguageSet) else turn.texts.language
        texts = Texts.load(language).addressing(turn.contact.pronoun)
        wording = Wording(
            texts, turn.snapshot.catalog, turn.state, turn.now, self._tools.settings.legal_basis
        )
        angry = understood.reading is not None and understood.reading.anger
        if understood.reading and understood.reading.asks_meaning and not understood.reading.grief:
            outcome = feelings.explaining(outcome)
        replies = word(feelings.apologising(outcome) if angry else outcome, wording)
        replies = with_way_back(filing.with_way_back(replies, outcome, wording), outcome, wording)
        old = understood.reading.old_names if understood.reading else ()
        replies = with_names_of_today(replies, outcome, old, texts)
        if angry:
            replies = feelings.sorry_first(replies, outcome, wording)
        return self._introduced(replies, turn, understood, texts)

    def _introduced(
        self, replies: tuple[Reply, ...], turn: Turn, understood: Understood, texts: Texts
    ) -> tuple[Reply, ...]:
        """The first words to somebody say that this is a machine, and on which basis it answers."""
        if not replies or turn.state.greeted or isinstance(understood.act, acts.WarnEmergency):
            return replies
        notice = texts("talk.notice", basis=self._tools.settings.legal_basis)
        if isinstance(understood.act, acts.Greet):
            return (replace(replies[0], text=paragraphs(replies[0].text, notice)), *replies[1:])
        intro = texts("talk.intro", centre=turn.snapshot.catalog.province.centre)
        return (Reply(paragraphs(intro, notice), voice=Voice.NOTICE), *replies)

    async def _keep(
        self,
        turn: Turn,
        arrival: Arrival,
        understood: Understood,
        outcome: Outcome,
        replies: tuple[Reply, ...],
    ) -> None:
        shown = {
            "act": name_of(understood.act),
            "outcome": type(outcome).__name__,
            "catalog": turn.snapshot.catalog.version,
        }
        for reply in replies:
            await say(turn.uow, turn.contact, reply, turn.now, pull=arrival.pull, note=shown)
        state = advance(turn.state, understood, outcome, replies).after(arrival.incoming).to_json()
        await turn.uow.conversations.save_state(turn.conversation.id, state, turn.conversation.version)


def _with_language_told(replies: tuple[Reply, ...], told: Reply, outcome: Outcome) -> tuple[Reply, ...]:
    """Nothing delays a warning."""
    warned = isinstance(outcome, outcomes.EmergencyWarned)
    return (*replies, told) if warned else (told, *replies)


def _is_held(conversation: Conversation, now: datetime) -> bool:
    """A person answers, here or in the platform's own app: the bot is silent."""
    elsewhere = conversation.elsewhere_until is not None and conversation.elsewhere_until > now
    return conversation.held_by is not None or elsewhere


def _is_blocked(contact: Contact, now: datetime) -> bool:
    return contact.blocked_until is not None and contact.blocked_until > now


def _in_danger(incoming: Incoming, snapshot: Snapshot) -> bool:
    """Somebody who is not heard for a while is heard all the same when a life is at stake."""
    return bool(incoming.text) and snapshot.reader.read(clean(incoming.text)).danger is not None


def _body(incoming: Incoming, text: str) -> dict[str, Any]:
    body: dict[str, Any] = {"kind": incoming.kind.value, "text": text}
    if incoming.button:
        body["button"] = incoming.button
    client_id = incoming.event_id.rpartition(":")[2]
    if client_id:
        body["client_message_id"] = client_id
    if incoming.attachments:
        body["attachments"] = [
            {"kind": each.kind.value, "name": each.name, "size": each.size, "reference": each.reference}
            for each in incoming.attachments
        ]
    if incoming.location:
        body["location"] = [incoming.location.latitude, incoming.location.longitude]
    if incoming.contact:
        body["contact"] = {"phone": incoming.contact.phone, "own": incoming.contact.own}
    return body


def _matched(understood: Understood, snapshot: Snapshot) -> dict[str, object]:
    """What the bot saw, for the officer: the catalog's version and the candidates with their scores.

    A question that goes to a person unasked is matched all the same: it helps the officer, and finds the department.
    """
    topic = None
    if understood.match is None and isinstance(understood.act, acts.Escalate):
        asked = clean(understood.act.question or understood.text)
        understood = replace(understood, match=(match := snapshot.matcher.match(asked)))
        topic = questions.topic_of(snapshot.reader.read(asked), match, snapshot.catalog)
    return {
        "act": name_of(understood.act),
        "catalog": snapshot.catalog.version,
        "outcome": understood.outcome,
        "candidates": [
            {"code": each.code, "name": each.name, "score": round(each.score, 3), "wording": each.wording}
            for each in understood.candidates[:3]
        ],
        **({"topic": topic.id} if topic else {}),
    }
