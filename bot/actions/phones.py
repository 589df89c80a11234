"""A citizen's phone number, and the chats on several channels that it joins.

A number that a channel proves (Telegram's own button) identifies; one that was typed or put into a form does
not. Whoever names a number that another chat has proved is not told so: that chat is asked, with a button and
no code, and only its yes joins the two. An officer never asks for codes, so neither do we.
"""

from datetime import timedelta

from bot.actions.turn import Turn
from bot.capabilities import TABLE
from bot.conversation import acts, outcomes, tokens
from bot.conversation.outcomes import Outcome
from bot.conversation.state import Step
from bot.messages import Choice, Reply, Voice
from bot.texts import Texts
from bot.transcript import say
from intents.extract import phone_numbers
from storage.channel_records import JoiningStatus
from storage.records import Contact, Purpose

ASKED_A_DAY = 3  # times a chat may ask or be asked: nobody is pestered
ANSWERED_WITHIN = timedelta(days=1)
_OWN = "own:"


async def receive(act: acts.ReceiveContact, turn: Turn) -> Outcome:
    """A number is kept only with consent; until that is given it waits in the conversation's state."""
    numbers = phone_numbers(act.phone)
    if not numbers:
        return outcomes.Said("talk.contact.not_a_number")
    phone, citizen_id = numbers[0], turn.contact.citizen_id
    if not await turn.uow.consents.has(citizen_id, Purpose.CONTACT):
        return outcomes.ConsentAsked(Purpose.CONTACT, "contact", draft=f"{_OWN if act.own else ''}{phone}")
    await turn.uow.citizens.set_phone(citizen_id, phone, turn.now if act.own else None)
    known = await turn.uow.citizens.proved_with(phone, but=citizen_id)
    if known and act.own:
        await _joined(turn, keep=known.citizen_id, gone=citizen_id)
    elif known:
        await _ask(turn, known)
    return outcomes.Said("talk.contact.own" if act.own else "talk.contact.other")


def given_before(turn: Turn) -> acts.ReceiveContact | None:
    """The number for which consent was asked."""
    expecting = turn.state.expecting
    draft = expecting.data.get("draft", "") if expecting and expecting.step is Step.CONSENT else ""
    return acts.ReceiveContact(draft.removeprefix(_OWN), draft.startswith(_OWN)) if draft else None


async def join(act: acts.JoinChats, turn: Turn) -> Outcome:
    """Only the chat that was asked can answer, once, within a day."""
    joining = await turn.uow.joinings.get(act.joining_id)
    mine = joining is not None and joining.proving_id == turn.contact.address_id
    if joining is None or not mine or turn.now - joining.asked_at > ANSWERED_WITHIN:
        return outcomes.Said("talk.join.over")
    status = JoiningStatus.JOINED if act.yes else JoiningStatus.REFUSED
    if not await turn.uow.joinings.settle(joining.id, status, turn.now):
        return outcomes.Said("talk.join.over")
    if not act.yes:
        return outcomes.Said("talk.join.refused")
    asking = await turn.uow.citizens.get(joining.asking_id)
    if asking.citizen_id != turn.contact.citizen_id:
        await _joined(turn, keep=turn.contact.citizen_id, gone=asking.citizen_id)
    await _tell(turn, asking, Reply(_texts(asking)("talk.join.done_there"), voice=Voice.NOTICE))
    return outcomes.Said("talk.join.done")


async def _ask(turn: Turn, known: Contact) -> None:
    since = turn.now - timedelta(days=1)
    for address in (turn.contact.address_id, known.address_id):
        if await turn.uow.joinings.asked_since(address, since) >= ASKED_A_DAY:
            return
    joining = await turn.uow.joinings.ask(turn.contact.address_id, known.address_id, turn.now)
    texts = _texts(known)
    choices = (
        Choice(texts("menu.join_yes"), token=tokens.join(joining, True)),
        Choice(texts("menu.join_no"), token=tokens.join(joining, False)),
    )
    name = turn.contact.display_name or texts("talk.join.nameless")
    channel = texts(f"console.channel.{turn.contact.key.channel}")
    asked = texts("talk.join.ask", channel=channel, name=name)
    await _tell(turn, known, Reply(asked, choices, voice=Voice.NOTICE))


async def _joined(turn: Turn, *, keep: int, gone: int) -> None:
    await turn.uow.citizens.join(keep, gone, turn.now)
    await turn.uow.audit.add(
        turn.now, f"citizen:{keep}", "citizens.joined", f"citizen:{gone}", {"by": "phone"}
    )


async def _tell(turn: Turn, contact: Contact, reply: Reply) -> None:
    channel = TABLE.get(contact.key.channel)
    await say(turn.uow, contact, reply, turn.now, pull=channel.pull if channel else False)


def _texts(contact: Contact) -> Texts:
    return Texts.load(contact.language).addressing(contact.pronoun)
