"""Full-text search over text that the caller has folded: all words must occur, the last may be unfinished."""

import re
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, func, literal_column, select
from sqlalchemy import text as sql

from storage.link import Link

_WORD = re.compile(r"[^\W_]+")
_LONGEST = 100  # letters; PostgreSQL refuses to search for a word beyond 2 KB


def searchable(folded: str) -> str:
    """Bare words with single spaces, so that both databases cut the text alike."""
    return " ".join(word[:_LONGEST] for word in _WORD.findall(folded))


def matches(link: Link, table: Table, folded_query: str) -> ColumnElement[bool] | None:
    """The condition on `table.search_text`; None when nothing is asked for."""
    words = searchable(folded_query).split()
    if not words:
        return None
    if link.on_postgres:
        query = func.to_tsquery(literal_column("'simple'::regconfig"), " & ".join(words) + ":*")
        vector = func.to_tsvector(literal_column("'simple'::regconfig"), table.c.search_text)
        # The second condition is the index's own: without it PostgreSQL would not use it.
        return vector.bool_op("@@")(query) & (table.c.search_text != literal_column("''"))
    phrase = " ".join(f'"{word}"' for word in words) + "*"
    index = f"{table.name}_search"
    found: Select[Any] = select(literal_column("rowid")).select_from(sql(index))
    return table.c.id.in_(found.where(sql(f"{index} MATCH :phrase").bindparams(phrase=phrase)))


async def compact(link: Link, table: Table) -> None:
    """SQLite keeps erased words in older parts of its index until the parts are merged."""
    if not link.on_postgres:
        index = f"{table.name}_search"
        await link.run(sql(f"INSERT INTO {index}({index}) VALUES ('optimize')"))  # noqa: S608
