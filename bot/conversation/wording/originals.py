"""Where the originals are brought, in words: for the chat, the officer's notice and the calendar."""

from bot.conversation.wording.places import agency_of
from bot.texts import Texts
from intents.catalog import Catalog, Procedure
from storage.records import Submission


def address(procedure: Procedure, submission: Submission, catalog: Catalog) -> str:
    """One line: the desk with its address, else what the entry or the agency is called."""
    desk = catalog.desk_for(procedure, submission.commune)
    return f"{desk.name}, {desk.address}" if desk else agency_of(procedure, catalog)


def brought_to(procedure: Procedure, submission: Submission, catalog: Catalog, texts: Texts) -> str:
    """The same as a sentence, and who to call where nobody has confirmed the address."""
    where = texts("filing.bring_to", place=address(procedure, submission, catalog))
    desk = catalog.desk_for(procedure, submission.commune)
    if desk is None or not desk.unconfirmed:
        return where
    hotline = desk.phone or catalog.province.hotline
    return f"{where} {texts('place.unconfirmed', hotline=hotline)}"
