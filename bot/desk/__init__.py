"""The officers' side: queue, claim, answer, give back, note, forward, close, reopen."""

from collections.abc import Awaitable, Callable

from bot.actions.pace import IDLE_JOB
from bot.desk.attaching import MOST as MOST_FILES
from bot.desk.attaching import Attaching, TooManyFilesError
from bot.desk.blocking import Blocking, NoSuchTimeError
from bot.desk.caution import Held, HeldBackError
from bot.desk.core import QUEUE, ReleasedError
from bot.desk.drafting import Drafting
from bot.desk.elsewhere import ELSEWHERE_JOB, Elsewhere
from bot.desk.entering import PLACES, Entering
from bot.desk.forwarding import Forwarding, NobodyThereError, NoReasonError
from bot.desk.giving import Giving, NoDeadlineError
from bot.desk.grouping import Grouping
from bot.desk.linked import COMMAND
from bot.desk.looking import Looking
from bot.desk.pages import (
    BLOCK_DAYS,
    Found,
    Group,
    GroupAnswer,
    GroupMember,
    Matched,
    News,
    Prepared,
    QueuePage,
    Target,
    TicketPage,
)
from bot.desk.preparing import VARIABLES
from bot.desk.promises import Promises
from bot.desk.rated import Rated
from bot.desk.sending import CLOSE_JOB, TooLateError
from bot.desk.teaching import UnknownProcedureError

__all__ = [
    "BLOCK_DAYS",
    "CLOSE_JOB",
    "COMMAND",
    "ELSEWHERE_JOB",
    "IDLE_JOB",
    "MOST_FILES",
    "PLACES",
    "QUEUE",
    "VARIABLES",
    "Desk",
    "Found",
    "Group",
    "GroupAnswer",
    "GroupMember",
    "Held",
    "HeldBackError",
    "Matched",
    "News",
    "NoDeadlineError",
    "NoReasonError",
    "NoSuchTimeError",
    "NobodyThereError",
    "Prepared",
    "QueuePage",
    "ReleasedError",
    "Target",
    "TicketPage",
    "TooLateError",
    "TooManyFilesError",
    "UnknownProcedureError",
]


class Desk(
    Giving, Grouping, Entering, Forwarding, Blocking, Drafting, Attaching, Rated, Looking, Promises, Elsewhere
):
    """Everything an officer can do, over one database."""

    @property
    def sweeps(self) -> tuple[Callable[[], Awaitable[int]], ...]:
        """What looks by itself for what is due, every few seconds."""
        return (self.send_held, self.alert, self.return_silent, self.apologise)
