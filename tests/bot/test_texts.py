"""Texts: what code names exists in both languages, what exists is named, and code holds no sentence."""

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from string import Formatter

import pytest

from bot.channels.telegram_polling import COMMANDS
from bot.channels.web.transcript import Side
from bot.console import petition_views
from bot.console.filing_views import SAID
from bot.console.staff import LANGUAGES as SPOKEN
from bot.conversation.dossier_news import News
from bot.conversation.filing import Elsewhere
from bot.conversation.filing_outcomes import NotShown
from bot.desk import PLACES, VARIABLES, Held
from bot.desk.filing import View
from bot.files import Reason as Refused
from bot.files.quality import Remark
from bot.messages import Request
from bot.pages import errors
from bot.registry.rows import STAGES
from bot.reports.export import COLUMNS, RATED, REPLIED, WORDED
from bot.texts import LANGUAGES, MissingTextError, Texts
from bot.worktime import WEEKDAYS
from intents.catalog import Fact, Letter, WayKind
from intents.reading import Danger, Part
from storage.petition_records import ENDED, PetitionKind, PetitionStatus, PetitionView
from storage.records import (
    Closing,
    Purpose,
    QueueView,
    RatingReason,
    Reason,
    Role,
    SubmissionStatus,
    TicketStatus,
)
from tests.bot.text_keys import BOT, Named, calls, literals, modules, named

NUMBER = re.compile(r"\d+")
VIETNAMESE = re.compile(
    r"[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE
)


def _values(kind: type[StrEnum], *, without: Iterable[StrEnum] = ()) -> tuple[str, ...]:
    return tuple(each.value for each in kind if each not in without)


