"""Commands about the desk: is the audit trail whole, the week's report as a file, a lost second factor."""

import asyncio
from datetime import date
from pathlib import Path

from bot.app import assembled
from bot.config import Settings
from bot.texts import Texts


async def verified(settings: Settings) -> tuple[bool, str]:
    """Whether the chain of the audit trail holds; its head is worth keeping elsewhere."""
    async with assembled(settings) as parts, parts.database.reading() as uow:
        bad, head = await uow.audit.verify(), await uow.audit.head()
    if bad is not None:
        return False, f"Nhật ký kiểm tra bị sửa hoặc mất dòng, bắt đầu từ dòng {bad}."
    if head is None:
        return True, "Nhật ký kiểm tra còn trống."
    return (
        True,
        f"Nhật ký kiểm tra nguyên vẹn: {head.id} dòng.\nMã dòng cuối (nên cất ở nơi khác): {head.digest}",
    )


async def reported(settings: Settings, day: date | None, into: Path) -> str:
    """The week that `day` lies in, written to `into`: .xlsx, .docx or .csv. Raises ValueError for another ending."""
    from importlib.util import find_spec

    from bot.reports.export import as_csv, as_excel, as_word

    makers = {".xlsx": as_excel, ".docx": as_word, ".csv": as_csv}
    make = makers.get(into.suffix.lower())
    if make is None:
        raise ValueError(f"{into.name}: chỉ ghi được .xlsx, .docx hoặc .csv")
    if make is as_word and find_spec("docx") is None:
        raise ValueError("Muốn ghi tệp Word, cài thêm: pip install 'motcua[word]'")
    async with assembled(settings) as parts:
        report = await parts.reports.week(day)
    await asyncio.to_thread(into.write_bytes, make(report, Texts.load()))
    last = report.end.date().toordinal() - 1
    return f"Đã ghi báo cáo tuần {report.start:%d/%m} – {date.fromordinal(last):%d/%m/%Y} vào {into}"


async def factor_reset(settings: Settings, username: str) -> str:
    """The officer sets up a new phone at the next login; every session ends."""
    async with assembled(settings) as parts:
        now = parts.clock.now()
        async with parts.database.unit_of_work() as uow:
            officer = await uow.officers.by_username(username)
            if officer is None:
                return f"Không có tài khoản “{username}”. Xem: motcua officers list"
            await uow.second_factor.reset(officer.id)
            await uow.sessions.end_all(officer.id)
            await uow.audit.add(now, "command", "second factor reset", f"officer:{officer.id}", {})
            uow.notify(f"officer:{officer.id}")
            await uow.commit()
    return f"Lần đăng nhập tới, {username} cài lại ứng dụng tạo mã."
