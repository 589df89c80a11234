"""A PDF: whether it is one that only shows pages, and pictures of those pages. Runs inside the limited process."""

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject

from bot.files.decoding import RefusedError, encoded, preview_of
from bot.files.made import Made
from bot.files.problems import Reason

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PAGES = 30
MOST_OBJECTS = 100_000
PAGE_SIDE = 2000  # pixels of a page's long side: A4 at 170 dots an inch
# What makes a PDF act instead of show (ISO 32000-1, 12.6.4 and 7.11.4).
_ACTIVE = frozenset(
    {"/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/RichMedia", "/XFA", "/ImportData"}
)


def read_pdf(content: bytes) -> Made:
    """Raises `RefusedError`. The bytes stay as they are: a signed PDF stays signed."""
    try:
        _check(content)
        pictures = list(_pictures(content))
    except (RefusedError, MemoryError):
        raise
    except Exception as error:  # whatever a broken file makes the two readers raise
        raise RefusedError(Reason.BROKEN) from error
    return Made(
        "application/pdf",
        None,
        pages=tuple(encoded(picture) for picture in pictures),
        preview=preview_of(pictures[0]),
    )


def _check(content: bytes) -> None:
    reader = PdfReader(io.BytesIO(content), strict=False)
    if reader.is_encrypted:
        raise RefusedError(Reason.LOCKED)
    if len(reader.pages) > MOST_PAGES:
        raise RefusedError(Reason.TOO_MANY_PAGES)
    if not reader.pages:
        raise RefusedError(Reason.BROKEN)
    if any(_acts(each) for each in _dictionaries(reader)):
        raise RefusedError(Reason.ACTIVE)


def _acts(dictionary: DictionaryObject) -> bool:
    if not _ACTIVE.isdisjoint(dictionary):
        return True
    return any(dictionary.get(key) in _ACTIVE for key in ("/S", "/Type", "/Subtype"))


def _dictionaries(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary that can be reached from the trailer, each once."""
    waiting: list[object] = [reader.trailer]
    seen: set[tuple[int, int]] = set()
    for _ in range(MOST_OBJECTS):
        if not waiting:
            return
        each = waiting.pop()
        if isinstance(each, IndirectObject):
            name = (each.idnum, each.generation)
            if name not in seen:
                seen.add(name)
                waiting.append(each.get_object())
        elif isinstance(each, DictionaryObject):
            yield each
            waiting += [value for key, value in each.items() if _leads_on(key, value)]
        elif isinstance(each, ArrayObject):
            waiting += [value for value in each if _leads_on("", value)]
    raise RefusedError(Reason.TOO_HARD)


def _leads_on(key: object, value: object) -> bool:
    return key != NameObject("/Parent") and isinstance(value, IndirectObject | DictionaryObject | ArrayObject)


def _pictures(content: bytes) -> "Iterator[Image]":
    import pypdfium2

    with pypdfium2.PdfDocument(content) as document:
        for number in range(len(document)):
            page = document[number]
            width, height = page.get_size()
            scale = PAGE_SIDE / max(width, height, 1)
            bitmap = page.render(scale=scale, may_draw_forms=False)
            yield bitmap.to_pil().convert("RGB")
            page.close()
