"""Column types that behave alike on SQLite and PostgreSQL, and short makers for the tables."""

import json
import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Text,
    TypeDecorator,
)
from sqlalchemy import text as sql

# Neither database stores these in text: NUL ends a C string, a lone surrogate is no character.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, always handed out in UTC. Refuses naive values: their zone would be a guess."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None or value.utcoffset() is None:
            raise ValueError(f"a naive time cannot be stored: {value!r}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class CleanText(TypeDecorator[str]):
    """Text of any origin. What no database can hold is replaced, so that one odd message stops nobody."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value)


class JsonText(TypeDecorator[Any]):
    """JSON kept as text: nothing is searched inside it, and JSONB would refuse NUL and lone surrogates."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else dump_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        return None if value is None else json.loads(value)


def dump_json(value: Any) -> str:
    """Compact JSON with Vietnamese letters as they are; escapes all when a lone surrogate is inside."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return json.dumps(value, separators=(",", ":")) if _UNSTORABLE.search(text) else text


BigId = BigInteger().with_variant(Integer, "sqlite")


def identity() -> Column[int]:
    return Column("id", BigId, primary_key=True, autoincrement=True)


def text(name: str, *, key: bool = False, unique: bool = False, default: str | None = None) -> Column[str]:
    return Column(name, CleanText, nullable=False, primary_key=key, unique=unique, server_default=default)


def maybe_text(name: str) -> Column[str]:
    return Column(name, CleanText, nullable=True)


def moment(name: str) -> Column[datetime]:
    return Column(name, UtcDateTime, nullable=False)


def maybe_moment(name: str) -> Column[datetime]:
    return Column(name, UtcDateTime, nullable=True)


def number(name: str, *, default: int | None = None) -> Column[int]:
    """A whole number of up to 64 bits."""
    return Column(name, BigId, nullable=False, server_default=None if default is None else str(default))


def amount(name: str) -> Column[float]:
    """A number with fractions, of double precision."""
    return Column(name, Double, nullable=False)


def flag(name: str, *, default: str | None = None) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=None if default is None else sql(default))


def json_text(name: str) -> Column[Any]:
    return Column(name, JsonText, nullable=False, server_default="{}")


def ref(
    name: str, target: str, *, key: bool = False, unique: bool = False, index: bool = False
) -> Column[int]:
    return Column(
        name, BigId, ForeignKey(target), nullable=False, primary_key=key, unique=unique, index=index
    )


def maybe_ref(name: str, target: str, *, index: bool = False) -> Column[int]:
    return Column(name, BigId, ForeignKey(target), nullable=True, index=index)


def maybe_number(name: str) -> Column[int]:
    return Column(name, BigId, nullable=True)


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

# Ids are never given twice, not even after a delete: they are event ids and ticket numbers.
NEVER_REUSED: dict[str, Any] = {"sqlite_autoincrement": True}


def partial_index(name: str, *columns: str, where: str) -> Index:
    return Index(name, *columns, sqlite_where=sql(where), postgresql_where=sql(where))
