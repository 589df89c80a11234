"""What every action works with: one turn of one citizen, inside one unit of work."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.config import Settings
from bot.conversation.state import State
from bot.live_catalog import Snapshot
from bot.texts import Texts
from bot.worktime import VIETNAM, WorkTime
from storage.records import Contact, Conversation
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Tools:
    """What stays the same from turn to turn."""

    settings: Settings
    worktime: WorkTime
    secret: bytes  # keys the hashes of personal factors
    pulls: frozenset[str] = frozenset()  # channels whose clients read messages from storage


@dataclass(frozen=True)
class Turn:
    """`sequence` orders what one citizen did: the platform's own count, else the number of the update in the inbox."""

    uow: UnitOfWork
    contact: Contact
    conversation: Conversation
    state: State
    snapshot: Snapshot
    texts: Texts
    tools: Tools
    now: datetime
    sequence: int
    text: str
    matched: dict[str, object]
    ip: str | None = None

    @property
    def today(self) -> date:
        return self.now.astimezone(VIETNAM).date()
