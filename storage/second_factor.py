"""The second factor: a shared secret, the last step it was used in, and codes for the day the phone is lost."""

from collections.abc import Iterable, Mapping

from sqlalchemy import delete, func, insert, select, update

from storage.link import Link
from storage.tables import officers, recovery_codes


class SecondFactor:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def secret(self, officer_id: int) -> str | None:
        found: str | None = await self._link.scalar(
            select(officers.c.totp_secret).where(officers.c.id == officer_id)
        )
        return found

    async def secrets(self) -> Mapping[int, str]:
        """By officer, as they are stored."""
        chosen = select(officers.c.id, officers.c.totp_secret).where(officers.c.totp_secret.is_not(None))
        return {row.id: row.totp_secret for row in await self._link.rows(chosen)}

    async def reseal(self, officer_id: int, secret: str) -> None:
        """The same secret, stored in another way."""
        await self._link.run(update(officers).where(officers.c.id == officer_id).values(totp_secret=secret))

    async def enrol(self, officer_id: int, secret: str, step: int, digests: Iterable[str]) -> None:
        """From now on this secret; `step` proved that the officer has it. Older recovery codes are void."""
        await self._link.run(
            update(officers).where(officers.c.id == officer_id).values(totp_secret=secret, totp_step=step)
        )
        await self._link.run(delete(recovery_codes).where(recovery_codes.c.officer_id == officer_id))
        rows = [{"officer_id": officer_id, "digest": digest} for digest in digests]
        if rows:
            await self._link.run(insert(recovery_codes), rows)

    async def use_step(self, officer_id: int, step: int) -> bool:
        """Once for each step, and never an earlier one: a code that was looked at over a shoulder is spent."""
        theirs = (officers.c.id == officer_id) & (officers.c.totp_step < step)
        return await self._link.changed(update(officers).where(theirs).values(totp_step=step)) > 0

    async def use_recovery(self, officer_id: int, digest: str) -> bool:
        mine = (recovery_codes.c.officer_id == officer_id) & (recovery_codes.c.digest == digest)
        return await self._link.changed(delete(recovery_codes).where(mine)) > 0

    async def recovery_left(self, officer_id: int) -> int:
        mine = recovery_codes.c.officer_id == officer_id
        return int(await self._link.scalar(select(func.count()).where(mine)))

    async def reset(self, officer_id: int) -> None:
        """The phone is lost and the codes too: an admin lets the officer enrol anew."""
        await self.enrol(officer_id, "", 0, ())
        await self._link.run(update(officers).where(officers.c.id == officer_id).values(totp_secret=None))
