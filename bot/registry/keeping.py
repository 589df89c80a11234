"""Records of the one-stop system into the mirror. A faulty one is counted and left out; its neighbours are taken."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog

from bot.registry.connection import Connection
from bot.registry.rows import RowError, inside, moment_of, read_row
from storage.records import Dossier

log = structlog.get_logger()


def dossiers_of(
    items: Sequence[Any], connection: Connection, secret: bytes, now: datetime
) -> tuple[list[Dossier], list[str]]:
    """The dossiers, and why the others are none (no personal data in it)."""
    taken, rejected = [], []
    for item in items:
        try:
            dossier = read_row(item if isinstance(item, dict) else None, secret, now, connection.names)
        except RowError as error:
            rejected.append(str(error))
            continue
        taken.append(replace(dossier, updated_at=changed_at(item, connection) or now))
    if rejected:
        log.warning("registry.rejected", count=len(rejected))
    return taken, rejected


def changed_at(item: Any, connection: Connection) -> datetime | None:
    value = inside(item, connection.changed) if connection.changed else None
    return None if value is None else moment_of(str(value))


def greatest(items: Sequence[Any], connection: Connection, known: str | None) -> str | None:
    """The cursor after these: the greatest change, as a number or as a text in which later is greater (ISO)."""
    values = [known] if known else []
    for item in items:
        value = inside(item, connection.changed) if connection.changed else None
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value):
            values.append(str(value))
    return max(values, key=_order, default=None)


def _order(value: str) -> tuple[int, float, str]:
    if value.isascii() and value.isdigit():
        return (0, float(value), "")
    moment = moment_of(value)
    return (1, moment.timestamp(), "") if moment else (1, float("-inf"), value)
