"""What citizens sent, from where the platform keeps it: from its own hosts only, and never from inside our network.

An address in an update is a stranger's word. So: https, a host on the list, its address resolved once and
refused unless public, the connection made to that very address, no redirect, a limit of size and of time.
"""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

import httpx
import structlog

from bot.messages import FileContent
from bot.ports import TryLaterError, UnfetchableError

log = structlog.get_logger()

LARGEST = 20 * 1024 * 1024  # bytes
SECONDS = 15.0  # for all of it, however slowly it drips
_GONE = frozenset({401, 403, 404, 410})

Resolve = Callable[[str], Awaitable[Sequence[str]]]


def listed(hosts: str) -> list[str]:
    """Parted by commas, as in the settings."""
    return [each for part in hosts.split(",") if (each := part.strip())]


async def resolved(host: str) -> Sequence[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    return [str(each[4][0]) for each in found]


class Fetcher:
    """`hosts`: a name; `.name` for it and all below it; `http://127.0.0.1:8081` for a simulator on this machine."""

    def __init__(
        self,
        hosts: Sequence[str],
        *,
        resolve: Resolve = resolved,
        transport: httpx.AsyncBaseTransport | None = None,
        largest: int = LARGEST,
        seconds: float = SECONDS,
    ) -> None:
        self._names = tuple(each.lower() for each in hosts if "://" not in each)
        self._origins = tuple(each.rstrip("/").lower() for each in hosts if "://" in each)
        self._resolve = resolve
        self._largest = largest
        self._seconds = seconds
        self._http = httpx.AsyncClient(
            transport=transport, follow_redirects=False, trust_env=False, timeout=seconds
        )

    async def get(self, url: str) -> FileContent:
        """Raises UnfetchableError, TryLaterError."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._got(url)
        except TimeoutError as error:
            raise TryLaterError("the file came too slowly") from error
        except (httpx.HTTPError, OSError) as error:
            raise TryLaterError(f"file: {type(error).__name__}") from error

    async def close(self) -> None:
        await self._http.aclose()

    async def _got(self, url: str) -> FileContent:
        parts = _split(url)
        request = self._http.build_request("GET", url, headers={"Accept-Encoding": "identity"})
        if f"{parts.scheme}://{parts.netloc}".lower() not in self._origins:
            address = await self._public_address(parts)
            host = parts.hostname or ""
            request.extensions["sni_hostname"] = host  # the certificate is still the host's
            request.url = request.url.copy_with(host=address)
        response = await self._http.send(request, stream=True)
        try:
            return await self._read(response, parts)
        finally:
            await response.aclose()

    async def _read(self, response: httpx.Response, parts: SplitResult) -> FileContent:
        if response.status_code in _GONE:
            raise UnfetchableError("gone", f"HTTP {response.status_code}")
        if response.is_redirect:
            raise UnfetchableError("not_allowed", "a redirect")
        if response.status_code != 200:
            raise TryLaterError(f"file: HTTP {response.status_code}")
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise UnfetchableError("not_readable", "compressed")
        content = bytearray()
        async for chunk in response.aiter_raw():
            content += chunk
            if len(content) > self._largest:
                raise UnfetchableError("too_large", f"more than {self._largest} bytes")
        media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        return FileContent(parts.path.rpartition("/")[2], media_type, bytes(content))

    async def _public_address(self, parts: SplitResult) -> str:
        """Every address of the host must be public: one private among them is an attempt."""
        host = (parts.hostname or "").lower().rstrip(".")
        if parts.scheme != "https" or parts.username or parts.password or parts.port not in {None, 443}:
            raise UnfetchableError("not_allowed", "not a plain https address")
        if not any(_covers(each, host) for each in self._names):
            log.warning("file.host_not_allowed", host=host[:100])
            raise UnfetchableError("not_allowed", host[:100])
        addresses = await self._resolve(host)
        if not addresses or not all(map(is_public, addresses)):
            log.warning("file.private_address", host=host[:100])
            raise UnfetchableError("not_allowed", "not a public address")
        return addresses[0]


def is_public(address: str) -> bool:
    """Not on this machine, in this network, reserved, nor such an IPv4 address dressed as IPv6."""
    with contextlib.suppress(ValueError):
        parsed = ip_address(address.partition("%")[0])
        if isinstance(parsed, IPv6Address):
            inner = parsed.ipv4_mapped or parsed.sixtofour or (parsed.teredo or (None, None))[1]
            if inner is not None:
                parsed = inner
        return parsed.is_global and not parsed.is_multicast
    return False


def _covers(entry: str, host: str) -> bool:
    return host == entry.removeprefix(".") or (entry.startswith(".") and host.endswith(entry))


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise UnfetchableError("not_allowed", "no address") from error
    return parts
