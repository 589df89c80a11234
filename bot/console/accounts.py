"""Logins, one-time links and sessions. Tokens have 256 bits; storage keeps only their SHA-256."""

import contextlib
import hashlib
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.console import passwords, totp
from bot.console.backoff import Backoff
from bot.console.passwords import Passwords
from bot.console.sealing import Seal, is_sealed
from bot.console.sso import Identity
from bot.pages.limits import network
from bot.ports import Clock
from storage.database import Database
from storage.records import Officer, Role, Session
from storage.unit_of_work import UnitOfWork

INVITATION_LIFETIME = timedelta(hours=24)
_LONGEST_NAME = 100


class WrongLoginError(Exception):
    """Name or password is wrong; which of them is nobody's business."""


class TooManyTriesError(Exception):
    def __init__(self, wait: float) -> None:
        super().__init__(f"wait {wait:.0f} s")
        self.wait = wait  # seconds


class UnknownPersonError(Exception):
    """Single sign-on knows them, this desk does not: accounts are made by an admin, never by a login."""


class WrongCodeError(Exception):
    """Not the code of now, used already, or no recovery code that is left."""


class SpentInvitationError(Exception):
    """The one-time link is used, too old, or never was."""


@dataclass(frozen=True)
class Lifetimes:
    """How long a login lasts: without activity, and in any case."""

    idle: timedelta = timedelta(minutes=30)
    whole: timedelta = timedelta(hours=12)


def new_token() -> str:
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


async def create_invitation(uow: UnitOfWork, officer: Officer, now: datetime) -> str:
    """The token of a one-time link `/moi/<token>`, good for 24 hours. The caller commits."""
    token = new_token()
    await uow.officers.invite(officer.id, digest(token), now + INVITATION_LIFETIME)
    return token


async def set_password(uow: UnitOfWork, officer: Officer, password: str, now: datetime) -> None:
    """Ends all sessions and open invitations. Raises WeakPasswordError. The caller commits."""
    check(officer, password)
    await uow.officers.set_password(officer.id, await Passwords().hash(password), now)


def check(officer: Officer, password: str) -> None:
    """Raises WeakPasswordError."""
    shortest = passwords.SHORTEST_ADMIN if officer.role is Role.ADMIN else passwords.SHORTEST
    passwords.check(password, officer.username, officer.name, shortest=shortest)


