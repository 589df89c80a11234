"""What officers do with what is filed in chat: look, accept, ask for more, refuse, appoint, redact, forward."""

from bot.desk.filing.core import BadCodeError, FilingCore, SubmissionPage, SubmissionsPage, View
from bot.desk.filing.deciding import Deciding
from bot.desk.filing.ending import Ending
from bot.desk.filing.looking import Looking
from bot.desk.filing.releasing import Releasing
from bot.desk.filing.timers import Timers

__all__ = ["BadCodeError", "FilingDesk", "SubmissionPage", "SubmissionsPage", "View"]


class FilingDesk(Looking, Deciding, Ending, Releasing, Timers):
    """Everything about submissions, over one database."""


assert issubclass(FilingDesk, FilingCore)
