"""How a file of ours is called: by the name it was given, with the ending of what it has become. Pure."""

from pathlib import PurePath

from bot.messages import SentFile
from bot.texts import Texts
from storage.records import StoredFile

_NAMELESS = "tep"
_ENDINGS = {
    "image/jpeg": ".jpg",
    "application/pdf": ".pdf",
    "audio/ogg": ".ogg",
    "audio/wav": ".wav",
    "audio/amr": ".amr",
    "audio/mp4": ".m4a",
    "audio/webm": ".webm",
    "audio/aac": ".aac",
    "audio/mpeg": ".mp3",
}
_KILO, _MEGA = 1_000, 1_000_000


def named(stored: StoredFile) -> str:
    """A photo that was `giay.heic` is a JPEG by now: what opens it goes by its ending."""
    return (PurePath(stored.name or _NAMELESS).stem or _NAMELESS) + _ENDINGS.get(stored.media_type, "")


def label(stored: StoredFile, texts: Texts) -> str:
    """`mau-don.pdf (1,2 MB)`"""
    if stored.size < _MEGA:
        size = texts("files.kilobytes", count=max(1, round(stored.size / _KILO)))
    else:
        whole, tenth = divmod(round(stored.size * 10 / _MEGA), 10)
        size = texts("files.megabytes", whole=whole, tenth=tenth)
    return texts("files.label", name=named(stored), size=size)


def sent_file(stored: StoredFile, texts: Texts) -> SentFile:
    words = label(stored, texts)
    return SentFile(stored.id, words, texts("files.instead", label=words))
