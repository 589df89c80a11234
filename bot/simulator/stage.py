"""The page of `motcua demo` with two phones on it: what a citizen sees on Zalo and on Telegram."""

import asyncio
import secrets
from collections.abc import Mapping, Sequence

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.pages import words
from bot.pages.forms import ForeignFormError, same_origin
from bot.pages.headers import policy
from bot.pages.site import Site
from bot.ports import Clock
from bot.simulator.phones import Phone, Sent
from bot.simulator.sound import VOICE

PLACE = "/gia-lap"
PATIENCE = 20.0  # seconds a page waits for news before it asks again
_LOOK = 0.15  # seconds between two looks at a phone
_LONGEST = 4000  # characters a person types at once
_LARGEST = 6 << 20  # bytes of a file; Zalo takes five
_MOST = 10  # files at once: an album of Telegram


class Stage:
    def __init__(self, site: Site, phones: Sequence[Phone], clock: Clock) -> None:
        self._site = site
        self._phones = {phone.name: phone for phone in phones}
        self._clock = clock
        site.use("simulator", "bot.simulator")

    def routes(self) -> list[BaseRoute]:
        return [
            Route(PLACE, self._page),
            Route(PLACE + "/may", self._news),
            Route(PLACE + "/tep/{phone}/{number:int}", self._file),
            Route(PLACE + "/{phone}", self._sent, methods=["POST"]),
        ]

    async def _page(self, request: Request) -> Response:
        del request
        shown = {name: self._shown(phone) for name, phone in self._phones.items()}
        return self._site.page("simulator/stage.html", shown=shown, place=PLACE)

    async def _news(self, request: Request) -> Response:
        """The phones that have changed since the page saw them; waits until one has."""
        loop = asyncio.get_running_loop()
        until = loop.time() + PATIENCE
        while not (changed := self._changed(request.query_params)):
            if loop.time() >= until or await request.is_disconnected():
                break
            await asyncio.sleep(_LOOK)
        return JSONResponse({name: self._shown(self._phones[name]) for name in changed})

    def _changed(self, seen: Mapping[str, str]) -> list[str]:
        return [name for name, phone in self._phones.items() if seen.get(name) != phone.version()]

    async def _sent(self, request: Request) -> Response:
        if not same_origin(request, self._site.public_url):
            raise ForeignFormError
        phone = self._phones.get(request.path_params["phone"])
        if phone is None:
            return Response(status_code=404)
        async with request.form(max_files=_MOST, max_part_size=_LARGEST) as form:
            chosen = await _chosen(form)
        for sent in chosen:
            await phone.act(sent)
        if request.headers.get("x-requested-with") == "fetch":
            return Response(status_code=204)
        await asyncio.sleep(1.5)  # without script: the answer is likely there by then
        return RedirectResponse(f"{PLACE}#{phone.name}", 303)

    async def _file(self, request: Request) -> Response:
        phone, number = self._phones.get(request.path_params["phone"]), request.path_params["number"]
        file = next((each.file for each in phone.bubbles() if each.number == number), None) if phone else None
        if file is None:
            return Response(status_code=404)
        kind = "image/jpeg" if file.shown else VOICE if file.heard else "application/octet-stream"
        headers = {"Content-Security-Policy": policy() + "; sandbox"}
        return Response(file.content, media_type=kind, headers=headers)

    def _shown(self, phone: Phone) -> dict[str, str]:
        bubbles = phone.bubbles()
        keyboard = next((each.keyboard for each in reversed(bubbles) if each.keyboard or each.mine), ())
        html = self._site.render(
            "simulator/phone.html",
            phone=phone,
            bubbles=bubbles,
            keyboard=keyboard,
            state=phone.state(),
            place=PLACE,
            moment=lambda at: words.moment(self._site.texts, at, self._clock.now()),
            clock_time=words.clock_time,
        )
        return {"version": phone.version(), "html": html}


async def _chosen(form: FormData) -> list[Sent]:
    """What to do, one after the other. What was typed goes with the first of several files."""
    act, _, value = str(form.get("act", "text")).partition(":")
    value = value or str(form.get("text", ""))[:_LONGEST].strip()
    if act != "text":
        return [Sent(act, value)]
    files = [
        (each, await each.read(_LARGEST)) for each in form.getlist("file") if isinstance(each, UploadFile)
    ]
    given = [(file.filename or "", content) for file, content in files if content]
    album = secrets.token_hex(8) if len(given) > 1 else ""
    texts = [value, *[""] * len(given)]
    found = [Sent("file", text, *file, album) for text, file in zip(texts, given, strict=False)]
    return found or ([Sent("text", value)] if value else [])