# What may stand in the place of `{}`, for every key that is made from a value.
POSTERS = ("web", "telegram", "zalo_oa", "zalo_bot")
EVENTS = (
    "sent",
    "supplemented",
    "confirmed",
    "looked",
    "accepted",
    "supplement",
    "refused",
    "booked",
    "unbooked",
    "redacted",
    "forwarded",
    "finished",
    "handed_over",
    "postponed",
    "seen_by_owner",
    "photos_asked",
    "photos_released",
    "photos_denied",
    "seen_elsewhere",
    "supplement_by_source",
    "supplement_settled",
    "taken_up",
    "brought",
    "corrected",
)
PHONES = ("zalo", "telegram")
VALUES: dict[str, tuple[str, ...]] = {
    "simulator.{}.name": PHONES,
    "simulator.{}.kind": PHONES,
    "simulator.{}.empty": PHONES,
    "simulator.{}.begin": PHONES,
    "simulator.{}.leave": PHONES,
    "console.filed.done.{}": tuple(SAID),
    "console.filed.event.{}": EVENTS,
    "console.filed.problem.{}": (
        "boxes",
        "code",
        "day",
        "reason",
        "release",
        "slot",
        "slot_full",
        "supplement",
    ),
    "console.filed.remark.{}": _values(Remark),
    "console.filed.status.{}": _values(SubmissionStatus),
    "console.filed.view.{}": _values(View),
    "news.{}": _values(News, without=(News.LETTER, News.RATING)),
    "news.letter.{}": _values(Letter),
    "registry.finding.{}": ("answers", "unreadable", "no_answer", "never", "fresh", "behind"),
    "registry.problem.{}": (
        "timeout",
        "unreachable",
        "busy",
        "refused",
        "not_json",
        "too_large",
        "no_items",
        "circle",
    ),
    "filing.elsewhere.{}": _values(Elsewhere),
    "filing.photos.{}": _values(NotShown),
    "filing.problem.{}": ("no_photo", "short_address", "nothing_to_send", "not_confirmed", "photo_kept"),
    "filing.remark.{}": _values(Remark),
    "filing.status.{}": _values(SubmissionStatus),
    "filing.who.{}": ("self", "child", "relative"),
    "consent.{}": _values(Purpose),
    "consent.purpose.{}": _values(Purpose),
    "consent.refused.{}": _values(Purpose),
    "console.channel.{}": ("web", "telegram", "zalo_oa", "zalo_bot", "terminal", "counter"),
    "console.closing.{}": _values(Closing),
    "console.canned.variable.{}": VARIABLES,
    "console.give.problem.{}": ("deadline", "note", "away", "person"),
    "console.held.{}": _values(Held),
    "channel.{}": (
        "token_until",
        "token_dying",
        "token_refused",
        "token_missing",
        "token_to_come",
        "token_unknown",
        "webhook",
        "webhook_address",
        "webhook_other",
        "polling",
        "signature",
        "signature_wrong",
        "answers",
        "no_answer",
        "not_verified",
        "clock",
        "no_event_yet",
        "last_event",
        "window",
        "window_template",
        "token_revoked",
        "app_secret_wrong",
        "zalo_refuses",
        "silent",
        "clock_off",
        "telegram_token",
        "bot_token",
        "webhook_none",
        "webhook_secret",
        "webhook_failing",
    ),
    "console.file.{}": ("image", "file", "voice", "video"),
    "console.file.problem.{}": (
        "not_allowed",
        "too_large",
        "gone",
        "unknown_kind",
        "deleted",
        "gave_up",
        "filed",
    ),
    "console.attach.problem.{}": _values(Refused),
    "console.language.{}": ("km",),
    "console.undelivered.{}": (
        "blocked",
        "left",
        "window_closed",
        "rejected",
        "unreachable",
        "gave_up",
        "against_platform_rules",
        "template_refused",
        "unknown_address",
        "erased",
        "pull_channel",
    ),
    "console.written.{}": ("noted", "advised"),
    "console.canned.kind.{}": ("dossier", "found", "procedure", "similar"),
    "console.enter.at.{}": PLACES,
    "console.proposal.done.{}": ("nhan", "bo", "muon"),
    "console.group.why.{}": ("held", "moved_on", "taken", "gone"),
    "console.done.{}": (
        "dinh-kem",
        "go-tep",
        "nhan",
        "tra-loi",
        "tra-lai",
        "ghi-chu",
        "dong",
        "mo-lai",
        "hoan-tac",
        "chan",
        "bo-chan",
        "nhap",
        "cho-gui",
        "chuyen",
        "gop-y",
        "lay-lai",
        "hien-so",
        "tra-bot",
    ),
    "console.event.{}": (
        "given",
        "opened",
        "claimed",
        "released",
        "answered",
        "noted",
        "forwarded",
        "closed",
        "reopened",
        "advised",
        "recalled",
        "returned",
        "promise_broken",
        "supervisor_told",
        "blocked",
        "unblocked",
        "not_sent",
        "to_supervisor",
        "unmasked",
        "elsewhere",
        "given_back",
    ),
    "console.invitation.{}": ("short", "long", "common", "different"),
    "console.problem.{}": (
        "no_file",
        "too_many_files",
        "empty",
        "too_long",
        "closing",
        "detail_refused",
        "detail_not_ours",
        "stale",
        "target",
        "forward_reason",
        "too_late",
        "procedure",
        "block_reason",
        "block_days",
        "unmask_reason",
    ),
    "console.queue.empty.{}": _values(QueueView, without=[QueueView.DEPARTMENT]),
    "console.reason.{}": _values(Reason),
    "console.report.{}": (
        "state",
        "ticket",
        "question",
        "holder",
        "department",
        "promised",
        "by_department",
        "by_channel",
        "by_officer",
        "by_week",
        "by_day",
        "most_asked",
        "most_failed",
        "reasons",
        "rated_agencies",
        "rated_handlers",
        *REPLIED,
        *WORDED,
    ),
    "console.report.column.{}": (*COLUMNS, *RATED),
    "console.role.{}": _values(Role),
    "console.sso.{}": ("unreachable", "refused", "invalid", "stale", "unknown", "busy"),
    "console.speaker.{}": ("citizen", "bot", "officer", "system"),
    "console.staff.language.{}": SPOKEN,
    "console.staff.problem.{}": (
        "username",
        "taken",
        "name",
        "role",
        "department",
        "no_department",
        "language",
        "email",
        "email_taken",
        "last_admin",
        "oneself",
    ),
    "console.staff.state.{}": ("active", "waiting", "disabled"),
    "console.status.{}": _values(TicketStatus),
    "console.view.{}": _values(QueueView, without=[QueueView.DEPARTMENT]),
    "dossier.detail.{}": ("procedure", "holder", "handler", "missing", "result_place", "late_reason"),
    "dossier.stage.s{}": tuple(str(stage) for stage in STAGES),
    "menu.{}": _values(Part),
    "pages.error.{}.text": (*map(str, sorted(errors._KNOWN)), "400", "500"),
    "pages.error.{}.title": (*map(str, sorted(errors._KNOWN)), "400", "500"),
    "files.problem.{}": _values(Refused),
    "console.petitions.done.{}": petition_views.SAID,
    "console.petitions.event.{}": (
        *("filed", "taken", "forwarded", "rerouted", "reopened", "added", "looked", "late"),
        *_values(PetitionStatus, without=[each for each in PetitionStatus if each not in ENDED]),
    ),
    "console.petitions.view.{}": _values(PetitionView),
    "console.petitions.{}": ("late", "near"),
    "petition.notice.{}": ("forwarded", "rerouted", *map(str, ENDED)),
    "petition.notice.followed.{}": tuple(map(str, ENDED)),
    "petition.choice.{}": _values(PetitionKind),
    "petition.ask.{}": _values(PetitionKind),
    "petition.kind.{}": _values(PetitionKind),
    "petition.status.{}": _values(PetitionStatus),
    "procedure.fact.{}": _values(Fact),
    "procedure.way.{}": _values(WayKind),
    "rating.reason.{}": _values(RatingReason),
    "rating.level.l{}": ("1", "2", "3", "4", "5"),
    "talk.decline.{}": ("unlawful", "injection", "politics", "abuse"),
    "talk.emergency.{}": _values(Danger),
    "talk.unknowing.{}": ("other", "dossier_code", "dossier_factor"),
    "telegram.ask.{}": _values(Request),
    "telegram.command.{}": COMMANDS,
    "ticket.closed.{}": _values(Closing),
    "ticket.opened.{}": _values(Reason, without=[Reason.WALK_IN]),
    "time.day_short.{}": WEEKDAYS,
    "time.weekday.d{}": tuple(str(day) for day in range(7)),
    **{f"poster.{{}}.{part}": POSTERS for part in ("where", "step1", "step2", "step3")},
    "web.sent.{}": ("image", "file", "voice"),
    "web.problem.{}": ("no_file", "empty", "too_long", "unreadable", "slow_down", "unavailable"),
    "web.speaker.{}": _values(Side),
}


