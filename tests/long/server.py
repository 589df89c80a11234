"""A server process to be killed: the real assembly, with a channel whose platform is the test.

`python -m tests.long.server PORT`; settings from the environment as for `motcua serve`.
"""

import asyncio
import base64
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import logs
from bot.app import application, assembled, run
from bot.config import Settings
from bot.files import Uploads
from bot.listening import listening_socket
from bot.messages import Attachment, Capabilities, Incoming, Kind, Reply
from bot.ports import Inbox
from storage.errors import UnavailableError
from storage.records import AddressKey, InboxEntry, StoredFile


class PostedChannel:
    """Takes `{"id", "user", "text"}` by POST and answers 200 once it is kept; its replies are read from storage.

    A `photo` (base64) is taken in before the update is, as the web chat does.
    """

    uploads: Uploads

    name = "posted"
    account = "posted"
    capabilities = Capabilities(pull=True)

    def webhook(self, inbox: Inbox) -> tuple[Route, ...]:
        async def receive(request: Request) -> Response:
            update = await request.json()
            key = AddressKey(self.name, self.account, update["user"])
            entry = InboxEntry(self.name, self.account, update["user"], update["id"], update)
            try:
                if photo := update.pop("photo", None):
                    taken = await self.uploads.accept(base64.b64decode(photo), name="anh.jpg", owner=key)
                    assert isinstance(taken, StoredFile)
                    update["file"] = taken.id
                await inbox.receive([entry])
            except UnavailableError:
                return Response(status_code=503, headers={"Retry-After": "1"})
            return Response(status_code=200)

        return (Route("/posted", receive, methods=["POST"]),)

    def read(self, payload: Mapping[str, Any], key: AddressKey, received_at: datetime) -> Incoming | None:
        button = payload.get("button")
        kind = Kind.BUTTON if button else Kind.IMAGE if "file" in payload else Kind.TEXT
        photos = (Attachment(kind, "", stored=payload["file"]),) if "file" in payload else ()
        text = payload.get("text", "")
        return Incoming(key, payload["id"], received_at, kind, text=text, button=button, attachments=photos)

    async def send(self, key: AddressKey, reply: Reply) -> str | None:
        raise NotImplementedError("a pull channel sends nothing")


async def main(port: int) -> None:
    logs.configure("json", "ERROR")
    sock = listening_socket("127.0.0.1", port)
    channel = PostedChannel()
    async with assembled(Settings(), server=True, channels={"posted": channel}) as parts:
        channel.uploads = parts.uploads
        await parts.live.ready()  # so that a kill hits turns, not the preparations for them
        await run(parts, application(parts), [sock])


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