class Accounts:
    """`key` is the installation's own: it seals the secrets of the second factor."""

    def __init__(self, database: Database, clock: Clock, lifetimes: Lifetimes, key: bytes) -> None:
        self._database = database
        self._clock = clock
        self._lifetimes = lifetimes
        self._passwords = Passwords()
        self._backoff = Backoff(database)
        self._seal = Seal(key)

    async def log_in(self, username: str, password: str, ip: str | None, agent: str | None) -> str:
        """The token of a new session. Raises WrongLoginError, TooManyTriesError."""
        name = username.strip().lower()[:_LONGEST_NAME]
        wait = await self._backoff.wait(name, network(ip), self._clock.now())
        if wait:
            raise TooManyTriesError(wait)
        async with self._database.reading() as uow:
            credentials = await uow.officers.credentials(name)
        active = credentials if credentials and credentials.officer.active else None
        if (
            not await self._passwords.fits(active.password_hash if active else None, password)
            or active is None
        ):
            await self._backoff.failed(name, network(ip), self._clock.now())
            raise WrongLoginError
        await self._backoff.succeeded(name, network(ip))
        return await self._open(active.officer, agent)

    async def log_in_as(self, identity: Identity, nonce: str, agent: str | None) -> str:
        """The token of a new session for whom single sign-on names. Raises UnknownPersonError.

        The first time an account is found by its e-mail or user name, and belongs to that person from then on.
        """
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            if not await uow.done_once.first(f"sso:{digest(nonce)}", now):
                raise UnknownPersonError
            officer = await uow.officers.by_sso(identity.subject)
            if officer is None:
                officer = await self._named(uow, identity)
                if officer and officer.active:
                    if not await uow.officers.link_sso(officer.id, identity.subject):
                        raise UnknownPersonError  # it is somebody else's at the provider
                    await self._audit(uow, officer, "single sign-on linked")
            if officer is None or not officer.active:
                raise UnknownPersonError
            await uow.commit()
        return await self._open(officer, agent, proved=identity.proved)

    async def _named(self, uow: UnitOfWork, identity: Identity) -> Officer | None:
        if identity.email:
            return await uow.officers.by_email(identity.email)
        return await uow.officers.by_username(identity.username) if identity.username else None

    async def session(self, token: str) -> Session | None:
        """The live session of a cookie, with the officer as they are now."""
        now = self._clock.now()
        async with self._database.reading() as uow:
            session = await uow.sessions.find(digest(token), now)
        return session if session and now - session.seen_at <= self._lifetimes.idle else None

    async def alive(self, digests: frozenset[str]) -> frozenset[str]:
        """Which of these logins still count; one query for all of them."""
        now = self._clock.now()
        async with self._database.reading() as uow:
            found = await uow.sessions.alive(digests, now)
        return frozenset(each for each, seen in found.items() if now - seen <= self._lifetimes.idle)

    async def prove(self, session: Session, typed: str, ip: str | None) -> None:
        """The second factor of an enrolled officer: an app's code, or one recovery code for good.

        Raises WrongCodeError, TooManyTriesError.
        """
        officer, now = session.officer, self._clock.now()
        async with self._guessing(officer, ip), self._database.unit_of_work() as uow:
            stored = await uow.second_factor.secret(officer.id) or ""
            step = totp.step_of(self._seal.open(stored), typed, now)
            used = "code"
            if step is not None:
                good = await uow.second_factor.use_step(officer.id, step)
            else:
                used = "recovery code"
                good = await uow.second_factor.use_recovery(officer.id, digest(typed.strip().lower()))
            if not good:
                raise WrongCodeError
            await uow.sessions.prove(session.id)
            await self._audit(uow, officer, f"second factor: {used}")
            await uow.commit()

    async def enrol(self, session: Session, secret: str, typed: str, ip: str | None) -> tuple[str, ...]:
        """Set up the second factor, once; returns the recovery codes, which nobody sees again.

        Raises WrongCodeError, TooManyTriesError.
        """
        officer, now = session.officer, self._clock.now()
        step, codes = totp.step_of(secret, typed, now), totp.recovery_codes()
        async with self._guessing(officer, ip), self._database.unit_of_work() as uow:
            # A second browser that enrols at the same time must not replace what the first has shown.
            if step is None or await uow.second_factor.secret(officer.id) is not None:
                raise WrongCodeError
            sealed = self._seal.close(secret)
            await uow.second_factor.enrol(officer.id, sealed, step, [digest(each) for each in codes])
            await uow.sessions.prove(session.id)
            await self._audit(uow, officer, "second factor set up")
            await uow.commit()
        return codes

    @contextlib.asynccontextmanager
    async def _guessing(self, officer: Officer, ip: str | None) -> AsyncIterator[None]:
        """Who guesses codes is slowed down as one who guesses passwords."""
        name = f"second factor of {officer.username}"
        wait = await self._backoff.wait(name, network(ip), self._clock.now())
        if wait:
            raise TooManyTriesError(wait)
        try:
            yield
        except WrongCodeError:
            await self._backoff.failed(name, network(ip), self._clock.now())
            raise
        await self._backoff.succeeded(name, network(ip))

    async def seal_older(self) -> int:
        """Seal the secrets that were stored before there was a seal; how many."""
        async with self._database.unit_of_work() as uow:
            plain = {
                officer_id: secret
                for officer_id, secret in (await uow.second_factor.secrets()).items()
                if not is_sealed(secret)
            }
            for officer_id, secret in plain.items():
                await uow.second_factor.reseal(officer_id, self._seal.close(secret))
            await uow.commit()
        return len(plain)

    async def seen(self, session: Session) -> None:
        """Note activity; at most once a minute, so that reading pages seldom writes."""
        now = self._clock.now()
        if now - session.seen_at < timedelta(minutes=1):
            return
        async with self._database.unit_of_work() as uow:
            await uow.sessions.seen(session.id, now)
            await uow.commit()

    async def log_out(self, session: Session, token: str) -> None:
        async with self._database.unit_of_work() as uow:
            await uow.sessions.end(digest(token))
            await self._audit(uow, session.officer, "logout")
            uow.notify(topic(session.officer.id))
            await uow.commit()

    async def sessions(self, officer: Officer) -> tuple[Session, ...]:
        now = self._clock.now()
        async with self._database.reading() as uow:
            found = await uow.sessions.of_officer(officer.id)
        live = (
            each for each in found if each.expires_at > now and now - each.seen_at <= self._lifetimes.idle
        )
        return tuple(sorted(live, key=lambda each: each.seen_at, reverse=True))

    async def end_session(self, officer: Officer, session_id: int) -> None:
        async with self._database.unit_of_work() as uow:
            await uow.sessions.end_of(officer.id, session_id)
            await self._audit(uow, officer, "session ended")
            uow.notify(topic(officer.id))
            await uow.commit()

    async def invited(self, token: str) -> Officer:
        """Whom an open invitation is for. Raises SpentInvitationError."""
        async with self._database.reading() as uow:
            officer = await uow.officers.invited(digest(token), self._clock.now())
        if officer is None:
            raise SpentInvitationError
        return officer

    async def accept(self, token: str, password: str, agent: str | None) -> str:
        """Set the password of an invitation, once; the token of a new session.

        Raises SpentInvitationError, WeakPasswordError (the link then stays good).
        """
        officer = await self.invited(token)
        check(officer, password)
        hashed = await self._passwords.hash(password)
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            if await uow.officers.use_invitation(digest(token), now) is None:
                raise SpentInvitationError
            await uow.officers.set_password(officer.id, hashed, now)
            await self._audit(uow, officer, "password set")
            uow.notify(topic(officer.id))
            await uow.commit()
        return await self._open(officer, agent)

    async def _open(self, officer: Officer, agent: str | None, *, proved: bool = False) -> str:
        token, now = new_token(), self._clock.now()
        async with self._database.unit_of_work() as uow:
            session = await uow.sessions.open(
                officer.id,
                digest(token),
                new_token(),
                now,
                now + self._lifetimes.whole,
                (agent or "")[:200] or None,
            )
            if proved:
                await uow.sessions.prove(session.id)
            await self._audit(uow, officer, "login")
            await uow.commit()
        return token

    async def _audit(self, uow: UnitOfWork, officer: Officer, action: str) -> None:
        await uow.audit.add(self._clock.now(), officer.username, action, f"officer:{officer.id}", {})


def topic(officer_id: int) -> str:
    """Woken when a session of this officer may have ended."""
    return f"officer:{officer_id}"
