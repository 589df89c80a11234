"""The question itself: a procedure, a topic, small talk, or nothing that was understood."""

from collections.abc import Callable, Sequence
from itertools import zip_longest

from bot.conversation import acts, continuing, steps, tokens
from bot.conversation.acts import Act
from bot.conversation.continuing import ABOUT_SOMETHING, SHOWN, codes, first_part
from bot.conversation.hearing import TOPIC_SCORE, Heard
from intents import papers
from intents.bundles import begins_to_do
from intents.catalog import Catalog, Topic, TopicKind
from intents.extract import rating
from intents.gist import Gist, Vote
from intents.matches import Found, Match, NotFound, Unsure
from intents.reading import Danger, Intent, Part, Reading
from intents.text import clean, fold
from storage.petition_records import PetitionKind
from storage.records import Reason

A_NOD = 2  # words at most of a "dạ", "ok em" that answers nothing
A_SIGHT = 20  # words at most of a message that tells what is broken; a longer tale is about something else
ONLY_A_PLACE = 7  # words at most of a message that only says where they live
DOUBTFUL = 0.6  # score below which the message as a whole counts more than the procedure it may name
CLEAR = 0.7  # share of belief of a vote that counts more than a doubtful procedure
# Shares from which a vote counts more than any procedure that is not found: of the questions about procedures that
# measure, none of that kind has such a share.
CERTAIN, CERTAIN_ALARM = 0.97, 0.9
_SMALL = (Intent.GREET, Intent.SMALLTALK)
_DANGERS = tuple(Gist(each.value) for each in Danger)
_ALARMS = (*_DANGERS, Gist.SCAM)
_PARTS_OF_PAPERWORK = (
    Part.DOCUMENTS,
    Part.FEE,
    Part.FORM,
    Part.CONDITIONS,
    Part.VALIDITY,
    Part.ON_BEHALF,
    Part.ONLINE,
)
_NOT_WHAT_THEN = (Part.WHERE, Part.FEE, Part.TIME, Part.ONLINE, Part.FORM)


def answer(heard: Heard) -> Act | None:
    alarm = alarm_felt(heard)
    if alarm:
        return alarm
    follow_up = (
        _without(heard)
        or continuing.listed(heard)
        or _follow_up(heard)
        or continuing.named_of_those(heard)
        or continuing.chosen_in_words(heard)
    )
    if follow_up:
        return follow_up
    if heard.reading.procedure_codes:
        return acts.ShowProcedure(heard.reading.procedure_codes[0], heard.reading.part)
    match = heard.match
    if heard.reading.renamed and heard.reading.asks_name_now and not isinstance(match, Found):
        return acts.TellName(heard.reading.renamed, heard.reading.commune)
    elsewhere = _plainly(heard) or _place_told(heard) or _topic(heard, match)
    if elsewhere:
        return elsewhere
    meant = _gist(heard)
    if meant:
        return meant
    if heard.reading.anger and not isinstance(match, Found) and continuing.score(match) < ABOUT_SOMETHING:
        return acts.Chat(angry=True)
    narrowed = continuing.narrowed(heard) or continuing.of_a_case(heard) or _only_a_part(heard)
    if narrowed:
        return narrowed
    if several := _several(heard):
        return several
    match match:
        case Found():
            return _found(heard, match)
        case Unsure():
            return _unsure(heard, match)
    return (
        _small(heard) or _out_of_order(heard) or _office(heard) or _nothing_named(heard) or _at_the_end(heard)
    )


def _at_the_end(heard: Heard) -> Act | None:
    last = heard.snapshot.matcher.match_last(clean(heard.said), today=heard.situation.today)
    return _found(heard, last) if isinstance(last, Found) else None


def _plainly(heard: Heard) -> Act | None:
    """ "Thứ bảy phường có làm không"; "tui có chuyện này muốn hỏi": what about?"""
    if heard.reading.asks_hours and tokens.HOURS in heard.snapshot.catalog.topic_by_id:
        return acts.ShowTopic(tokens.HOURS)
    return acts.Chat() if heard.reading.announces and not heard.is_found else None


