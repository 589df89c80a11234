"""What decoding made of a file."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Made:
    """`main` is what is kept (None: the bytes as they came). `pages` are JPEGs to look at, beside `main`."""

    media_type: str
    main: bytes | None
    pages: tuple[bytes, ...] = ()
    preview: bytes | None = None
    remarks: tuple[str, ...] = ()
