"""Replies to Zalo: a text with at most five buttons under it. What Zalo answers becomes "later" or "never"."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog

from bot.capabilities import ZALO_OA, ZALO_OA_FORM
from bot.capabilities import ZALO_OA_ANONYMOUS as PLAIN
from bot.channels.halfway import Halfway
from bot.channels.received import word
from bot.channels.zalo_oa.calls import Calls
from bot.channels.zalo_oa.client import RefusedError
from bot.channels.zalo_oa.envelope import ANONYMOUS
from bot.channels.zalo_oa.errors import SHAPE, meaning
from bot.channels.zalo_oa.reading import PRESS
from bot.channels.zalo_oa.templates import Templates
from bot.channels.zalo_oa.uploading import Uploading, expired
from bot.messages import Choice, Reply, Request, SentFile
from bot.ports import Clock, Files, TryLaterError, UndeliverableError, WindowClosedError
from bot.render import Call, render
from bot.texts import Texts
from storage.records import AddressKey

log = structlog.get_logger()

CONSULTATION = "/v3.0/oa/message/cs"
TO_ANONYMOUS = "/v2.0/oa/message"


class Sender:
    def __init__(
        self,
        calls: Calls,
        clock: Clock,
        texts: Texts,
        *,
        uploading: Uploading,
        files: Files | None = None,
        contact_image: str | None = None,
        templates: Templates | None = None,
        per_second: float | None = ZALO_OA.per_second,
    ) -> None:
        """`contact_image` is the address of a picture that Zalo's form asking for contact data shows."""
        self._calls = calls
        self._clock = clock
        self._texts = texts
        self._uploading = uploading
        self._files = files
        self._contact_image = contact_image
        self._templates = templates
        self._halfway = Halfway()
        table = ZALO_OA_FORM if contact_image else ZALO_OA
        self.capabilities = replace(table, per_second=per_second)

    @property
    def templates(self) -> frozenset[str]:
        return self._templates.names if self._templates else frozenset()

    async def send(self, key: AddressKey, reply: Reply) -> str | None:
        """The id of the last message. A reply that broke off goes on after the parts that have arrived."""
        path, recipient = _recipient(key.user_id)
        if reply.template:
            if self._templates is None:
                raise WindowClosedError("no template for it")
            return await self._templates.send(key, reply.template)
        can = self.capabilities if path == CONSULTATION else PLAIN
        files = reply.files if can.files else ()
        parts: list[SentFile | Call] = [*files, *render(_dialable(reply), can)]
        reference: str | None = None
        for number in range(self._halfway.arrived(key, reply), len(parts)):
            part = parts[number]
            try:
                if isinstance(part, Call):
                    reference = await self._deliver(path, recipient, part)
                else:
                    reference = await self._file(path, recipient, part.id)
            except TryLaterError:
                self._halfway.remember(key, reply, number)
                raise
        return reference

    async def _file(self, path: str, recipient: Mapping[str, str], file_id: int) -> str | None:
        """What Zalo does not take is named in words, so that it is at least missed."""
        content = await self._files.content(file_id) if self._files else None
        if content is None:
            return await self._say(path, recipient, self._texts("zalo.file.gone"))
        for _ in range(2):  # an upload may expire before its time: then once more
            try:
                message = await self._uploading.message(content)
            except UndeliverableError as error:
                if error.reason != "file_refused":
                    raise
                log.warning("zalo.file_refused", detail=str(error))
                return await self._say(path, recipient, self._texts("zalo.file.refused", name=content.name))
            try:
                return await self._post(path, recipient, message)
            except RefusedError as error:
                if not expired(error):
                    raise meaning(error, self._clock.now()) from error
                await self._uploading.forget(message)
        raise TryLaterError("zalo does not know what was just uploaded")

    async def _say(self, path: str, recipient: Mapping[str, str], text: str) -> str | None:
        try:
            return await self._post(path, recipient, {"text": text})
        except RefusedError as error:
            raise meaning(error, self._clock.now()) from error

    async def _deliver(self, path: str, recipient: Mapping[str, str], call: Call) -> str | None:
        """Buttons that Zalo refuses are said in words instead; without the form, the text has to do."""
        extra = self._attachment(call)
        try:
            if call.request:  # the form carries no text of its own
                await self._post(path, recipient, {"text": call.text})
                return await self._post(path, recipient, extra)
            return await self._post(path, recipient, {"text": call.text, **extra})
        except RefusedError as error:
            if not extra or error.code not in SHAPE:
                raise meaning(error, self._clock.now()) from error
            log.warning("zalo.attachment_refused", code=error.code)
        return await self._in_words(path, recipient, call)

    async def _in_words(self, path: str, recipient: Mapping[str, str], call: Call) -> str | None:
        reference = None
        for said in render(Reply("" if call.request else call.text, choices=call.buttons), PLAIN):
            reference = await self._say(path, recipient, said.text)
        return reference

    async def _post(self, path: str, recipient: Mapping[str, str], message: Mapping[str, Any]) -> str | None:
        """Raises RefusedError, TryLaterError."""
        data = await self._calls.post(path, {"recipient": recipient, "message": message})
        return word(data.get("message_id")) or None

    def _attachment(self, call: Call) -> dict[str, Any]:
        if call.request is Request.CONTACT:
            form = {
                "title": self._texts("zalo.contact.title"),
                "subtitle": self._texts("zalo.contact.subtitle"),
                "image_url": self._contact_image,
            }
            return _template({"template_type": "request_user_info", "elements": [form]})
        return _template({"buttons": [_button(each) for each in call.buttons]}) if call.buttons else {}


def _template(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {"attachment": {"type": "template", "payload": payload}}


def _button(choice: Choice) -> dict[str, Any]:
    """A press comes back as a message of the citizen; `hide` keeps the token out of their sight."""
    if choice.url:
        return {"title": choice.label, "type": "oa.open.url", "payload": {"url": choice.url}}
    if choice.phone:
        return {
            "title": choice.label,
            "type": "oa.open.phone",
            "payload": {"phone_code": _international(choice.phone)},
        }
    return {"title": choice.label, "type": "oa.query.hide", "payload": f"{PRESS}{choice.token}"}


def _recipient(user_id: str) -> tuple[str, dict[str, str]]:
    """Somebody without a Zalo account is answered by another call, and only with text."""
    kind, _, rest = user_id.partition(":")
    if kind != ANONYMOUS:
        if not user_id.isascii() or not user_id.isdigit():
            raise UndeliverableError("unknown_address", "a Zalo user has a number")
        return CONSULTATION, {"user_id": user_id}
    person, _, conversation = rest.partition(":")
    return TO_ANONYMOUS, {"anonymous_id": person, "conversation_id": conversation}


def _dialable(reply: Reply) -> Reply:
    """Zalo's button wants a number with its country: 113 and 1900 numbers are said in the text instead."""
    odd = tuple(each for each in reply.choices if each.phone and _international(each.phone) is None)
    if not odd:
        return reply
    lines = "\n".join(f"{each.label}: {each.phone}" for each in odd)
    rest = tuple(each for each in reply.choices if each not in odd)
    return replace(reply, text=f"{reply.text}\n\n{lines}", choices=rest)


def _international(phone: str) -> str | None:
    digits = "".join(each for each in phone if each in "0123456789")
    national = digits.removeprefix("84") if phone.strip().startswith("+84") else digits.removeprefix("0")
    return f"84{national}" if national != digits and 8 <= len(national) <= 10 else None
