"""One server per SQLite file: a second one is refused, commands beside it are not."""

import fcntl
import os
from pathlib import Path

from storage.errors import ServerRunningError


class ServerLock:
    """Held through an open file: the system frees it when the process ends, however it ends."""

    def __init__(self, database: Path) -> None:
        path = database.with_name(database.name + ".lock")
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._file)
            raise ServerRunningError(f"another server holds {database}") from error

    def release(self) -> None:
        os.close(self._file)
