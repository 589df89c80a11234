"""The process in which strangers' files are decoded: `python -m bot.files.workshop`, fed through its pipes.

It loads the decoders once and then forks for every file. The child has a ceiling of memory and of processor time, may
write no file, and ends after one: what a broken or hostile file does there stays there.
"""

import os
import resource
import sys
from typing import BinaryIO

from bot.files import decoding, pdf
from bot.files.frames import PREFIX, pack, unpack
from bot.files.problems import Reason

MEMORY = 1_200_000_000  # bytes of address space; a photo of 64 million pixels needs about 500 million
SECONDS = 20  # of processor time
_OPEN_FILES = 32


def main() -> None:
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    _warm()
    while True:
        prefix = requests.read(PREFIX.size)
        if len(prefix) < PREFIX.size:
            return
        head, rest = PREFIX.unpack(prefix)
        answers.write(_in_child(requests.read(head), requests.read(rest)))
        answers.flush()


def _warm() -> None:
    """Loaded here once, the decoders cost a child nothing."""
    import pillow_heif
    import pypdfium2
    from PIL import Image

    pillow_heif.register_heif_opener(thumbnails=False)
    del pypdfium2
    Image.init()


def _in_child(head: bytes, rest: bytes) -> bytes:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _child(head, rest, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read()
    _, status = os.waitpid(child, 0)
    return answer if status == 0 and answer else pack({"refused": Reason.TOO_HARD.value})


def _child(head: bytes, rest: bytes, writing: int) -> None:
    """Never returns."""
    try:
        os.dup2(writing, 1)  # nothing it prints can reach the answers
        _limit()
        with os.fdopen(writing, "wb") as pipe:
            _answer(head, rest, pipe)
        os._exit(0)
    finally:
        os._exit(1)


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))


def _answer(head: bytes, rest: bytes, pipe: BinaryIO) -> None:
    try:
        wish, (content,) = unpack(head, rest)
        made = decoding.make(content, str(wish["media_type"]))
    except decoding.RefusedError as refused:
        pipe.write(pack({"refused": refused.reason.value}))
    except (MemoryError, RecursionError):
        pipe.write(pack({"refused": Reason.TOO_HARD.value}))
    else:
        extra = [made.main or b"", made.preview or b"", *made.pages]
        facts = {
            "media_type": made.media_type,
            "main": made.main is not None,
            "preview": made.preview is not None,
            "remarks": list(made.remarks),
        }
        pipe.write(pack(facts, extra))


if __name__ == "__main__":
    del pdf  # imported for its children
    main()
