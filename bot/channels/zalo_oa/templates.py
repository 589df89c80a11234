"""Approved templates (ZBS) for whom the window is closed: by user id, else to a proved phone number.

The words were approved beforehand; the day is all that is put in.
"""

import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog

from bot.channels.received import word
from bot.channels.zalo_oa.calls import Calls
from bot.channels.zalo_oa.client import RefusedError
from bot.channels.zalo_oa.errors import by_user_impossible, meaning
from bot.ports import Clock, WindowClosedError
from bot.texts import VIETNAM
from storage.database import Database
from storage.records import AddressKey

log = structlog.get_logger()

BY_USER = "/v3.0/oa/message/template"
BY_PHONE = "/message/template"

Phones = Callable[[AddressKey], Awaitable[str | None]]


class Templates:
    def __init__(
        self,
        calls: Calls,
        clock: Clock,
        phones: Phones,
        by_user: Mapping[str, str],
        by_phone: Mapping[str, str],
    ) -> None:
        """`by_user`, `by_phone`: the ids that Zalo gave to the templates, by our name. `phones`: a person's proved
        number, which alone is written to: a mistyped one would be a stranger's."""
        self._calls = calls
        self._clock = clock
        self._phones = phones
        self._by_user = by_user
        self._by_phone = by_phone

    @property
    def names(self) -> frozenset[str]:
        return frozenset((*self._by_user, *self._by_phone))

    async def send(self, key: AddressKey, name: str) -> str | None:
        """Zalo's id of the message. Raises TryLaterError, UndeliverableError, UnavailableError."""
        told: RefusedError | None = None
        if key.user_id.isdigit() and name in self._by_user:
            try:
                return await self._to_user(key.user_id, self._by_user[name])
            except RefusedError as error:
                if not by_user_impossible(error):
                    raise meaning(error, self._clock.now()) from error
                told = error
        phone = await self._phones(key) if name in self._by_phone else None
        if phone is None:
            raise meaning(told, self._clock.now()) if told else WindowClosedError("no template for it")
        try:
            return await self._to_phone(phone, self._by_phone[name])
        except RefusedError as error:
            raise meaning(error, self._clock.now()) from error

    async def _to_user(self, user: str, template: str) -> str | None:
        content = {"user_id": user, "template_id": template, "template_data": self._data()}
        return word((await self._calls.post(BY_USER, content)).get("message_id")) or None

    async def _to_phone(self, phone: str, template: str) -> str | None:
        content = {
            "phone": phone,
            "template_id": template,
            "template_data": self._data(),
            "tracking_id": uuid.uuid4().hex,  # Zalo wants one; what became of it nobody asks by it
        }
        return word((await self._calls.business(BY_PHONE, content)).get("msg_id")) or None

    def _data(self) -> dict[str, Any]:
        return {"ngay": self._clock.now().astimezone(VIETNAM).strftime("%d/%m/%Y")}


def proved_phones(database: Database) -> Phones:
    """Numbers of which a channel said that they are the person's, as Zalo wants them: 84…"""

    async def phone_of(key: AddressKey) -> str | None:
        async with database.reading() as uow:
            contact = await uow.citizens.find(key)
        if contact is None or not contact.phone or not contact.phone_proved:
            return None
        digits = "".join(each for each in contact.phone if each in "0123456789")
        return digits if digits.startswith("84") else f"84{digits.removeprefix('0')}"

    return phone_of
