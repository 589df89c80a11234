"""Accounts of the desk: made, changed, locked; by an admin in the console or at the command line.

Nobody but the officer ever knows a password: an account begins with a one-time link.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from bot import policy
from bot.actions.pace import leaves
from bot.console.accounts import Lifetimes, create_invitation, topic
from bot.ports import Clock
from storage.database import Database
from storage.errors import NotFoundError
from storage.records import Officer, Role, Session
from storage.unit_of_work import UnitOfWork

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._]{1,39}")
_EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{1,190}")
LANGUAGES = ("vi", "en", "km")
_LONGEST_NAME = 100


class StaffError(Exception):
    """What is wrong with it: username, taken, name, role, department, no_department, language, email, email_taken,
    last_admin, oneself."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Wanted:
    """How an account is to be."""

    username: str
    name: str
    role: str
    departments: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("vi",)
    email: str = ""


@dataclass(frozen=True)
class Person:
    """An account and its logins that still count."""

    officer: Officer
    sessions: tuple[Session, ...]


class Staff:
    """`departments`: the ids there are. Every verb asks whether this officer keeps accounts (ForbiddenError)."""

    def __init__(
        self, database: Database, clock: Clock, lifetimes: Lifetimes, departments: Collection[str]
    ) -> None:
        self._database = database
        self._clock = clock
        self._lifetimes = lifetimes
        self._departments = departments

    async def people(self, admin: Officer) -> tuple[Person, ...]:
        policy.require_accounts(admin)
        now = self._clock.now()
        async with self._database.reading() as uow:
            found = await uow.officers.list()
            people = [Person(each, await self._logins(uow, each, now)) for each in found]
        return tuple(sorted(people, key=lambda each: (not each.officer.active, each.officer.username)))

    async def _logins(self, uow: UnitOfWork, officer: Officer, now: datetime) -> tuple[Session, ...]:
        return tuple(each for each in await uow.sessions.of_officer(officer.id) if self._counts(each, now))

    def _counts(self, session: Session, now: datetime) -> bool:
        return session.expires_at > now and now - session.seen_at <= self._lifetimes.idle

    async def add(self, admin: Officer, wanted: Wanted) -> tuple[Officer, str]:
        """The account and the token of its one-time link. Raises StaffError."""
        policy.require_accounts(admin)
        async with self._database.unit_of_work() as uow:
            added = await self.add_in(uow, wanted, _name(admin))
            await uow.commit()
        return added

    async def add_in(self, uow: UnitOfWork, wanted: Wanted, actor: str) -> tuple[Officer, str]:
        """For whoever has a transaction and the right; the caller commits. Raises StaffError."""
        now, wanted = self._clock.now(), _tidied(wanted)
        self._check(wanted)
        if await uow.officers.by_username(wanted.username):
            raise StaffError("taken")
        await _check_email(uow, wanted.email, None)
        role = Role(wanted.role)
        officer = await uow.officers.add(
            wanted.username, wanted.name, role, wanted.departments, wanted.languages, now
        )
        if wanted.email:
            officer = await uow.officers.change(
                officer.id, name=wanted.name, role=role, languages=wanted.languages, email=wanted.email
            )
        token = await create_invitation(uow, officer, now)
        await uow.audit.add(now, actor, "officer.added", f"officer:{officer.id}", {"role": wanted.role})
        return officer, token

    async def change(self, admin: Officer, officer_id: int, wanted: Wanted) -> Officer:
        """Ends the officer's logins: what they may do is decided anew. Raises StaffError, NotFoundError."""
        policy.require_accounts(admin)
        async with self._database.unit_of_work() as uow:
            before = await uow.officers.get(officer_id)
            wanted = _tidied(replace(wanted, username=before.username))
            self._check(wanted)
            await _check_email(uow, wanted.email, officer_id)
            if before.role is Role.ADMIN and wanted.role != Role.ADMIN:
                await _not_the_last(uow, before)
            await uow.officers.set_departments(officer_id, wanted.departments)
            officer = await uow.officers.change(
                officer_id,
                name=wanted.name,
                role=Role(wanted.role),
                languages=wanted.languages,
                email=wanted.email or None,
            )
            detail = {"role": wanted.role, "departments": ",".join(wanted.departments)}
            await self._done(uow, admin, officer_id, "officer.changed", detail)
        return officer

    async def invite(self, admin: Officer, officer_id: int) -> tuple[Officer, str]:
        """A new one-time link, for a forgotten password too. Raises NotFoundError."""
        policy.require_accounts(admin)
        async with self._database.unit_of_work() as uow:
            officer = await uow.officers.get(officer_id)
            if not officer.active:
                raise NotFoundError(f"officer {officer_id} is disabled")
            token = await create_invitation(uow, officer, self._clock.now())
            await self._done(uow, admin, officer_id, "officer.invited")
        return officer, token

    async def disable(self, admin: Officer, officer_id: int) -> None:
        """Raises StaffError for oneself and for the last admin."""
        policy.require_accounts(admin)
        if officer_id == admin.id:
            raise StaffError("oneself")
        async with self._database.unit_of_work() as uow:
            await _not_the_last(uow, await uow.officers.get(officer_id))
            await uow.officers.disable(officer_id, self._clock.now())
            await leaves(uow, officer_id, self._clock.now())
            await self._done(uow, admin, officer_id, "officer.disabled")

    async def enable(self, admin: Officer, officer_id: int) -> tuple[Officer, str]:
        """Back again, with a new one-time link: the old password is void."""
        policy.require_accounts(admin)
        async with self._database.unit_of_work() as uow:
            await uow.officers.enable(officer_id)
            officer = await uow.officers.get(officer_id)
            token = await create_invitation(uow, officer, self._clock.now())
            await self._done(uow, admin, officer_id, "officer.enabled")
        return officer, token

    async def reset_factor(self, admin: Officer, officer_id: int) -> None:
        """The phone is lost and the codes too: set up anew at the next login."""
        policy.require_accounts(admin)
        async with self._database.unit_of_work() as uow:
            await uow.officers.get(officer_id)
            await uow.second_factor.reset(officer_id)
            await uow.sessions.end_all(officer_id)
            await self._done(uow, admin, officer_id, "officer.factor_reset")

    async def end_sessions(self, admin: Officer, officer_id: int) -> None:
        policy.require_accounts(admin)
        async with self._database.unit_of_work() as uow:
            await uow.sessions.end_all(officer_id)
            await self._done(uow, admin, officer_id, "officer.sessions_ended")

    def _check(self, wanted: Wanted) -> None:
        if not _USERNAME.fullmatch(wanted.username):
            raise StaffError("username")
        if not wanted.name or len(wanted.name) > _LONGEST_NAME:
            raise StaffError("name")
        if wanted.role not in set(Role):
            raise StaffError("role")
        if not set(wanted.departments) <= set(self._departments):
            raise StaffError("department")
        if wanted.role == Role.SPECIALIST and not wanted.departments:
            raise StaffError("no_department")
        if not wanted.languages or not set(wanted.languages) <= set(LANGUAGES):
            raise StaffError("language")
        if wanted.email and not _EMAIL.fullmatch(wanted.email):
            raise StaffError("email")

    async def _done(
        self,
        uow: UnitOfWork,
        admin: Officer,
        officer_id: int,
        action: str,
        detail: dict[str, str] | None = None,
    ) -> None:
        await uow.audit.add(self._clock.now(), _name(admin), action, f"officer:{officer_id}", detail or {})
        uow.notify(topic(officer_id))
        await uow.commit()


def _name(admin: Officer) -> str:
    return f"officer:{admin.id}"


def _tidied(wanted: Wanted) -> Wanted:
    return replace(wanted, name=" ".join(wanted.name.split()), email=wanted.email.strip().lower())


async def _check_email(uow: UnitOfWork, email: str, own: int | None) -> None:
    holder = await uow.officers.by_email(email) if email else None
    if holder and holder.id != own:
        raise StaffError("email_taken")


async def _not_the_last(uow: UnitOfWork, officer: Officer) -> None:
    """Somebody must be left who keeps accounts."""
    others = [each for each in await uow.officers.list() if each.active and each.role is Role.ADMIN]
    if officer.role is Role.ADMIN and {each.id for each in others} <= {officer.id}:
        raise StaffError("last_admin")
