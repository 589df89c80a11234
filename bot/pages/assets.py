"""Static files out of the packages, at addresses that change with their content."""

import hashlib
import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

PREFIX = "/static"
_FOREVER = "public, max-age=31536000, immutable"
_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}


@dataclass(frozen=True)
class Asset:
    content: bytes
    media_type: str


class Assets:
    """The digest stands in the path, not in a query: modules that import each other stay of one version."""

    def __init__(self) -> None:
        self._assets: dict[tuple[str, str], Asset] = {}
        self._digests: dict[str, str] = {}

    def add(self, name: str, package: str) -> None:
        digest = hashlib.sha256()
        for path, content in sorted(_walk(files(package) / "static")):
            digest.update(path.encode() + b"\0" + content + b"\0")
            self._assets[name, path] = Asset(content, _media_type(path))
        self._digests[name] = digest.hexdigest()[:12]

    def url(self, address: str) -> str:
        """`pages/site.css` -> `/static/pages/<digest>/site.css`."""
        name, path = address.split("/", 1)
        if (name, path) not in self._assets:
            raise KeyError(f"no static file {address}")
        return f"{PREFIX}/{name}/{self._digests[name]}/{path}"

    def route(self) -> Route:
        return Route(PREFIX + "/{name}/{digest}/{path:path}", self._serve, name="static")

    async def _serve(self, request: Request) -> Response:
        wanted = request.path_params
        asset = self._assets.get((wanted["name"], wanted["path"]))
        if asset is None:
            return Response("Not found", 404, media_type="text/plain")
        # A page of the version before may still ask during an update: it gets today's file, uncached.
        current = wanted["digest"] == self._digests[wanted["name"]]
        headers = {"Cache-Control": _FOREVER if current else "no-cache"}
        return Response(asset.content, headers=headers, media_type=asset.media_type)


def _media_type(path: str) -> str:
    suffix = path[path.rfind(".") :]
    return _TYPES.get(suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"


def _walk(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    if not folder.is_dir():
        return
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _walk(entry, f"{prefix}{entry.name}/")
        else:
            yield prefix + entry.name, entry.read_bytes()