def _out_of_order(heard: Heard) -> Act | None:
    """ "Cầu sập", "cây ngã chắn đường": no procedure, but something that somebody has to see to."""
    tells = heard.reading.petition_kind == PetitionKind.PLACE and not heard.reading.asks
    return steps.petition(heard, PetitionKind.PLACE) if tells and heard.words <= A_SIGHT else None


def alarm_felt(heard: Heard) -> Act | None:
    """Danger, or surely a scam, in words that no pattern knows; who names a procedure well enough is about that."""
    vote = _vote(heard)
    if vote is None or vote.gist not in _ALARMS:
        return None
    if vote.gist is Gist.SCAM:
        return acts.CheckScam() if vote.share >= CERTAIN_ALARM else None
    return acts.WarnEmergency(Danger(vote.gist.value))


_TELLING = (Gist.FILE_PETITION, Gist.LOOK_UP_DOSSIER)


def _gist(heard: Heard) -> Act | None:
    vote = _vote(heard)
    if vote is None or vote.gist in _DANGERS or (vote.gist is Gist.PRAISE and heard.reading.asks):
        return None
    if vote.gist in _TELLING and vote.share < CERTAIN and begins_to_do(heard.text):
        return None
    # "Cần đi 2 người không", below a procedure, asks how many must come.
    if vote.gist is Gist.ASK_PERSON and vote.share < CLEAR and heard.state.procedure:
        return None
    meant: dict[Gist, Callable[[], Act]] = {
        Gist.COMPLAIN_OFFICER: lambda: steps.petition(heard, PetitionKind.ABOUT_OFFICER),
        Gist.FILE_PETITION: lambda: steps.petition(heard, PetitionKind.REMARK),
        Gist.LOOK_UP_DOSSIER: acts.LookUpDossier,
        Gist.PETITION_STATE: acts.AskPetitionState,
        Gist.RATE: lambda: acts.RecordRating(rating(heard.said)),
        Gist.PRAISE: acts.Thank,
        Gist.ASK_PERSON: lambda: steps.person(heard),
        Gist.SCAM: acts.CheckScam,
    }
    return meant[vote.gist]()


def _vote(heard: Heard) -> Vote | None:
    """A procedure that is somewhat likely gives way to a clear vote only, any that is not found to a certain one.

    Who asks for papers or a fee asks about a procedure, whatever else is told; but a fire unheard is worse than a
    question misheard.
    """
    vote, part = heard.reading.vote, heard.reading.part
    if vote is None:
        return None
    if vote.share >= CERTAIN_ALARM and vote.gist in _ALARMS:
        return None if heard.is_found else vote
    if heard.reading.intent in _SMALL:
        return None
    if vote.share >= CERTAIN and (part is Part.ONLINE or part not in _PARTS_OF_PAPERWORK):
        return None if heard.is_found else vote
    # "Tới phòng tư pháp làm căn cước" is an errand, though too little to know which.
    if part in _PARTS_OF_PAPERWORK or continuing.is_errand(heard.match):
        return None
    return (
        vote
        if continuing.score(heard.match) < (DOUBTFUL if vote.share >= CLEAR else ABOUT_SOMETHING)
        else None
    )


def _nothing_named(heard: Heard) -> Act | None:
    """Only words that every question has ("thủ tục", "cho hỏi"): what can be asked is shown; "lệ phí": of what?"""
    if heard.reading.has_question_content and not heard.reading.is_follow_up:
        return None
    part = heard.reading.part
    if _is_about_the_last(heard):
        return None
    return acts.AskWhat(part) if part and part is not Part.STEPS else acts.ShowHelp()


def _only_a_part(heard: Heard) -> Act | None:
    """ "Khi nào có sổ", "mẫu nào", nothing said before: a word that many titles share names no need."""
    asks_it = heard.reading.is_follow_up and heard.state.procedure is None
    is_shared = any("shared" in each.why for each in heard.match.candidates)
    return _nothing_named(heard) if asks_it and is_shared else None


def not_found(heard: Heard) -> Act:
    """Once: ask to say it otherwise. Twice in a row: a person."""
    if heard.state.misses == 0:
        return acts.AskAgain()
    return acts.Escalate(Reason.NOTHING_FOUND, f"{heard.state.missed}\n{heard.text}".strip())


