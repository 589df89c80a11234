"""The web server of one process: its socket, its signals, its end."""

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.applications import Starlette

GRACE = 5  # seconds that open requests get when the server stops
PORTS_TRIED = 20
ADDRESS = "address"  # file in the data folder


async def listen(app: "Starlette", sockets: list[socket.socket], proxies: tuple[str, ...]) -> None:
    import uvicorn
    from sse_starlette.sse import AppStatus

    class Server(uvicorn.Server):
        """Signals are ours: the first one ends cleanly, the second at once."""

        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield

    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,  # paths hold one-time tokens
        timeout_graceful_shutdown=GRACE,
        lifespan="off",
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
    )
    server = Server(config)
    loop = asyncio.get_running_loop()

    def stop() -> None:
        if server.should_exit:
            os._exit(1)
        server.should_exit = True
        AppStatus.should_exit = True  # pages that listen end now, not after the grace that requests get

    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop)
    try:
        await server.serve(sockets=sockets)
    finally:
        AppStatus.should_exit = (
            False  # it belongs to the process: a server started after this one listens again
        )
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(name)


@contextlib.contextmanager
def announced(folder: Path, address: str) -> Iterator[None]:
    """While the server listens, commands beside it find its address in the data folder: a port may be taken."""
    file = folder / ADDRESS
    file.write_text(address, "utf-8")
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def address_in(folder: Path) -> str | None:
    """Where the server of this data folder listens, as it said itself."""
    try:
        return (folder / ADDRESS).read_text("utf-8").strip() or None
    except OSError:
        return None


def listening_socket(host: str, port: int, *, search: bool = False) -> socket.socket:
    """A socket on `port`; with `search` on the next free one. Raises OSError when none is free."""
    for candidate in range(port, port + (PORTS_TRIED if search else 1)):
        try:
            return socket.create_server((host, candidate), reuse_port=False, backlog=2048)
        except OSError as error:
            if candidate == port + (PORTS_TRIED if search else 1) - 1:
                raise OSError(error.errno, f"{host}:{port}: {error.strerror}") from error
    raise AssertionError
