"""The tables. Private to storage: others see `records` only.

Kept apart from the migrations on purpose: a migration is history and never follows these files; a test
compares the two on both databases. Full-text indexes and the audit's triggers are in the migrations alone.
"""

from storage.columns import metadata
from storage.tables.alerting import alerts, link_codes, officer_links
from storage.tables.desk import (
    assignments,
    canned_replies,
    presence,
    promises,
    ratings,
    ticket_events,
    tickets,
)
from storage.tables.filing import (
    appointments,
    dossiers,
    file_pages,
    files,
    lookups,
    slots,
    submission_events,
    submission_parts,
    submissions,
)
from storage.tables.following import dossier_ratings, follows, notices, sources
from storage.tables.house import audit, credentials, done_once, jobs, presses
from storage.tables.people import (
    addresses,
    citizens,
    consents,
    departments,
    invitations,
    joinings,
    login_failures,
    officer_departments,
    officers,
    recovery_codes,
    sessions,
)
from storage.tables.petitioning import petition_events, petition_files, petition_supporters, petitions
from storage.tables.talk import (
    conversations,
    inbox,
    messages,
    outbox,
    paces,
    received_files,
    sent_files,
    uploads,
)
from storage.tables.writing import draft_files, drafts, held_answers, proposals

__all__ = [
    "addresses",
    "alerts",
    "appointments",
    "assignments",
    "audit",
    "canned_replies",
    "citizens",
    "consents",
    "conversations",
    "credentials",
    "departments",
    "done_once",
    "dossier_ratings",
    "dossiers",
    "draft_files",
    "drafts",
    "file_pages",
    "files",
    "follows",
    "held_answers",
    "inbox",
    "invitations",
    "jobs",
    "joinings",
    "link_codes",
    "login_failures",
    "lookups",
    "messages",
    "metadata",
    "notices",
    "officer_departments",
    "officer_links",
    "officers",
    "outbox",
    "paces",
    "petition_events",
    "petition_files",
    "petition_supporters",
    "petitions",
    "presence",
    "presses",
    "promises",
    "proposals",
    "ratings",
    "received_files",
    "recovery_codes",
    "sent_files",
    "sessions",
    "slots",
    "sources",
    "submission_events",
    "submission_parts",
    "submissions",
    "ticket_events",
    "tickets",
    "uploads",
]
