"""A kept file as the answer to a browser's request: shown where nothing in it can run, else downloaded."""

from urllib.parse import quote

from starlette.responses import Response

from bot.files.naming import named
from storage.records import StoredFile

_SHOWN = ("image/", "audio/")  # re-encoded or only sound


def handed_out(stored: StoredFile, content: bytes) -> Response:
    way = "inline" if stored.media_type.startswith(_SHOWN) else "attachment"
    headers = {
        "Content-Disposition": f"{way}; filename*=UTF-8''{quote(named(stored), safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(content, media_type=stored.media_type, headers=headers)
