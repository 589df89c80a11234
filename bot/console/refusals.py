"""What stands in the way of a form, for the page that shows it again."""

from bot.desk import HeldBackError
from bot.texts import Texts


class IncompleteError(Exception):
    """What the officer sent lacks something; `reason` is the end of a text key."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SeveralError(Exception):
    """More than one procedure is like what was named; `codes` of the best."""

    def __init__(self, codes: tuple[str, ...]) -> None:
        super().__init__(", ".join(codes))
        self.codes = codes


class InsertError(Exception):
    """Not an answer yet: prepared words are to be put into it; `text` is what it is then."""

    def __init__(self, text: str) -> None:
        super().__init__("insert")
        self.text = text


def held_back(texts: Texts, error: HeldBackError) -> str:
    """Why it was not sent, and what to do."""
    return " ".join(
        [texts("console.problem.held"), *(texts(f"console.held.{reason}") for reason in error.reasons)]
    )
