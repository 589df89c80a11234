"""`motcua inbox ...`: updates that failed until they were put aside; seen here, and tried again from here."""

from bot.app import assembled
from bot.config import Settings
from bot.logs import redact

SHOWN = 50


async def listed(settings: Settings) -> list[str]:
    """One line each: number, time, channel, what hindered it. The content itself is personal and stays inside."""
    async with assembled(settings) as parts, parts.database.reading() as uow:
        dead = await uow.inbox.dead(SHOWN)
    if not dead:
        return ["Không có tin nào bị kẹt."]
    return [
        f"{row.id:8} {row.received_at:%Y-%m-%d %H:%M} UTC  {row.entry.channel:10} {redact(row.error or '')}"
        for row in dead
    ]


async def revive(settings: Settings, row_id: int) -> str:
    async with assembled(settings) as parts:
        now = parts.clock.now()
        async with parts.database.unit_of_work() as uow:
            if not await uow.inbox.revive(row_id, now):
                return f"Không có tin bị kẹt số {row_id}. Xem: motcua inbox dead"
            await uow.audit.add(now, "command", "inbox.revived", f"inbox:{row_id}", {})
            uow.notify("inbox")
            await uow.commit()
    return f"Tin số {row_id} sẽ được xử lý lại."