def _without(heard: Heard) -> Act | None:
    """A paper of the procedure just shown that somebody has not got. Lost, it may also be asked for anew."""
    lacking, code = heard.reading.lacking, heard.state.procedure
    procedure = heard.snapshot.catalog.by_code.get(code or "")
    if lacking is None or procedure is None or heard.reading.part in _NOT_WHAT_THEN:
        return None
    if not lacking.paper:
        return acts.ShowProcedure(procedure.code, Part.DOCUMENTS)
    is_known = papers.named(lacking.paper, procedure) is not None
    wants_another = lacking.lost and not lacking.asks and heard.is_found
    is_another = lacking.asks and papers.is_paper(lacking.paper) and _topic(heard, heard.match) is None
    if wants_another or not (is_known or is_another):
        return None
    found = heard.match.best.code if isinstance(heard.match, Found) else None
    return acts.FileWithout(procedure.code, lacking.paper, found if found != procedure.code else None)


def _follow_up(heard: Heard) -> Act | None:
    procedure, part = heard.state.procedure, heard.reading.part
    if not (part and (heard.reading.is_follow_up or _angrily(heard))):
        return None
    pending = continuing.pending(heard.state)
    if pending:
        return acts.AskWhich(pending, part, continuing.asked_before(heard, pending))
    if _names_another(heard):
        return None
    if procedure is None:
        if heard.state.offered:
            return acts.AskWhich(heard.state.offered[:SHOWN], part)
        # "O dau", "le phi": of what? No word of it names anything, whatever a title is like it.
        return acts.AskWhat(part) if heard.words <= A_NOD and not _topic(heard, heard.match) else None
    if part is Part.WHERE and heard.reading.commune:
        return acts.SetCommune(heard.reading.commune, then=tokens.show(procedure, part))
    return acts.ShowProcedure(procedure, None if heard.reading.several_parts else part)


def _names_another(heard: Heard) -> bool:
    """ "Le phi khai tu", without marks, reads as "the fee from"; but it is what people call a procedure."""
    match = heard.match
    return isinstance(match, Found) and match.best.code != heard.state.procedure


def _angrily(heard: Heard) -> bool:
    """Swearing around "lệ phí bao nhiêu" names no other procedure."""
    return heard.reading.anger and continuing.score(heard.match) < ABOUT_SOMETHING


def _found(heard: Heard, match: Found) -> Act:
    noticed = tuple((each.old[0], each.new) for each in heard.reading.old_names)
    return acts.ShowProcedure(match.best.code, _part_told(match.best.code, heard), noticed)


def _part_told(code: str, heard: Heard) -> Part | None:
    """ "... được không" of an entry without conditions of its own: the card tells more, and where to ask a person."""
    if heard.reading.several_parts:
        return None  # the card has them all
    part, procedure = first_part(heard), heard.snapshot.catalog.by_code[code]
    return None if part is Part.CONDITIONS and not procedure.conditions else part


def _several(heard: Heard) -> Act | None:
    """Each need of the message: the clear ones are answered in order, then one that is not clear is asked about."""
    matcher = heard.snapshot.matcher
    needs = matcher.match_all(clean(heard.said), today=heard.situation.today)
    if len(needs) < 2:
        return None
    found = tuple(dict.fromkeys(each.best.code for each in needs if isinstance(each, Found)))
    best = tuple(dict.fromkeys(each.candidates[0].code for each in needs))
    if bundle := matcher.bundle_for(best):
        return acts.ShowSeveral(best[:SHOWN], bundle)
    if not found:
        return acts.AskWhich(_in_turn(needs)[:SHOWN], first_part(heard))
    doubtful = next((each for each in needs if isinstance(each, Unsure)), None)
    ask = acts.AskWhich(codes(doubtful)[:SHOWN], None, doubtful.question) if doubtful else None
    return acts.ShowSeveral(found[:SHOWN], None, ask) if ask or len(found) > 1 else None


def _in_turn(needs: Sequence[Match]) -> tuple[str, ...]:
    """The likeliest of each need, then the second of each."""
    ranks = zip_longest(*([each.code for each in need.candidates] for need in needs))
    return tuple(dict.fromkeys(code for rank in ranks for code in rank if code))


