"""Replies to Zalo: a text with at most five buttons under it. What Zalo answers becomes "later" or "never"."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog

from bot.channels.halfway import Halfway
from bot.channels.zalo_oa.client import Client, RefusedError
from bot.channels.zalo_oa.envelope import ANONYMOUS
from bot.channels.zalo_oa.errors import SHAPE, TOKEN, meaning
from bot.channels.zalo_oa.reading import PRESS
from bot.channels.zalo_oa.tokens import Tokens
from bot.messages import Capabilities, Choice, Reply, Request
from bot.ports import Clock, TryLaterError, UndeliverableError
from bot.render import Call, render
from bot.texts import Texts
from storage.records import AddressKey

log = structlog.get_logger()

CAPABILITIES = Capabilities(max_text=2000, max_buttons=5, max_label=100, max_token=64, phone_buttons=True)
PLAIN = replace(CAPABILITIES, max_buttons=0)
CONSULTATION = "/v3.0/oa/message/cs"
TO_ANONYMOUS = "/v2.0/oa/message"
TOKENS_TRIED = 3  # ours, the one another process got meanwhile, and a new one


class Sender:
    def __init__(
        self, client: Client, tokens: Tokens, clock: Clock, texts: Texts, contact_image: str | None = None
    ) -> None:
        """`contact_image` is the address of a picture that Zalo's form asking for contact data shows."""
        self._client = client
        self._tokens = tokens
        self._clock = clock
        self._texts = texts
        self._contact_image = contact_image
        self._halfway = Halfway()
        self.capabilities = replace(CAPABILITIES, request_contact=contact_image is not None)

    async def send(self, key: AddressKey, reply: Reply) -> str | None:
        """The id of the last message. A reply that broke off goes on after the parts that have arrived."""
        path, recipient = _recipient(key.user_id)
        calls = render(_dialable(reply), self.capabilities if path == CONSULTATION else PLAIN)
        reference: str | None = None
        for number in range(self._halfway.arrived(key, reply), len(calls)):
            try:
                reference = await self._deliver(path, recipient, calls[number])
            except TryLaterError:
                self._halfway.remember(key, reply, number)
                raise
        return reference

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
        words = render(Reply("" if call.request else call.text, choices=call.buttons), PLAIN)
        try:
            for said in words:
                reference = await self._post(path, recipient, {"text": said.text})
        except RefusedError as error:
            raise meaning(error, self._clock.now()) from error
        return reference

    async def _post(self, path: str, recipient: Mapping[str, str], message: Mapping[str, Any]) -> str | None:
        """With a token that was refused, again with another. Raises RefusedError, TryLaterError."""
        content = {"recipient": recipient, "message": message}
        token = await self._tokens.access()
        for tried in range(1, TOKENS_TRIED + 1):
            try:
                data = await self._client.post(path, content, token)
                break
            except RefusedError as error:
                if error.code not in TOKEN or tried == TOKENS_TRIED:
                    raise
            token = await self._tokens.another(token)
        self._tokens.proved(token)
        reference = data.get("message_id")
        return str(reference) if reference else None

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
