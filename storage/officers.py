"""Officers: who may log in, and how an account begins and ends."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, insert, select, update

from storage.errors import NotFoundError
from storage.link import Link
from storage.records import Credentials, Officer, Role
from storage.tables import invitations, officer_departments, officers, sessions


class Officers:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def add(
        self,
        username: str,
        name: str,
        role: Role,
        departments: Iterable[str],
        languages: Iterable[str],
        at: datetime,
    ) -> Officer:
        """An account without a password; an invitation lets its owner choose one."""
        values = {
            "username": username,
            "name": name,
            "role": role,
            "languages": list(languages),
            "created_at": at,
        }
        officer_id = await self._link.scalar(insert(officers).values(**values).returning(officers.c.id))
        await self._belong(officer_id, departments)
        return await self.get(officer_id)

    async def get(self, officer_id: int) -> Officer:
        """Raises `NotFoundError`."""
        found = await self._officers(officers.c.id == officer_id)
        if not found:
            raise NotFoundError(f"officer {officer_id}")
        return found[0]

    async def by_username(self, username: str) -> Officer | None:
        found = await self._officers(officers.c.username == username)
        return found[0] if found else None

    async def list(self) -> tuple[Officer, ...]:
        """In the order in which they were added, disabled ones too."""
        return await self._officers()

    async def set_departments(self, officer_id: int, departments: Iterable[str]) -> Officer:
        await self._link.run(
            delete(officer_departments).where(officer_departments.c.officer_id == officer_id)
        )
        await self._belong(officer_id, departments)
        return await self.get(officer_id)

    async def change(
        self, officer_id: int, *, name: str, role: Role, languages: Iterable[str], email: str | None
    ) -> Officer:
        """Whoever is logged in with other rights is out: ends every session."""
        await self._change(officer_id, name=name, role=role, languages=list(languages), email=email)
        await self._link.run(delete(sessions).where(sessions.c.officer_id == officer_id))
        return await self.get(officer_id)

    async def by_email(self, email: str) -> Officer | None:
        found = await self._officers(officers.c.email == email)
        return found[0] if found else None

    async def by_sso(self, subject: str) -> Officer | None:
        """Who has come by single sign-on as this before."""
        found = await self._officers(officers.c.sso_subject == subject)
        return found[0] if found else None

    async def link_sso(self, officer_id: int, subject: str) -> bool:
        """From now on this account is theirs at single sign-on; False when it is another's already."""
        free = (officers.c.id == officer_id) & officers.c.sso_subject.is_(None)
        return await self._link.changed(update(officers).where(free).values(sso_subject=subject)) > 0

    async def credentials(self, username: str) -> Credentials | None:
        """What a login checks; the caller refuses disabled officers with the same words as unknown ones."""
        row = await self._link.row(select(officers).where(officers.c.username == username))
        if row is None:
            return None
        return Credentials(await self.get(row.id), row.password_hash)

    async def set_password(self, officer_id: int, hash: str, at: datetime) -> None:  # noqa: A002
        """Whoever knew the old one is out: ends every session and every open invitation."""
        await self._change(officer_id, password_hash=hash)
        await self._end_access(officer_id, at)

    async def disable(self, officer_id: int, at: datetime) -> None:
        """Ends every session and open invitation; what the officer did keeps their name."""
        await self._change(officer_id, active=False, disabled_at=at)
        await self._end_access(officer_id, at)

    async def enable(self, officer_id: int) -> None:
        """Back again; a new one-time link lets them in."""
        await self._change(officer_id, active=True, disabled_at=None, password_hash=None)

    async def set_away(self, officer_id: int, until: datetime | None) -> None:
        """Nothing is forwarded to them until then; None: they are back."""
        await self._change(officer_id, away_until=until)

    async def invite(self, officer_id: int, token_digest: str, expires_at: datetime) -> None:
        """A one-time link; only its digest is kept."""
        values = {"officer_id": officer_id, "token_digest": token_digest, "expires_at": expires_at}
        await self._link.run(insert(invitations).values(**values))

    async def invited(self, token_digest: str, at: datetime) -> Officer | None:
        """Whose open invitation this is, without using it."""
        statement = select(invitations.c.officer_id).where(*_open_invitation(token_digest, at))
        return await self._active(await self._link.scalar(statement))

    async def use_invitation(self, token_digest: str, at: datetime) -> Officer | None:
        """Whose it is, once: None when it is unknown, used, expired, or its owner was disabled."""
        statement = update(invitations).where(*_open_invitation(token_digest, at)).values(used_at=at)
        return await self._active(await self._link.scalar(statement.returning(invitations.c.officer_id)))

    async def _active(self, officer_id: int | None) -> Officer | None:
        if officer_id is None:
            return None
        officer = await self.get(officer_id)
        return officer if officer.active else None

    async def _end_access(self, officer_id: int, at: datetime) -> None:
        await self._link.run(delete(sessions).where(sessions.c.officer_id == officer_id))
        theirs = (invitations.c.officer_id == officer_id) & invitations.c.used_at.is_(None)
        await self._link.run(update(invitations).where(theirs).values(used_at=at))

    async def _belong(self, officer_id: int, departments: Iterable[str]) -> None:
        values = [{"officer_id": officer_id, "department": name} for name in dict.fromkeys(departments)]
        if values:
            await self._link.run(insert(officer_departments).values(values))

    async def _change(self, officer_id: int, **values: Any) -> None:
        if not await self._link.changed(update(officers).where(officers.c.id == officer_id).values(**values)):
            raise NotFoundError(f"officer {officer_id}")

    async def _officers(self, *conditions: ColumnElement[bool]) -> tuple[Officer, ...]:
        return records(await self._link.rows(officer_selection().where(*conditions)))


def officer_selection() -> Select[Any]:
    """A row for each department of an officer, and one for an officer without any."""
    return (
        select(officers, officer_departments.c.department)
        .join_from(officers, officer_departments, isouter=True)
        .order_by(officers.c.id, officer_departments.c.department)
    )


def records(rows: Sequence[Row[Any]]) -> tuple[Officer, ...]:
    """Officers out of the rows of `officer_selection`."""
    departments: dict[int, list[str]] = {}
    for row in rows:
        departments.setdefault(row.id, [])
        if row.department is not None:
            departments[row.id].append(row.department)
    unique = {row.id: row for row in rows}
    return tuple(_record(row, tuple(departments[officer_id])) for officer_id, row in unique.items())


def _record(row: Row[Any], departments: tuple[str, ...]) -> Officer:
    return Officer(
        id=row.id,
        username=row.username,
        name=row.name,
        role=Role(row.role),
        departments=departments,
        languages=tuple(row.languages),
        active=row.active,
        has_password=row.password_hash is not None,
        created_at=row.created_at,
        away_until=row.away_until,
        has_second_factor=row.totp_secret is not None,
        email=row.email,
    )


def _open_invitation(token_digest: str, at: datetime) -> tuple[ColumnElement[bool], ...]:
    known = invitations.c.token_digest == token_digest
    return known, invitations.c.used_at.is_(None), invitations.c.expires_at > at