@cache
def found() -> Named:
    return named()


@cache
def made() -> dict[str, str]:
    """The keys that patterns stand for."""
    return {
        pattern.replace("{}", value): place
        for pattern, place in found().patterns.items()
        for value in VALUES.get(pattern, ())
    }


def test_the_walk_sees_what_stands_in_code_and_in_templates() -> None:
    assert {
        "talk.scam",
        "menu.send",
        "ticket.claimed",
        "web.title",
        "console.log_out",
    } <= found().asked.keys()
    assert len(found().asked) > 200


def test_every_key_that_is_made_from_a_value_has_its_values_here() -> None:
    assert found().patterns.keys() - VALUES.keys() == set(), "add the values to VALUES"
    assert VALUES.keys() - found().patterns.keys() == set(), "no code makes these keys any more"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_in_use_has_a_text(language: str) -> None:
    texts = Texts.load(language)
    needed = {**made(), **found().asked}
    assert {key: place for key, place in needed.items() if not texts.has(key)} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_in_use(language: str) -> None:
    used = made().keys() | found().asked.keys() | found().mentioned.keys()
    assert Texts.load(language).entries.keys() - used == set()


def test_both_languages_say_the_same_with_the_same_facts() -> None:
    vietnamese, english = Texts.load("vi").entries, Texts.load("en").entries
    assert vietnamese.keys() == english.keys()
    differing = {
        key: (_placeholders(vietnamese[key]), _placeholders(english[key]))
        for key in vietnamese
        if _placeholders(vietnamese[key]) != _placeholders(english[key])
    }
    assert differing == {}


def test_code_gives_each_text_the_facts_it_needs() -> None:
    texts = Texts.load()
    lacking = {
        f"{place} {key}": lacks
        for key, facts, place in calls()
        if texts.has(key) and (lacks := _placeholders(texts.entries[key]) - facts)
    }
    assert lacking == {}


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_or_has_stray_spaces(language: str) -> None:
    entries = Texts.load(language).entries
    assert [
        key for key, text in entries.items() if not text.strip() or text != text.strip() or "  " in text
    ] == []


def test_english_texts_are_english() -> None:
    """Names of Vietnamese things stay; sentences in Vietnamese would show in their everyday words."""
    left_over = re.compile(r"\b(anh/chị|dạ|ạ|giúp em|hồ sơ của|cán bộ|không phải)\b", re.IGNORECASE)
    assert {key: text for key, text in Texts.load("en").entries.items() if left_over.search(text)} == {}


def test_emergency_numbers_are_the_same_in_both_languages() -> None:
    vietnamese, english = Texts.load("vi"), Texts.load("en")
    for danger in Danger:
        key = f"talk.emergency.{danger.value}"
        assert sorted(NUMBER.findall(vietnamese(key))) == sorted(NUMBER.findall(english(key))), key


def _of_the_talk(path: str) -> bool:
    return path.startswith(("conversation/", "actions/", "desk/")) or path == "assistant.py"


def test_code_that_talks_holds_no_vietnamese_sentence() -> None:
    sentences = [
        f"{path.relative_to(BOT)}:{node.lineno} {node.value!r}"
        for path, tree in modules()
        if _of_the_talk(path.relative_to(BOT).as_posix())
        for node in literals(tree)
        if VIETNAMESE.search(str(node.value))
    ]
    assert sentences == []


@pytest.mark.parametrize(
    ("pronoun", "said"),
    [
        (None, "Anh/chị cần gì, anh/chị nói em"),
        ("bác", "Bác cần gì, bác nói em"),
        ("em", "Anh/chị cần gì, anh/chị nói em"),
    ],
)
def test_people_are_called_as_they_call_themselves(pronoun: str | None, said: str) -> None:
    texts = Texts("vi", {"talk.x": "Anh/chị cần gì, anh/chị nói em"}).addressing(pronoun)
    assert texts("talk.x") == said


def test_what_is_put_into_a_text_is_never_read_as_a_template() -> None:
    texts = Texts("vi", {"talk.x": "Anh/chị viết: {text}"}).addressing("bác")
    assert texts("talk.x", text="{secret} anh/chị {0}") == "Bác viết: {secret} anh/chị {0}"


def test_a_key_that_nobody_wrote_is_an_error() -> None:
    with pytest.raises(MissingTextError):
        Texts.load()("talk.no_such_thing")


def test_an_unknown_language_speaks_vietnamese() -> None:
    thanks = {language: Texts.load(language)("talk.thanks") for language in ("km", "vi", "en")}
    assert thanks["km"] == thanks["vi"] != thanks["en"]
