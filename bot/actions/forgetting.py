"""Forgetting a citizen who asks for it: what goes at once, and what the administration has to keep.

What was handed in (petitions, dossiers), what a person works on or answered, the proof of consents and the audit
trail stay: the office must answer for them. The rest goes in the same turn; see `storage.erasure`.
"""

from bot.actions.turn import Turn
from bot.conversation import acts, outcomes
from bot.conversation.outcomes import Outcome
from storage.records import SubmissionStatus, Ticket

_NEVER_HANDED_IN = (SubmissionStatus.DRAFT, SubmissionStatus.CANCELLED)


async def forget(act: acts.ForgetMe, turn: Turn) -> Outcome:
    if act.given is False:
        return outcomes.Said("forget.kept", menu="main")
    petitions, submissions, ticket = await _stays(turn)
    if act.given is None:
        return outcomes.ForgetAsked(petitions, submissions, ticket)
    await _drop_drafts(turn)
    counts = await turn.uow.citizens.forget_unbound(turn.contact.citizen_id, turn.now)
    actor = f"address:{turn.contact.address_id}"
    await turn.uow.audit.add(
        turn.now, actor, "citizen.forgotten", f"citizen:{turn.contact.citizen_id}", dict(counts)
    )
    return outcomes.Forgotten(petitions, submissions, ticket)


async def _stays(turn: Turn) -> tuple[int, int, Ticket | None]:
    petitions = await turn.uow.petitions.of_citizen(turn.contact.citizen_id)
    submissions = await turn.uow.submissions.of_citizen(turn.contact.citizen_id)
    filed = sum(each.status not in _NEVER_HANDED_IN for each in submissions)
    return len(petitions), filed, await turn.uow.tickets.open_for(turn.conversation.id)


async def _drop_drafts(turn: Turn) -> None:
    """Dossiers begun and never handed in: their photos belong to nothing from now on."""
    for submission in await turn.uow.submissions.of_citizen(turn.contact.citizen_id):
        if submission.status is SubmissionStatus.DRAFT and submission.citizen_id == turn.contact.citizen_id:
            await turn.uow.submissions.cancel(submission.id)
            file_ids = [each for part in submission.parts for each in part.file_ids]
            await turn.uow.files.let_go(file_ids, turn.now)
