"""Everything under `/can-bo`, and the one-time links under `/moi`."""

from starlette.routing import BaseRoute

from bot.config import Settings
from bot.console import views
from bot.console.account_pages import AccountPages
from bot.console.accounts import Accounts, Lifetimes
from bot.console.alert_pages import AlertPages
from bot.console.canned_pages import CannedPages
from bot.console.catalog_pages import CatalogPages
from bot.console.entry_pages import EntryPages
from bot.console.factor_pages import FactorPages
from bot.console.file_pages import FilePages
from bot.console.filing_pages import FilingPages
from bot.console.gate import Gate
from bot.console.giving_pages import GivingPages
from bot.console.group_pages import GroupPages
from bot.console.live import Live
from bot.console.petition_pages import PetitionPages
from bot.console.poster_pages import PosterPages
from bot.console.proposal_pages import ProposalPages
from bot.console.queue_pages import QueuePages
from bot.console.rating_pages import RatingPages
from bot.console.repeats import Repeats
from bot.console.report_pages import ReportPages
from bot.console.search_pages import SearchPages
from bot.console.sso import Provider, Sso
from bot.console.sso_pages import BACK, BEGIN, SsoPages
from bot.console.staff import Staff
from bot.console.staff_pages import StaffPages
from bot.console.ticket_pages import TicketPages
from bot.desk import Desk
from bot.desk.filing import FilingDesk
from bot.desk.petitions import PetitionDesk
from bot.files import Uploads
from bot.live_catalog import LiveCatalog
from bot.pages.site import Site
from bot.ports import Clock
from bot.reports import Reports
from storage.database import Database
from storage.records import Role


def console_routes(
    site: Site,
    *,
    sso: Provider | None = None,
    database: Database,
    desk: Desk,
    filing: FilingDesk,
    petitions: PetitionDesk,
    reports: Reports,
    uploads: Uploads,
    clock: Clock,
    secret_key: bytes,
    live: LiveCatalog,
    settings: Settings | None = None,
    lifetimes: Lifetimes | None = None,
    second_factor: bool = True,
) -> list[BaseRoute]:
    lifetimes = lifetimes or Lifetimes()
    site.use("console", "bot.console")
    site.define(role=lambda role: views.role(site.texts, Role(role)))
    accounts = Accounts(database, clock, lifetimes, secret_key)
    departments = live.snapshot.catalog.department_by_id.keys()
    repeats = Repeats(database, clock)
    gate = Gate(site, accounts, lifetimes, repeats, second_factor=second_factor)
    return [
        *AccountPages(site, gate, accounts, desk, clock, sso=BEGIN if sso else "").routes(),
        *_sso_routes(site, gate, accounts, sso, clock, secret_key),
        *FactorPages(site, gate, accounts).routes(),
        *QueuePages(site, gate, desk, clock).routes(),
        *TicketPages(site, gate, desk, uploads, database, clock).routes(),
        *FilePages(site, gate, desk, uploads).routes(),
        *FilingPages(site, gate, filing, clock).routes(),
        *PetitionPages(site, gate, petitions, clock).routes(),
        *SearchPages(site, gate, desk, filing, petitions, database, clock).routes(),
        *GroupPages(site, gate, desk, database, clock).routes(),
        *ProposalPages(site, gate, desk).routes(),
        *RatingPages(site, gate, desk).routes(),
        *EntryPages(site, gate, desk).routes(),
        *AlertPages(site, gate, desk, clock).routes(),
        *CannedPages(site, gate, desk).routes(),
        *StaffPages(site, gate, Staff(database, clock, lifetimes, departments), database, clock).routes(),
        *CatalogPages(site, gate, live, clock).routes(),
        *GivingPages(site, gate, desk, clock).routes(),
        *ReportPages(site, gate, reports, database, clock).routes(),
        *PosterPages(site, gate, desk, settings or Settings()).routes(),
        *Live(site, gate, accounts, desk, database).routes(),
    ]


def _sso_routes(
    site: Site, gate: Gate, accounts: Accounts, provider: Provider | None, clock: Clock, key: bytes
) -> list[BaseRoute]:
    if provider is None or site.public_url is None:
        return []
    sso = Sso(provider, f"{site.public_url.rstrip('/')}{BACK}", clock)
    return SsoPages(site, gate, accounts, sso, key).routes()
