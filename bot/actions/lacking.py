"""What a dossier lacks by the one-stop system's word: whether it can be sent in chat, and whether it was sent."""

from datetime import datetime

from bot.conversation import filing as plan
from bot.conversation.dossier_news import SUPPLEMENT, wanted
from bot.conversation.filing_outcomes import Lacking
from intents.catalog import Catalog, Procedure
from storage.records import Dossier, Submission, SubmissionEvent
from storage.unit_of_work import UnitOfWork

BY_SOURCE = "supplement_by_source"
SENT, SETTLED = "supplemented", "supplement_settled"


def takes(catalog: Catalog, dossier: Dossier) -> Procedure | None:
    """The procedure whose papers are taken in chat. None: with VNeID, at the desk, or not in the catalog."""
    procedure = catalog.by_code.get(dossier.procedure_code or "")
    return procedure if procedure and plan.elsewhere(procedure, catalog) is None else None


async def lacking(
    uow: UnitOfWork, catalog: Catalog, dossier: Dossier, submission: Submission | None
) -> Lacking | None:
    """What whoever holds the dossier is offered."""
    if dossier.stage != SUPPLEMENT or takes(catalog, dossier) is None:
        return None
    return Lacking(await answered_at(uow, submission, dossier) if submission else None)


async def answered_at(uow: UnitOfWork, submission: Submission, dossier: Dossier) -> datetime | None:
    """When what the one-stop system lacks now was sent here; None while it was not."""
    if dossier.stage != SUPPLEMENT:
        return None
    last = await sent_to_source(uow, submission)
    return last.at if last and last.detail["source"] == wanted(dossier) else None


async def sent_to_source(uow: UnitOfWork, submission: Submission) -> SubmissionEvent | None:
    """What was last sent because the one-stop system asked, while its asking stands."""
    told = [each for each in await uow.submissions.events(submission.id) if each.kind in (SENT, SETTLED)]
    last = told[-1] if told else None
    return last if last and last.kind == SENT and last.detail.get("source") else None
