"""What can go wrong, in types that carry the facts a caller needs to answer politely."""

from datetime import datetime


class StorageError(Exception):
    """Base of everything storage raises on purpose."""


class NotFoundError(StorageError):
    """There is no such row, or not for this asker."""


class StaleStateError(StorageError):
    """Somebody else changed the conversation since it was read: read again and decide again."""


class TicketTakenError(StorageError):
    """Another officer holds the ticket."""

    def __init__(self, officer_name: str, since: datetime) -> None:
        super().__init__(f"taken by {officer_name}")
        self.officer_name = officer_name
        self.since = since


class TicketClosedError(StorageError):
    """The ticket has ended; what was asked needs it open."""


class MovedOnError(StorageError):
    """The conversation has messages the officer has not seen."""

    def __init__(self, last_message_id: int) -> None:
        super().__init__("the conversation has moved on")
        self.last_message_id = last_message_id


class UnavailableError(StorageError):
    """The database cannot be reached or is locked: nothing was written, try again later."""


class ServerRunningError(StorageError):
    """Another server holds this SQLite file."""


class SchemaError(StorageError):
    """The database is at another revision than the program: run `motcua db upgrade`."""
