"""What an officer can press on a ticket's page: read the form, call the desk, say what was done."""

from collections.abc import Awaitable, Callable, Mapping

from bot.console.attaching_verbs import Chosen
from bot.console.gate import Visit
from bot.console.refusals import IncompleteError, InsertError, SeveralError
from bot.desk import Desk, NoReasonError, NoSuchTimeError, TooLateError, UnknownProcedureError
from bot.files import Uploads
from bot.pages.forms import tidy
from storage.records import Closing

LONGEST = 4000  # characters of an answer or a note
Verb = Callable[[Visit, int], Awaitable[str]]


class Verbs:
    """Each returns the word that the page then says was done."""

    def __init__(self, desk: Desk, uploads: Uploads) -> None:
        self._desk = desk
        self._chosen = Chosen(desk, uploads)

    @property
    def by_name(self) -> Mapping[str, Verb]:
        return {
            "nhan": self.claim,
            "tra-loi": self.answer,
            "tra-lai": self.release,
            "ghi-chu": self.note,
            "dong": self.close,
            "mo-lai": self.reopen,
            "chuyen": self.forward,
            "gop-y": self.advise,
            "lay-lai": self.recall,
            "hien-so": self.unmask,
            "tra-bot": self.give_back,
            "hoan-tac": self.undo,
            "nhap": self.draft,
            "dinh-kem": self.attach,
            "go-tep": self.detach,
            "chan": self.block,
            "bo-chan": self.unblock,
        }

    async def claim(self, visit: Visit, ticket_id: int) -> str:
        await self._desk.claim(visit.officer, ticket_id)
        return "nhan"

    async def answer(self, visit: Visit, ticket_id: int) -> str:
        files = await self._chosen.attach(visit, ticket_id)
        if visit.form.get("chen"):
            await self._insert(visit, ticket_id)
        text, key = text_of(visit, "text"), key_of(visit)
        await self._desk.answer(
            visit.officer, ticket_id, text, seen_message_id=seen_of(visit), key=key, files=files
        )
        return "tra-loi" if self._desk.sends_at_once else "cho-gui"

    async def undo(self, visit: Visit, ticket_id: int) -> str:
        try:
            await self._desk.undo(visit.officer, ticket_id)
        except TooLateError as error:
            raise IncompleteError("too_late") from error
        return "hoan-tac"

    async def attach(self, visit: Visit, ticket_id: int) -> str:
        """The words beside it are kept, whether the file is taken or not."""
        await self._keep(visit, ticket_id)
        if not visit.files:
            raise IncompleteError("no_file")
        await self._chosen.attach(visit, ticket_id)
        return "dinh-kem"

    async def detach(self, visit: Visit, ticket_id: int) -> str:
        await self._keep(visit, ticket_id)
        await self._chosen.detach(visit, ticket_id)
        return "go-tep"

    async def draft(self, visit: Visit, ticket_id: int) -> str:
        """Saved by the page as one types (`kind` says which box), or by a button where there is no script."""
        await self._chosen.attach(visit, ticket_id)
        await self._keep(visit, ticket_id)
        return "nhap"

    async def _keep(self, visit: Visit, ticket_id: int) -> None:
        form = visit.form
        kind = form.get("kind", "text")
        text = form.get(kind, "")[:LONGEST]
        try:
            await self._desk.save_draft(visit.officer, ticket_id, kind, text, key=form.get("key", ""))
        except ValueError as error:
            raise IncompleteError("stale") from error

    async def block(self, visit: Visit, ticket_id: int) -> str:
        days, reason = visit.form.get("so_ngay", ""), _shortened(visit, "vi_sao")
        if not reason:
            raise IncompleteError("block_reason")
        try:
            await self._desk.block(visit.officer, ticket_id, int(days) if days.isdecimal() else 0, reason)
        except NoSuchTimeError as error:
            raise IncompleteError("block_days") from error
        return "chan"

    async def unblock(self, visit: Visit, ticket_id: int) -> str:
        await self._desk.unblock(visit.officer, ticket_id)
        return "bo-chan"

    async def give_back(self, visit: Visit, ticket_id: int) -> str:
        await self._desk.give_back(visit.officer, ticket_id)
        return "tra-bot"

    async def release(self, visit: Visit, ticket_id: int) -> str:
        await self._desk.release(visit.officer, ticket_id, tidy(visit.form.get("note", ""))[:LONGEST])
        return "tra-lai"

    async def note(self, visit: Visit, ticket_id: int) -> str:
        await self._desk.note(visit.officer, ticket_id, text_of(visit, "note"), key=key_of(visit))
        return "ghi-chu"

    async def close(self, visit: Visit, ticket_id: int) -> str:
        detail = tidy(visit.form.get("detail", ""))[:LONGEST]
        try:
            closing = Closing(visit.form.get("closing", ""))
        except ValueError as error:
            raise IncompleteError("closing") from error
        if closing in (Closing.REFUSED, Closing.NOT_OURS) and not detail:
            raise IncompleteError(f"detail_{closing}")
        await self._desk.close(
            visit.officer,
            ticket_id,
            closing,
            detail,
            meant=self._meant(visit),
            wording=visit.form.get("cach_hoi"),
            seen_message_id=seen_of(visit) if visit.form.get("seen") else None,
        )
        return "dong"

    def _meant(self, visit: Visit) -> str:
        """The procedure that was tapped, or named; empty when none was."""
        named = _shortened(visit, "thu_tuc_khac") or visit.form.get("thu_tuc", "")
        try:
            return self._desk.meant(named) if named else ""
        except UnknownProcedureError as error:
            raise IncompleteError("procedure") from error

    async def reopen(self, visit: Visit, ticket_id: int) -> str:
        await self._desk.reopen(visit.officer, ticket_id)
        return "mo-lai"

    async def forward(self, visit: Visit, ticket_id: int) -> str:
        department, _, person = visit.form.get("den", "").partition(":")
        if not department or not (person == "" or (person.isascii() and person.isdigit())):
            raise IncompleteError("target")
        try:
            await self._desk.forward(
                visit.officer,
                ticket_id,
                department,
                _shortened(visit, "ly_do"),
                _shortened(visit, "viec"),
                to=int(person) if person else None,
            )
        except NoReasonError as error:
            raise IncompleteError("forward_reason") from error
        return "chuyen"

    async def advise(self, visit: Visit, ticket_id: int) -> str:
        await self._desk.advise(visit.officer, ticket_id, text_of(visit, "advice"), key=key_of(visit))
        return "gop-y"

    async def recall(self, visit: Visit, ticket_id: int) -> str:
        await self._desk.recall(visit.officer, ticket_id)
        return "lay-lai"

    async def unmask(self, visit: Visit, ticket_id: int) -> str:
        try:
            await self._desk.unmask(visit.officer, ticket_id, _shortened(visit, "vi_sao"))
        except NoReasonError as error:
            raise IncompleteError("unmask_reason") from error
        return "hien-so"

    async def _insert(self, visit: Visit, ticket_id: int) -> None:
        """Behind what was typed already; nothing is sent by this."""
        token = visit.form.get("san", "")
        if visit.form.get("chen") == "ten":
            token = f"thu-tuc:{self._named(_shortened(visit, 'ten'))}"
        words = await self._desk.put_in(visit.officer, ticket_id, token)
        typed = tidy(visit.form.get("text", ""))
        raise InsertError(f"{typed}\n\n{words}" if typed else words)

    def _named(self, name: str) -> str:
        """The code of the one procedure that was named. Raises SeveralError."""
        if not name:
            raise IncompleteError("procedure")
        try:
            codes = self._desk.named(name)
        except UnknownProcedureError as error:
            raise IncompleteError("procedure") from error
        if len(codes) > 1:
            raise SeveralError(codes)
        return codes[0]


def _shortened(visit: Visit, name: str) -> str:
    return tidy(visit.form.get(name, ""))[:LONGEST]


def text_of(visit: Visit, name: str) -> str:
    text = tidy(visit.form.get(name, ""))
    if not text:
        raise IncompleteError("empty")
    if len(text) > LONGEST:
        raise IncompleteError("too_long")
    return text


def seen_of(visit: Visit) -> int:
    """The newest message that was on the page."""
    seen = visit.form.get("seen", "")
    if not (seen.isascii() and seen.isdigit()):
        raise IncompleteError("stale")
    return int(seen)


def key_of(visit: Visit) -> str:
    """The form's own id: pressed twice, it happens once."""
    key = visit.form.get("key", "")
    if not key or len(key) > 64:
        raise IncompleteError("stale")
    return key
