"""The calendar file of an appointment, for whoever holds its signed address."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.calendar_files import calendar, submission_of
from bot.config import Settings
from bot.conversation.wording import originals
from bot.live_catalog import LiveCatalog
from bot.ports import Clock
from bot.texts import Texts
from storage.database import Database
from storage.errors import NotFoundError


def calendar_routes(
    database: Database, live: LiveCatalog, settings: Settings, secret: bytes, clock: Clock
) -> list[BaseRoute]:
    async def file(request: Request) -> Response:
        submission_id = submission_of(request.path_params["token"], secret)
        try:
            async with database.reading() as uow:
                submission = await uow.submissions.get(submission_id or 0)
                appointment = await uow.appointments.of(submission.id)
        except NotFoundError:
            appointment = None
        if appointment is None:
            return Response(status_code=404)
        catalog, texts = live.snapshot.catalog, Texts.load()
        procedure = catalog.by_code.get(submission.procedure_code) or catalog.current(
            submission.procedure_code, clock.now().date()
        )
        content = calendar(
            f"{submission.receipt_code}@motcua",
            texts("filing.calendar.title"),
            originals.address(procedure, submission, catalog) if procedure else catalog.province.centre,
            texts(
                "filing.calendar.note",
                title=procedure.title if procedure else "",
                code=submission.receipt_code,
            ),
            appointment.starts_at,
            settings.slot_minutes,
            clock.now(),
        )
        headers = {"Content-Disposition": 'attachment; filename="lich-hen.ics"'}
        return Response(content, media_type="text/calendar", headers=headers)

    return [Route("/lich/{token}.ics", file, name="calendar")]