def _unsure(heard: Heard, match: Unsure) -> Act:
    offered = codes(match)
    present = heard.state.procedure
    if present and present in offered and heard.reading.part:
        return acts.ShowProcedure(present, heard.reading.part)
    intent = heard.reading.intent
    praises = intent is Intent.PRAISE and not heard.reading.asks
    chats = intent is Intent.SMALLTALK and continuing.score(match) < ABOUT_SOMETHING
    small = _small(heard) if praises or chats or not heard.reading.has_question_content else None
    return small or acts.AskWhich(offered[:SHOWN], first_part(heard), match.question)


def topic_of(reading: Reading, match: Match, catalog: Catalog) -> Topic | None:
    """What else than a procedure is asked. A procedure, however doubtful, gives way only to what matches better."""
    topic = catalog.topic_by_id.get(reading.topic) if reading.topic else None
    rival = 0.0 if isinstance(match, NotFound) else continuing.score(match)
    return topic if reading.topic_score >= max(TOPIC_SCORE, rival) else None


def _topic(heard: Heard, match: Match) -> Act | None:
    topic = topic_of(heard.reading, match, heard.snapshot.catalog)
    if topic is None:
        return None
    about_the_last = continuing.told_of_it(heard)
    if about_the_last:
        return about_the_last
    return acts.NameOtherBody(topic.id) if topic.kind is TopicKind.OTHER_BODY else acts.ShowTopic(topic.id)


def _small(heard: Heard) -> Act | None:
    procedure = heard.state.procedure
    small: dict[Intent, Act] = {
        Intent.GREET: acts.Greet(),
        Intent.THANK: acts.Thank(),
        Intent.PRAISE: acts.Thank(),
        Intent.GOODBYE: acts.Thank(goodbye=True),
        Intent.SMALLTALK: acts.Chat(),
        Intent.ABUSE: acts.Decline("abuse"),
        Intent.YES: acts.Thank() if heard.words <= A_NOD else acts.ShowHelp(),
        Intent.NO: acts.Thank(goodbye=True),
        Intent.REPEAT: acts.ShowProcedure(procedure) if procedure else acts.ShowHelp(),
    }
    if heard.reading.intent is Intent.YES and _is_about_the_last(heard):
        return None
    return small.get(heard.reading.intent) if heard.reading.intent else None


def _is_about_the_last(heard: Heard) -> bool:
    """ "Có phải thi lại không": a question in words that every question has, below a procedure."""
    return heard.reading.asks and heard.state.procedure is not None and heard.reading.part is None


def _place_told(heard: Heard) -> Act | None:
    """Only where they live ("tui ở xã Đất Mũi"): remembered. How to reach a place ("số điện thoại xã") is told."""
    if heard.reading.only_place:
        if heard.reading.renamed and _is_a_body(heard.reading):
            return acts.TellName(heard.reading.renamed, heard.reading.commune)
        return _commune(heard) or steps.of_old(heard) or acts.SetCommune(None, typed=heard.text)
    if continuing.score(heard.match) >= ABOUT_SOMETHING:
        return None
    if heard.reading.commune and heard.reading.asks_contact:
        return acts.ShowOffice(heard.reading.commune)
    if heard.reading.asks or heard.reading.part:
        return None
    if heard.reading.intent is Intent.SET_COMMUNE:
        return _commune(heard)
    return acts.SetCommune(None, typed=heard.text) if _lives_in_the_province(heard) else None


def _is_a_body(reading: Reading) -> bool:
    """ "Sở Kế hoạch và Đầu tư": nobody lives there."""
    return bool(reading.old_names) and all(each.kind in ("agency", "centre") for each in reading.old_names)


def _lives_in_the_province(heard: Heard) -> bool:
    """ "Tui ở Cà Mau": which commune is still to be asked."""
    province = fold(heard.snapshot.catalog.province.name)
    said = fold(heard.said)
    return said.endswith(f" {province}") and len(said.split()) <= ONLY_A_PLACE and " o " in f" {said} "


def _commune(heard: Heard) -> Act | None:
    return acts.SetCommune(heard.reading.commune) if heard.reading.commune else None


def _office(heard: Heard) -> Act | None:
    """ "Xã Đất Mũi ở đâu": told, and not taken for where they live."""
    commune = heard.reading.commune
    return acts.ShowOffice(commune) if commune and heard.reading.part is Part.WHERE else None
