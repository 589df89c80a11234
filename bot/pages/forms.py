"""Forms in: size, characters, and whether our own page sent them."""

import hmac
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from python_multipart.exceptions import FormParserError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

LARGEST = 1_000_000  # bytes: a long text pasted by mistake is still read, so that it can be handed back
_FIELDS = 50
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class TooLargeError(Exception):
    """The body is larger than any form of ours."""


class ForeignFormError(Exception):
    """The request comes from another site, or carries no valid token."""


async def read_form(request: Request) -> Mapping[str, str]:
    """The fields of a urlencoded form; the last one of a name wins. Raises TooLargeError."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise TooLargeError
    try:
        pairs = parse_qsl(body.decode("ascii", "replace"), keep_blank_values=True, max_num_fields=_FIELDS)
    except ValueError:
        return {}
    return dict(pairs)


@dataclass(frozen=True)
class Form:
    """What a form of ours sent: its fields, and the files that were chosen in it."""

    fields: Mapping[str, str]
    files: Sequence[UploadFile] = ()


@asynccontextmanager
async def read_uploads(request: Request, largest: int, most: int) -> AsyncIterator[Form]:
    """A form that may carry up to `most` files of together `largest` bytes; gone when the block ends.

    Raises TooLargeError, before anything is read.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        yield Form(await read_form(request))
        return
    size = request.headers.get("content-length", "")
    if not size.isdecimal() or int(size) > largest + LARGEST:
        raise TooLargeError
    try:
        form = await request.form(max_files=most, max_fields=_FIELDS, max_part_size=LARGEST)
    except (FormParserError, HTTPException, ClientDisconnect):
        yield Form({})
        return
    try:
        files = [each for _, each in form.multi_items() if isinstance(each, UploadFile) and each.filename]
        yield Form({name: each for name, each in form.multi_items() if isinstance(each, str)}, files)
    finally:
        await form.close()


def tidy(text: str) -> str:
    """As typed, less the control characters no database and no reader wants; line ends as \\n."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def same_origin(request: Request, public_url: str | None = None) -> bool:
    """Whether a browser says that our own page made this request.

    A request with neither header comes from no browser of today: there is no session to ride on.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    if origin is None:
        return True
    ours = {request.headers.get("host", "").lower()}
    if public_url:
        ours.add(urlsplit(public_url).netloc.lower())
    return urlsplit(origin).netloc.lower() in ours - {""}


def equal(left: str, right: str) -> bool:
    """Compared in constant time; as bytes, since compare_digest refuses letters beyond ASCII."""
    return hmac.compare_digest(left.encode(), right.encode())
