"""What storage hands out about channels: windows, files that came, chats that may be one person's."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.records import AddressKey


@dataclass(frozen=True)
class Window:
    """Until when a channel lets us answer somebody: free of charge, and at all. None: without end."""

    free_until: datetime | None
    until: datetime | None


class ReceivedStatus(StrEnum):
    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class ReceivedFile:
    """Something that hung on a message. `reference` is what its channel fetches it by; `file_id` once it is kept."""

    id: int
    message_id: int
    address_id: int
    key: AddressKey
    kind: str
    reference: str
    name: str | None
    media_type: str | None
    status: ReceivedStatus
    attempts: int
    created_at: datetime
    file_id: int | None
    reason: str | None  # named end when failed: too_big, not_allowed, gone, not_readable, gave_up
    ticket_id: int | None = None  # of the message


class JoiningStatus(StrEnum):
    ASKED = "asked"
    JOINED = "joined"
    REFUSED = "refused"


@dataclass(frozen=True)
class Joining:
    """`asking` wrote a phone number that `proving` has proved to be theirs."""

    id: int
    asking_id: int
    proving_id: int
    status: JoiningStatus
    asked_at: datetime
