"""A deadline in words, counted in the open: from which day, how many working days, which days were left out."""

from bot.texts import Texts, day
from bot.worktime import Counted


def counted(texts: Texts, counting: Counted) -> str:
    """`15 ngày làm việc, tính từ sau ngày 23/11/2026, trừ các ngày nghỉ: thứ Bảy, Chủ nhật, 24/11`."""
    weekly = [texts(f"time.weekday.d{each}") for each in counting.weekly]
    off = ", ".join([*weekly, *(f"{each:%d/%m}" for each in counting.special)])
    key = "time.counted_without" if off else "time.counted"
    return texts(key, days=counting.days, start=f"{counting.start:%d/%m/%Y}", off=off)


def deadline(texts: Texts, counting: Counted) -> str:
    """The date and how it was found."""
    return texts("time.deadline", date=day(counting.due), counted=counted(texts, counting))
