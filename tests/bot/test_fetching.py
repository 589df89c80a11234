"""Files are fetched from a channel's own hosts, and never from inside our network (SSRF)."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

import httpx
import pytest

from bot.channels.fetching import Fetcher, is_public
from bot.listening import listening_socket
from bot.ports import TryLaterError, UnfetchableError

PHOTO = b"\xff\xd8\xff" + b"0" * 1000
HOSTS = (".zdn.vn", "files.zalo.me")


class Far:
    """Every host of the internet; remembers to which address a connection was made, and for which name."""

    def __init__(
        self, answer: httpx.Response | None = None, addresses: Sequence[str] = ("203.162.4.191",)
    ) -> None:
        self.answer = answer or httpx.Response(
            200, stream=httpx.ByteStream(PHOTO), headers={"Content-Type": "image/jpeg"}
        )
        self.addresses = list(addresses)
        self.asked: list[tuple[str, str, str]] = []
        self.resolved = 0

    def fetcher(self, **more: float) -> Fetcher:
        return Fetcher(HOSTS, resolve=self.resolve, transport=httpx.MockTransport(self.take), **more)  # type: ignore[arg-type]

    async def resolve(self, host: str) -> Sequence[str]:
        self.resolved += 1
        return self.addresses

    def take(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(
            (request.url.host, request.headers["Host"], request.extensions.get("sni_hostname", ""))
        )
        return self.answer


async def test_a_photo_is_fetched_from_the_address_that_was_checked() -> None:
    far = Far()
    found = await far.fetcher().get("https://photo-stal-4.zdn.vn/x/7f3a.jpg?token=1")
    assert (found.name, found.media_type, found.content) == ("7f3a.jpg", "image/jpeg", PHOTO)
    assert far.asked == [("203.162.4.191", "photo-stal-4.zdn.vn", "photo-stal-4.zdn.vn")]
    assert far.resolved == 1, "asked once: a second answer could be another one (DNS rebinding)"


@pytest.mark.parametrize(
    "url",
    [
        "http://photo.zdn.vn/a.jpg",
        "file:///etc/passwd",
        "ftp://photo.zdn.vn/a.jpg",
        "//photo.zdn.vn/a.jpg",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost/a.jpg",
        "https://[::1]/a.jpg",
        "https://example.com/a.jpg",
        "https://zdn.vn.example.com/a.jpg",
        "https://evilzdn.vn/a.jpg",
        "https://photo.zdn.vn@example.com/a.jpg",
        "https://user:secret@photo.zdn.vn/a.jpg",
        "https://photo.zdn.vn:8443/a.jpg",
        "https://photo.zdn.vn:99999999/a.jpg",
        "https://x.files.zalo.me/a.jpg",
        "https://[::1",
        "a.jpg",
        "",
    ],
)
async def test_other_addresses_are_not_even_asked(url: str) -> None:
    far = Far()
    with pytest.raises(UnfetchableError) as refused:
        await far.fetcher().get(url)
    assert refused.value.reason == "not_allowed"
    assert far.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.8",
        "172.16.3.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.8",
        "2002:7f00:1::",
        "not an address",
    ],
)
async def test_a_host_that_leads_inside_is_refused(address: str) -> None:
    assert not is_public(address)
    far = Far(addresses=["203.162.4.191", address])
    with pytest.raises(UnfetchableError) as refused:
        await far.fetcher().get("https://photo.zdn.vn/a.jpg")
    assert refused.value.reason == "not_allowed"
    assert far.asked == []


def test_public_addresses_are_public() -> None:
    assert is_public("203.162.4.191")
    assert is_public("2405:4800::1")


async def test_a_redirect_is_not_followed() -> None:
    far = Far(httpx.Response(302, headers={"Location": "http://169.254.169.254/"}))
    with pytest.raises(UnfetchableError) as refused:
        await far.fetcher().get("https://photo.zdn.vn/a.jpg")
    assert refused.value.reason == "not_allowed"
    assert len(far.asked) == 1


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (httpx.Response(404), "gone"),
        (httpx.Response(403), "gone"),
        (httpx.Response(200, stream=httpx.ByteStream(b"0" * 5001)), "too_large"),
        (
            httpx.Response(200, stream=httpx.ByteStream(b"x"), headers={"Content-Encoding": "br"}),
            "not_readable",
        ),
    ],
)
async def test_ends_have_names(answer: httpx.Response, reason: str) -> None:
    with pytest.raises(UnfetchableError) as refused:
        await Far(answer).fetcher(largest=5000).get("https://photo.zdn.vn/a.jpg")
    assert refused.value.reason == reason


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_what_passes_is_tried_again(status: int) -> None:
    with pytest.raises(TryLaterError):
        await Far(httpx.Response(status)).fetcher().get("https://photo.zdn.vn/a.jpg")


@contextlib.asynccontextmanager
async def dripping() -> AsyncIterator[str]:
    """A server that sends a byte every 50 ms, for ever."""

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while True:
                writer.write(b"0")
                await writer.drain()
                await asyncio.sleep(0.05)
        writer.close()

    sock = listening_socket("127.0.0.1", 0)
    server = await asyncio.start_server(drip, sock=sock)
    async with server:
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"
        server.close()


async def test_a_server_that_drips_is_left_after_a_while() -> None:
    async with dripping() as origin:
        fetcher = Fetcher([origin], seconds=0.4)
        began = asyncio.get_running_loop().time()
        with pytest.raises(TryLaterError):
            await fetcher.get(f"{origin}/a.jpg")
        assert asyncio.get_running_loop().time() - began < 5
        with pytest.raises(UnfetchableError):
            await Fetcher(["http://127.0.0.1:1"]).get(f"{origin}/a.jpg")
        await fetcher.close()
