"""A petition until it is sent: its words, photos, place and kind; others like it; then once into the list."""

from dataclasses import replace
from datetime import timedelta

from bot.actions.codes import new_code
from bot.actions.petitions.core import QUEUE, draft_of, end_of, told
from bot.actions.turn import Turn
from bot.conversation import acts, outcomes
from bot.conversation.outcomes import Outcome
from bot.conversation.petitions import MOST_PHOTOS, PetitionDraft, comparable, likeness
from intents.text import fold
from storage.petition_records import PetitionKind
from storage.records import Purpose

SHORTEST = 3  # words
DOUBLE_PRESS = timedelta(minutes=2)
LOOKS_BACK = timedelta(days=90)
COMPARED = 300  # petitions, newest first
OFFERED = 2  # others that are shown as probably the same

__all__ = ["QUEUE", "add", "change", "file", "leave", "reviewed"]


async def file(act: acts.FilePetition, turn: Turn) -> Outcome:
    """What is told comes to what was told before and not sent: nobody has to say anything twice."""
    if act.send:
        return await _send(turn)
    before = draft_of(turn)
    if act.anew:
        before = replace(before, kind=PetitionKind.REMARK, text="", checked=False)
    draft = replace(
        before,
        kind=act.kind if act.kind and before.kind is PetitionKind.REMARK else before.kind,
        text="\n".join(filter(None, (before.text, act.text))),
        commune=act.commune or before.commune or turn.contact.commune or "",
        checked=before.checked and not act.text,
    )
    if not await turn.uow.consents.has(turn.contact.citizen_id, Purpose.PETITION):
        return _consent(draft)
    if len(fold(draft.text).split()) < SHORTEST:
        return outcomes.PetitionTextAsked(draft)
    return await _looked_at(draft, turn, added=bool(before.text and act.text))


async def _still_there(draft: PetitionDraft, turn: Turn) -> tuple[PetitionDraft, bool]:
    """Without the photos that were kept as long as may be; that they are gone is said."""
    there = await turn.uow.files.those(draft.files)
    left = tuple(each for each in draft.files if each in there)
    return replace(draft, files=left), left != draft.files


def _consent(draft: PetitionDraft) -> Outcome:
    then = f"pk:{draft.kind.value}"
    return outcomes.ConsentAsked(Purpose.PETITION, then, draft=draft.text, petition=draft)


async def _looked_at(draft: PetitionDraft, turn: Turn, *, added: bool = False) -> Outcome:
    """Others like it first, then what was written down."""
    if not draft.checked and draft.kind is not PetitionKind.ABOUT_OFFICER:
        others = await turn.uow.petitions.alike(comparable(draft.kind), turn.now - LOOKS_BACK, COMPARED)
        mine = turn.contact.citizen_id
        found = [each for other in others if (each := likeness(draft, other, mine))]
        if found:
            return outcomes.PetitionLikeFound(draft, tuple(found[:OFFERED]))
    draft, gone = await _still_there(replace(draft, checked=True), turn)
    return reviewed(draft, turn, added, gone=gone)


def reviewed(
    draft: PetitionDraft,
    turn: Turn,
    added: bool = False,
    refused: tuple[str, ...] = (),
    *,
    gone: bool = False,
) -> outcomes.PetitionReviewed:
    commune = turn.snapshot.catalog.commune_by_id.get(draft.commune)
    return outcomes.PetitionReviewed(draft, commune.name if commune else "", added, refused, gone)


async def add(act: acts.AddToPetition, turn: Turn) -> Outcome:
    """Photos and a place, before the words or after them."""
    draft = draft_of(turn)
    if not turn.state.telling:
        return outcomes.MediaAsked()
    if not (act.file_ids or act.refused or act.location):
        return outcomes.Silence()  # on their way
    kept = await turn.uow.files.those(act.file_ids)
    own = [each for each in act.file_ids if each in kept]
    own = [each for each in own if kept[each].address_id == turn.contact.address_id]
    files = tuple(dict.fromkeys((*draft.files, *own)))[:MOST_PHOTOS]
    added = len(files) > len(draft.files)
    for each in own:
        await turn.uow.files.lives_until(each, turn.now + timedelta(days=turn.tools.settings.draft_days))
    draft = replace(draft, files=files, location=act.location or draft.location)
    if (added or act.location) and draft.kind is PetitionKind.REMARK:
        draft = replace(draft, kind=PetitionKind.PLACE)
    if act.caption:
        turn = replace(turn, state=replace(turn.state, petition=draft))
        return await file(acts.FilePetition(act.kind, act.caption, commune=act.commune), turn)
    if len(fold(draft.text).split()) < SHORTEST:
        return outcomes.PetitionTextAsked(draft)
    if act.location:  # where it is can tell that others have told it
        return await _looked_at(replace(draft, checked=False), turn, added=True)
    return reviewed(draft, turn, added, act.refused)


async def change(act: acts.ChangePetition, turn: Turn) -> Outcome:
    draft = draft_of(turn)
    if not draft.text:
        return await file(acts.FilePetition(act.kind), turn)
    if act.withheld is not None:
        return reviewed(replace(draft, withheld=act.withheld), turn)
    if act.kind is None:
        return outcomes.PetitionKindAsked(draft)
    return await _looked_at(replace(draft, kind=act.kind, checked=act.kind is draft.kind), turn)


async def leave(act: acts.LeavePetition, turn: Turn) -> Outcome:
    """Words and photos took an effort: nothing is thrown away by one slip of the finger."""
    draft = draft_of(turn)
    if not draft.begun or act.drop:
        await turn.uow.files.let_go(draft.files, turn.now)
        return outcomes.Cancelled(something=True, petition=True)
    return outcomes.PetitionLeft(draft, asks=act.drop is None)


async def _send(turn: Turn) -> Outcome:
    if turn.state.petition is None:
        just_filed = await turn.uow.petitions.last_of_address(
            turn.contact.address_id, turn.now - DOUBLE_PRESS
        )
        if just_filed:
            return outcomes.PetitionFiled(told(just_filed, turn))
        return outcomes.PetitionTextAsked(draft_of(turn))
    if not await turn.uow.consents.has(turn.contact.citizen_id, Purpose.PETITION):
        return _consent(turn.state.petition)
    draft, gone = await _still_there(turn.state.petition, turn)
    if gone:
        return reviewed(draft, turn, gone=gone)
    settings, worktime = turn.tools.settings, turn.tools.worktime
    petition = await turn.uow.petitions.file(
        code=new_code("PA"),
        kind=draft.kind,
        text=draft.text,
        place=draft.commune or None,
        location=draft.location or None,
        name_withheld=draft.withheld,
        citizen_id=turn.contact.citizen_id,
        address_id=turn.contact.address_id,
        conversation_id=turn.conversation.id,
        department=turn.snapshot.catalog.province.default_department,
        filed_at=turn.now,
        forward_due_at=end_of(worktime, turn.now, settings.petition_forward_days),
        answer_due_at=end_of(worktime, turn.now, settings.petition_answer_days),
        file_ids=draft.files,
    )
    await turn.uow.files.keep(draft.files)
    turn.uow.notify(QUEUE)
    return outcomes.PetitionFiled(told(petition, turn))
