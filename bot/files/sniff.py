"""What a file is, by its first bytes; its name and declared type are only hearsay. Pure."""

from collections.abc import Callable

HEAD = 64  # bytes that are enough to tell

_HEIF = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"})
_M4A = frozenset({b"M4A ", b"M4B "})
# What Android's recorders call the same sound; films are called so too.
_RECORDED = frozenset({b"isom", b"iso2", b"mp41", b"mp42", b"3gp4", b"3gp5", b"3gp6"})
_ID3_FRAME = 0xE0  # eleven set bits open an MPEG audio frame


def media_type(head: bytes, *, spoken: bool = False) -> str | None:
    """One of the types we take; None for anything else. `spoken`: it came as a voice message."""
    if spoken and _brand(head, _RECORDED):
        return "audio/mp4"
    return next((name for name, fits in _SIGNS if fits(head)), None)


def _mpeg_audio(head: bytes) -> bool:
    if head.startswith(b"ID3"):
        return True
    if len(head) < 4 or head[0] != 0xFF or head[1] & _ID3_FRAME != _ID3_FRAME:
        return False
    layer, rate = head[1] >> 1 & 3, head[2] >> 2 & 3
    return layer != 0 and head[2] >> 4 not in (0, 15) and rate != 3


def _adts(head: bytes) -> bool:
    return len(head) > 1 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0


def _brand(head: bytes, brands: frozenset[bytes]) -> bool:
    return head[4:8] == b"ftyp" and head[8:12] in brands


_SIGNS: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("image/jpeg", lambda head: head.startswith(b"\xff\xd8\xff")),
    ("image/png", lambda head: head.startswith(b"\x89PNG\r\n\x1a\n")),
    ("image/webp", lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP"),
    ("image/heic", lambda head: _brand(head, _HEIF)),
    ("application/pdf", lambda head: head.startswith(b"%PDF-")),
    ("audio/ogg", lambda head: head.startswith(b"OggS")),
    ("audio/wav", lambda head: head[:4] == b"RIFF" and head[8:12] == b"WAVE"),
    ("audio/amr", lambda head: head.startswith(b"#!AMR")),
    ("audio/mp4", lambda head: _brand(head, _M4A)),
    ("audio/webm", lambda head: head.startswith(b"\x1a\x45\xdf\xa3")),
    ("audio/aac", _adts),
    ("audio/mpeg", _mpeg_audio),
)

SOUND = frozenset(name for name, _ in _SIGNS if name.startswith("audio/"))
