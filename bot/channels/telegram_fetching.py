"""What citizens sent on Telegram: two calls, since a file has first to be asked for by its id."""

import asyncio
from io import BytesIO

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest, TelegramNotFound, TelegramRetryAfter

from bot.messages import FileContent
from bot.ports import TryLaterError, UnfetchableError

log = structlog.get_logger()

LARGEST = 20 << 20  # bytes: what a bot may download
ASK_SECONDS = 15
SECONDS = 60


class _Limited(BytesIO):
    """Telegram says a size beforehand; what comes counts."""

    def write(self, chunk: bytes) -> int:  # type: ignore[override]
        if self.tell() + len(chunk) > LARGEST:
            raise UnfetchableError("too_large", f"more than {LARGEST} bytes")
        return super().write(chunk)


async def fetch(bot: Bot, file_id: str) -> FileContent:
    """Raises UnfetchableError, TryLaterError."""
    try:
        async with asyncio.timeout(SECONDS):
            file = await bot.get_file(file_id, request_timeout=ASK_SECONDS)
            if not file.file_path:
                raise UnfetchableError("gone", "telegram names no path")
            content = _Limited()
            await bot.download_file(file.file_path, content, timeout=SECONDS)
    except TelegramBadRequest as error:
        reason = "too_large" if "too big" in error.message.lower() else "gone"
        raise UnfetchableError(reason, error.message) from error
    except TelegramNotFound as error:
        raise UnfetchableError("gone", error.message) from error
    except TelegramRetryAfter as error:
        raise TryLaterError("telegram asked to wait", float(error.retry_after)) from error
    except (AiogramError, OSError, TimeoutError) as error:
        raise TryLaterError(f"file: {type(error).__name__}") from error
    return FileContent(file.file_path.rpartition("/")[2], "", content.getvalue())
