"""A phone with Zalo on it, in front of the simulated OA."""

import itertools
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.simulator import zalo_events as events
from bot.simulator.phones import Bubble, Does, Handed, Picture, Press, Sent, Standing, timed
from bot.simulator.sound import VOICE, voice
from bot.simulator.zalo_oa import FREE, WINDOW, FakeOa, Fault
from bot.simulator.zalo_webhook import Courier

SLOW = 5.0  # seconds of a slow answer
BUSY, NOT_FOLLOWED = -32, -213
_KINDS = {
    "oa.open.url": (Does.URL, "url"),
    "oa.open.phone": (Does.PHONE, "phone_code"),
}


@dataclass
class ZaloPhone:
    """One citizen at a time; `fresh` is the next one, who has never written."""

    oa: FakeOa
    courier: Courier
    media: str  # address under which the platform keeps what citizens send
    name: str = "zalo"
    twice: bool = False
    handed: Handed | None = None
    user: str = ""
    _lines: list[Bubble] = field(default_factory=list)
    _seen: int = 0
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.fresh()

    def fresh(self) -> None:
        self.user = str(10**18 + secrets.randbelow(9 * 10**18))
        self._lines, self._seen, self.handed = [], 0, None

    def bubbles(self) -> tuple[Bubble, ...]:
        arrived = self.oa.phones.get(self.user, [])
        for message in arrived[self._seen :]:
            self._lines.append(_bubble(next(self._numbers), message, self.oa))
        self._seen = len(arrived)
        return tuple(self._lines)

    def version(self) -> str:
        state = (self.user, len(self.bubbles()), self.handed, self.twice, self.oa.renewals, self.state())
        return str(hash(str(state)))

    def state(self) -> Standing:
        wrote, now = self.oa.wrote_at.get(self.user), self.oa.now()
        return Standing(
            begun=wrote is not None,
            open_until=wrote + WINDOW if wrote and now < wrote + WINDOW else None,
            free_until=wrote + FREE if wrote and now < wrote + FREE else None,
            renewals=self.oa.renewals,
        )

    async def act(self, sent: Sent) -> None:
        match sent.act:
            case "text":
                await self._say(sent.value)
            case "press":
                await self._press(sent.value)
            case "file":
                await self._file(sent)
            case "voice":
                await self._voice()
            case "location":
                await self._attach(
                    "location", {"coordinates": {"latitude": "9.1769", "longitude": "105.1524"}}
                )
            case "sticker":
                await self._attach("sticker", {"id": "46986", "url": f"{self.media}/sticker"}, shown="🙂")
            case "contact":
                await self._submit()
            case "begin":
                await self._bring(events.relation("follow", self.user, self._now()))
            case "leave":
                await self._bring(events.relation("unfollow", self.user, self._now()), opens=False)
                self.oa.faults_of.setdefault(self.user, []).append(Fault("code", NOT_FOLLOWED))
            case "fresh":
                self.fresh()
            case _:
                self._harm(sent.act)

    def _harm(self, kind: str) -> None:
        """What goes wrong with the next answer, or with the platform."""
        next_ones = self.oa.faults_of.setdefault(self.user, [])
        match kind:
            case "twice":
                self.twice = not self.twice
            case "slow":
                next_ones.append(Fault("delay", SLOW))
            case "busy":
                next_ones.append(Fault("code", BUSY, wait=None))
            case "expire":
                self.oa.expire()
            case "week":
                long_ago = self.oa.now() - WINDOW - timedelta(days=1)
                self.oa.wrote_at[self.user] = long_ago

    async def _say(self, text: str) -> None:
        self._mine(text)
        await self._bring(events.typed(text, secrets.token_hex(6), self.user, self._now()))

    async def _press(self, value: str) -> None:
        """A press is the button's payload, written by the citizen and shown to nobody (`oa.query.hide`)."""
        await self._bring(events.typed(value, secrets.token_hex(6), self.user, self._now()))

    async def _file(self, sent: Sent) -> None:
        """A text beside a picture comes with it; beside a file it is a message of its own."""
        url = self._kept(sent.name, sent.content, "image/jpeg" if sent.is_picture else "application/pdf")
        if sent.is_picture:
            self._mine(sent.value, sent.picture)
            told: dict[str, Any] = {"thumbnail": url, "url": url}
            await self._bring(self._attached("image", told, text=sent.value or None))
            return
        self._mine("", sent.picture)
        kind, size = sent.name.rpartition(".")[2], str(len(sent.content))
        told = {"url": url, "size": size, "name": sent.name, "checksum": "", "type": kind}
        await self._bring(self._attached("file", told))
        if sent.value:
            await self._say(sent.value)

    async def _voice(self) -> None:
        said = Sent("voice", name="tin-thoai.wav", content=voice())
        self._mine("", said.picture)
        await self._bring(self._attached("audio", {"url": self._kept(said.name, said.content, VOICE)}))

    def _kept(self, name: str, content: bytes, kind: str) -> str:
        """The address at which the platform keeps it."""
        stored = f"{secrets.token_hex(6)}-{name}"
        self.oa.media[stored] = content, kind
        return f"{self.media}/{stored}"

    async def _attach(self, what: str, payload: Mapping[str, Any], shown: str = "📍") -> None:
        self._mine(shown)
        await self._bring(self._attached(what, payload))

    async def _submit(self) -> None:
        self._mine("84912345678")
        await self._bring(events.submitted(self.user, self._now(), "84912345678", "Nguyễn Văn Út"))

    def _attached(self, what: str, payload: Mapping[str, Any], text: str | None = None) -> dict[str, Any]:
        return events.attached(what, secrets.token_hex(6), self.user, self._now(), payload, text=text)

    async def _bring(self, event: Mapping[str, Any], *, opens: bool = True) -> None:
        if opens:
            self.oa.wrote(self.user)
        self.handed = await timed(lambda: self.courier.post(event), twice=self.twice)

    def _mine(self, text: str, file: Picture | None = None) -> None:
        self.bubbles()  # what has arrived meanwhile stands before it
        self._lines.append(Bubble(next(self._numbers), True, self.oa.now(), text, file=file))

    def _now(self) -> str:
        return str(round(self.oa.now().timestamp() * 1000))


def _bubble(number: int, message: Mapping[str, Any], oa: FakeOa) -> Bubble:
    attachment = message.get("attachment", {})
    payload = attachment.get("payload", {})
    text = str(message.get("text", ""))
    if "template" in message:
        text = json.dumps(message["data"], ensure_ascii=False)
    rows = tuple(_press(each) for each in payload.get("buttons", ()))
    elements = payload.get("elements") or [{}]
    if payload.get("template_type") == "request_user_info":
        text = f"{elements[0]['title']}\n{elements[0]['subtitle']}"
        rows = (Press(elements[0]["title"], Does.CONTACT),)
    file = _file(payload.get("token") or elements[0].get("attachment_id"), oa)
    return Bubble(number, False, oa.now(), text, rows, file=file)


def _press(button: Mapping[str, Any]) -> Press:
    kind = _KINDS.get(button["type"])
    if kind is None:
        return Press(button["title"], Does.TOKEN, button["payload"])
    return Press(button["title"], kind[0], button["payload"][kind[1]])


def _file(identity: str | None, oa: FakeOa) -> Picture | None:
    upload = oa.uploads.get(identity or "")
    if upload is None:
        return None
    return Picture(str(identity), upload.name, upload.kind != "file", upload.content)
