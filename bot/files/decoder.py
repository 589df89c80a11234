"""The side that asks: a few limited processes, started when first needed, replaced when they misbehave."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Mapping
from typing import Any

import structlog

from bot.files.frames import LARGEST, PREFIX, pack, unpack
from bot.files.made import Made
from bot.files.problems import Problem, Reason

log = structlog.get_logger()

# On the wall, for one file. What it may use of a processor is limited in the child; a busy machine is no reason to
# refuse a good photo.
SECONDS = 180.0
# One thread in each library: threads do not survive a fork, and memory is counted for each of them.
_CALM = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class Decoder:
    """At most `processes` files are decoded at once; the others wait their turn."""

    def __init__(self, processes: int = 2) -> None:
        self._free: asyncio.LifoQueue[asyncio.subprocess.Process | None] = asyncio.LifoQueue()
        for _ in range(processes):
            self._free.put_nowait(None)
        self._running: set[asyncio.subprocess.Process] = set()

    async def make(self, content: bytes, media_type: str) -> Made | Problem:
        process = await self._free.get()
        try:
            if process is None or process.returncode is not None:
                process = await self._start()
            answer = await asyncio.wait_for(_ask(process, content, media_type), SECONDS)
        except (TimeoutError, EOFError, OSError, ValueError) as error:
            log.warning("files.decoder_replaced", error=type(error).__name__)
            self._end(process)
            process = None
            return Problem(Reason.TOO_HARD)
        except BaseException:  # cancelled halfway: the process is in the middle of an answer nobody will read
            self._end(process)
            process = None
            raise
        finally:
            self._free.put_nowait(process)
        return answer

    async def close(self) -> None:
        for process in list(self._running):
            self._end(process)
            await process.wait()

    async def _start(self) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",  # nothing from the working folder is imported
            "-m",
            "bot.files.workshop",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,  # a Ctrl-C is the server's; and its children are ended with it
            env=_environment(),
        )
        self._running.add(process)
        return process

    def _end(self, process: asyncio.subprocess.Process | None) -> None:
        if process is not None:
            self._running.discard(process)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _environment() -> Mapping[str, str]:
    """No setting of the server's goes along: they hold its secrets."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "PYTHONPATH")}
    return {**kept, **_CALM, "PYTHONDONTWRITEBYTECODE": "1"}


async def _ask(process: asyncio.subprocess.Process, content: bytes, media_type: str) -> Made | Problem:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(pack({"media_type": media_type}, [content]))
    await process.stdin.drain()
    head, rest = PREFIX.unpack(await process.stdout.readexactly(PREFIX.size))
    if head + rest > LARGEST:
        raise ValueError("too large an answer")
    text = await process.stdout.readexactly(head)
    return _made(*unpack(text, await process.stdout.readexactly(rest)))


def _made(head: dict[str, Any], blobs: tuple[bytes, ...]) -> Made | Problem:
    if "refused" in head:
        return Problem(Reason(head["refused"]))
    main, preview, *pages = blobs
    return Made(
        media_type=str(head["media_type"]),
        main=main if head["main"] else None,
        preview=preview if head["preview"] else None,
        pages=tuple(pages),
        remarks=tuple(str(remark) for remark in head["remarks"]),
    )
