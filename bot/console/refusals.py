"""What stands in the way of a form, for the page that shows it again."""


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
