"""What officers do with petitions: see them by deadline, take, forward, solve, refuse, name whose they are."""

from bot.desk.petitions.core import Listed, NoWordsError, PetitionPage, PetitionsPage
from bot.desk.petitions.deciding import Deciding
from bot.desk.petitions.looking import Looking
from bot.desk.petitions.watching import Watching

__all__ = ["Listed", "NoWordsError", "PetitionDesk", "PetitionPage", "PetitionsPage"]


class PetitionDesk(Looking, Deciding, Watching):
    """Everything about petitions, over one database."""
