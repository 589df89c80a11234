"""What every verb about a petition shares: who may, the lock, what the citizen is told, the trail it leaves."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot import policy
from bot.actions.petitions import QUEUE
from bot.config import Settings
from bot.conversation.petitions import without_name
from bot.deadlines import deadline
from bot.desk.telling import Telling
from bot.files import Uploads
from bot.live_catalog import LiveCatalog
from bot.messages import Choice, Reply, Voice
from bot.policy import PetitionAct
from bot.ports import Clock
from bot.texts import Texts
from bot.worktime import Counted, WorkTime
from intents.naming import introduced
from storage.database import Database
from storage.errors import NotFoundError, StaleStateError
from storage.petition_records import Petition, PetitionEvent, PetitionView
from storage.records import Contact, Officer
from storage.unit_of_work import UnitOfWork

CITIZENS_OWN = frozenset({"added", "reopened"})  # happenings whose words are the citizen's
NOTED = {"act": "petition_notice"}  # by which a notice is known to be of a petition


class NoWordsError(ValueError):
    """A reason or an answer is needed and was not written."""


@dataclass(frozen=True)
class Listed:
    """`text`: as the officer may read it."""

    petition: Petition
    text: str
    place: str
    department: str


@dataclass(frozen=True)
class PetitionsPage:
    rows: tuple[Listed, ...]
    counts: Mapping[PetitionView, int]
    page: int
    has_more: bool


@dataclass(frozen=True)
class PetitionPage:
    """`citizen` is None where the name is withheld."""

    petition: Petition
    text: str
    place: str
    department: str
    citizen: str | None
    forward: Counted
    answer: Counted
    events: tuple[PetitionEvent, ...]
    acts: frozenset[PetitionAct]
    score: int | None


async def _added(uow: UnitOfWork, petition: Petition) -> list[str]:
    """What the citizen told later, in which they may have introduced themselves, too."""
    found = await uow.petitions.events(petition.id)
    return [str(each.detail.get("reason", "")) for each in found if each.kind in CITIZENS_OWN]


class PetitionCore:
    def __init__(
        self,
        database: Database,
        live: LiveCatalog,
        telling: Telling,
        settings: Settings,
        worktime: WorkTime,
        uploads: Uploads,
        clock: Clock,
    ) -> None:
        self._database = database
        self._live = live
        self._settings = settings
        self._worktime = worktime
        self._uploads = uploads
        self._clock = clock
        self._telling = telling

    async def _seen(self, uow: UnitOfWork, officer: Officer, petition_id: int) -> Petition:
        """What this officer may not see does not exist."""
        petition = await uow.petitions.get(petition_id)
        if not policy.sees_petition(officer, petition):
            raise NotFoundError(f"petition {petition_id}")
        return petition

    async def _locked(
        self, uow: UnitOfWork, officer: Officer, petition_id: int, act: PetitionAct
    ) -> Petition:
        """As it is now that nobody else can change it. Raises StaleStateError when it moved on meanwhile."""
        seen = await self._seen(uow, officer, petition_id)
        await uow.conversations.lock(seen.conversation_id)  # first, as the citizen's own turns do
        petition = await uow.petitions.lock(petition_id)
        if act not in policy.petition_acts(officer, petition):
            raise StaleStateError(f"{officer.username} cannot {act} petition {petition_id} now")
        return petition

    async def _readable(self, uow: UnitOfWork, petition: Petition, text: str) -> str:
        """Without the name of somebody who does not want to be named."""
        if not petition.name_withheld:
            return text
        theirs = await uow.citizens.addresses_of(petition.citizen_id)
        known = [each.display_name or "" for each in theirs]
        written = [petition.text, *await _added(uow, petition)]
        return without_name(text, [*known, *(name for words in written for name in introduced(words))])

    def _department(self, department: str) -> str:
        known = self._live.snapshot.catalog.department_by_id.get(department)
        return known.name if known else department

    def _place(self, petition: Petition) -> str:
        commune = self._live.snapshot.catalog.commune_by_id.get(petition.place or "")
        return commune.name if commune else petition.place or ""

    def _counted(self, petition: Petition) -> tuple[Counted, Counted]:
        start = petition.counted_from
        return (
            self._worktime.counted(start, petition.forward_due_at),
            self._worktime.counted(start, petition.answer_due_at),
        )

    async def _tell(
        self,
        uow: UnitOfWork,
        petition: Petition,
        key: str,
        choices: Mapping[str, str] | None = None,
        **facts: str,
    ) -> None:
        """A notice to whoever filed it."""
        contact = await uow.citizens.get(petition.address_id)
        texts = Texts.load(contact.language).addressing(contact.pronoun)
        known = {
            "kind": texts(f"petition.kind.{petition.kind.value}"),
            "code": petition.code,
            "department": self._department(petition.department),
            "answer": deadline(texts, self._counted(petition)[1]),
        }
        offered = tuple(Choice(texts(name), token=token) for name, token in (choices or {}).items())
        await self._say(
            uow, contact, petition, Reply(texts(key, **known | facts), offered, voice=Voice.NOTICE)
        )

    async def _say(self, uow: UnitOfWork, contact: Contact, petition: Petition, reply: Reply) -> None:
        await self._telling.decided(uow, contact, reply, f"petition:{petition.id}", NOTED)

    async def _noted(
        self, uow: UnitOfWork, officer: Officer | None, petition: Petition, kind: str, **detail: str
    ) -> None:
        """Beside the petition, and in the audit log. Last in the unit of work: others wait for the log."""
        now = self._clock.now()
        await uow.petitions.note(petition.id, now, kind, officer.id if officer else None, **detail)
        actor = f"officer:{officer.id}" if officer else "timer"
        counted = {name: value for name, value in detail.items() if name != "reason"}
        await uow.audit.add(now, actor, f"petition.{kind}", f"petition:{petition.id}", counted)
        uow.notify(QUEUE)
