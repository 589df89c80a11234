"""What a typed message means in the middle of a step. None: it does not answer the step, so it is heard afresh."""

from collections.abc import Callable

from bot.conversation import acts, filing_steps, petition_steps, tokens
from bot.conversation.acts import Act
from bot.conversation.hearing import Heard
from bot.conversation.state import Expecting, Step
from bot.conversation.ways_out import HAND_IN
from intents import extract
from intents.bundles import says_what
from intents.matches import Found, NotFound
from intents.reading import Intent
from intents.text import fold
from storage.petition_records import PetitionKind
from storage.records import Purpose, RatingTarget, Reason

_SEND = ("gui", "goi di", "goi luon", "goi giup", "send")  # "gởi" is "gửi" in the South
_AGAIN = ("sua", "viet lai", "ghi lai", "doi lai", "lam lai", "edit", "rewrite")
# What people say while they tell: it is more of the petition, though it is a wish elsewhere.
_TELLING = frozenset(
    {
        Intent.FILE_PETITION,
        Intent.COMPLAIN_OFFICER,
        Intent.FORMAL_COMPLAINT,
        Intent.SET_COMMUNE,
        Intent.NOT_DONE,
        Intent.PRAISE,
        Intent.ABUSE,
    }
)
_CONSENTS = ("dong y", "agree", "cho luu")
SAID_MORE = 7  # words: "cho tui gặp cán bộ" asks nothing yet, "gặp cán bộ hỏi vụ trợ cấp của má tui" does
A_TALE = 6  # words from which a message that asks nothing is told, whatever it names
A_WORD = 4  # words at most of a message that answers "send it?"
CODE_WORDS = 3  # at most of a message that can be a code typed wrong


def answer(heard: Heard) -> Act | None:
    expecting = heard.state.expecting
    return _STEPS[expecting.step](heard, expecting) if expecting else None


def _dossier_code(heard: Heard, step: Expecting) -> Act | None:
    """Malformed answers as unknown does: what is typed here instead of a code is looked up in vain."""
    if extract.looks_like_dossier_code(heard.text):
        return acts.LookUpDossier("")
    if heard.reading.intent is Intent.NOT_KNOW:
        return acts.NotKnow(step.step)
    has_digit = any(sign.isdigit() for sign in heard.text)
    if (
        not has_digit
        or heard.words > CODE_WORDS
        or heard.menu_token
        or heard.reading.intent
        or heard.is_found
    ):
        return None
    return None if heard.reading.procedure_codes or heard.reading.petition_codes else acts.LookUpDossier("")


def _dossier_factor(heard: Heard, step: Expecting) -> Act | None:
    digits = extract.last_six(heard.text)
    if digits:
        return acts.LookUpDossier(step.data["code"], digits)
    if heard.reading.intent is Intent.NOT_KNOW:
        return acts.NotKnow(step.step)
    return acts.LookUpDossier(step.data["code"], detail=True) if heard.text.isdecimal() else None


def _petition_text(heard: Heard, step: Expecting) -> Act | None:
    """Whatever is said is the petition, but for what has a law of its own."""
    if heard.menu_token:
        return None
    if heard.reading.intent is Intent.FORMAL_COMPLAINT:
        return acts.ExplainComplaint()
    return petition(heard, PetitionKind(step.data["kind"]))


def person(heard: Heard) -> acts.Escalate:
    """What was asked in the same breath, else what was not understood before, goes with it."""
    said_more = heard.reading.has_question_content and heard.words >= SAID_MORE
    return acts.Escalate(Reason.ASKED_FOR_PERSON, heard.text if said_more else heard.state.missed)


def petition(heard: Heard, kind: PetitionKind) -> acts.FilePetition:
    """What it is about is heard in its words, unless it was said before."""
    reading = heard.reading
    if kind is PetitionKind.REMARK and reading.intent is Intent.COMPLAIN_OFFICER:
        kind = PetitionKind.ABOUT_OFFICER
    elif kind is PetitionKind.REMARK and reading.petition_kind:
        kind = PetitionKind(reading.petition_kind)
    return acts.FilePetition(kind, heard.text, commune=reading.commune or "")


def _petition_confirm(heard: Heard, step: Expecting) -> Act | None:
    """Gửi, sửa, huỷ, giấu tên; anything else that is told is added, and shown again."""
    kind, said = PetitionKind(step.data["kind"]), fold(heard.text)
    is_short = heard.words <= A_WORD
    if heard.reading.withhold_name and not heard.menu_token:
        return acts.ChangePetition(withheld=True)
    if heard.reading.intent is Intent.YES or (is_short and said.startswith(_SEND)):
        return acts.FilePetition(kind, send=True)
    if heard.reading.intent is Intent.NO or (is_short and said.startswith(_AGAIN)):
        return acts.FilePetition(anew=True)
    if _is_aside(heard):
        return None
    if heard.reading.intent is Intent.FORMAL_COMPLAINT:
        return acts.ExplainComplaint()
    return petition(heard, kind) if heard.words > 1 else acts.FilePetition(kind)


def _is_aside(heard: Heard) -> bool:
    """A question of its own in the middle of a petition, and not more of what is told."""
    reading = heard.reading
    if heard.menu_token or (heard.state.procedure and (reading.is_follow_up or reading.lacking)):
        return True
    if reading.intent in _TELLING:
        return False
    names = heard.is_found or reading.intent is not None
    of_a_part = reading.part is not None and not isinstance(heard.match, NotFound)
    names = names or (reading.asks and of_a_part)
    return (reading.asks and (names or reading.topic is not None)) or (names and heard.words < A_TALE)


def _petition_like(heard: Heard, step: Expecting) -> Act | None:
    like = step.data["like"].split()
    if fold(heard.text) in HAND_IN:
        return acts.FollowPetition()
    if heard.reading.intent is Intent.YES and len(like) == 1:
        return acts.FollowPetition(int(like[0]))
    return acts.FollowPetition() if heard.reading.intent is Intent.NO else None


def _petition_reopened(heard: Heard, step: Expecting) -> Act | None:
    if heard.menu_token or heard.is_found or (heard.reading.intent and heard.words < A_TALE):
        return None
    return acts.ReopenPetition(step.data["code"], heard.text)


_OF_A_PLACE = (Intent.FILE_PETITION, Intent.COMPLAIN_OFFICER)


def _commune(heard: Heard, step: Expecting) -> Act | None:
    del step
    if heard.reading.commune:
        return None if _tells_of_more(heard) else acts.SetCommune(heard.reading.commune)
    several = of_old(heard)
    if several:
        return several
    if heard.reading.intent in (Intent.NO, Intent.NOT_KNOW, Intent.LIVE_ELSEWHERE):
        return acts.SetCommune(None, skip=True)
    if heard.menu_token or heard.is_found or heard.reading.intent or _is_about_the_procedure(heard):
        return None
    if heard.reading.asks or _begins_an_errand(heard):  # no commune that is known: a question of its own
        return None
    return acts.SetCommune(None, typed=heard.text)


def _tells_of_more(heard: Heard) -> bool:
    """ "Phản ánh đèn đường hư ở xã Đầm Dơi": where something is, and no answer to where somebody lives."""
    if heard.reading.only_place:
        return False
    match = heard.match if says_what(heard.text) else None
    is_another = isinstance(match, Found) and match.best.code != heard.state.procedure
    return is_another or heard.reading.intent in _OF_A_PLACE


def _begins_an_errand(heard: Heard) -> bool:
    """ "Làm căn cước", "giấy tờ xe": no name of a commune, and too little to be found."""
    return any("broad" in each.why for each in heard.match.candidates)


def of_old(heard: Heard) -> Act | None:
    """A district, or a commune that went to several: which those are."""
    renamed = heard.reading.renamed
    return acts.TellName(renamed, None, lives=True) if renamed and renamed.old else None


def _is_about_the_procedure(heard: Heard) -> bool:
    return heard.reading.is_follow_up or heard.reading.lacking is not None


def _consent(heard: Heard, step: Expecting) -> Act | None:
    then = tokens.decode(step.data["then"])
    answers = heard.reading.intent in (Intent.YES, Intent.NO)
    hands_in = fold(heard.text) in HAND_IN
    if isinstance(then, acts.FileStep) and answers and (hands_in or not _says_what(heard, step)):
        return then  # asked once more: a nod to something else keeps nobody's papers
    if not answers or hands_in:
        return _told_before_consent(heard, step)
    given = heard.reading.intent is Intent.YES
    return acts.AnswerConsent(Purpose(step.data["purpose"]), given, step.data["then"])


def _says_what(heard: Heard, step: Expecting) -> bool:
    """Below the question a nod is enough; after something else it must be said what is agreed to."""
    below = tokens.consent(Purpose(step.data["purpose"]), True, step.data["then"])
    return any(item.token == below for item in heard.state.menu) or any(
        each in fold(heard.text) for each in _CONSENTS
    )


def _told_before_consent(heard: Heard, step: Expecting) -> Act | None:
    """Who tells the petition instead of saying yes or no is asked once more, and need not tell it again."""
    then = tokens.decode(step.data["then"])
    if not isinstance(then, acts.FilePetition) or _is_aside(heard):
        return None
    kind = then.kind or PetitionKind.REMARK
    return petition(heard, kind) if heard.words > 1 else acts.FilePetition(kind)


def _rating(heard: Heard, step: Expecting) -> Act | None:
    score = extract.rating(heard.text)
    return acts.RecordRating(score, _number(step.data.get("ticket"))) if score else None


def rating_words(heard: Heard, step: Expecting) -> Act | None:
    if heard.reading.intent in (Intent.NO, Intent.THANK, Intent.GOODBYE):
        return acts.Thank()
    if extract.changes_rating(heard.text):
        return _of_the_same(step, extract.stars(heard.text))
    if heard.is_found or heard.menu_token:
        return None
    return _of_the_same(step, int(step.data["score"]), words=heard.text)


def _of_the_same(step: Expecting, score: int | None, words: str | None = None) -> Act:
    """One more word, or another number, for the answer that was just rated."""
    ticket, officer = _number(step.data.get("ticket")), _number(step.data.get("officer"))
    return acts.RecordRating(score, ticket, words=words, officer_id=officer)


def _dossier_rating_words(heard: Heard, step: Expecting) -> Act | None:
    if heard.reading.intent in (Intent.NO, Intent.THANK, Intent.GOODBYE):
        return acts.Thank()
    if heard.is_found or heard.menu_token:
        return None
    target, score = RatingTarget(step.data["target"]), int(step.data["score"])
    return acts.RateDossier(step.data["code"], target, score, words=heard.text)


def _question_for_person(heard: Heard, step: Expecting) -> Act | None:
    del step
    return None if heard.menu_token else acts.Escalate(Reason.ASKED_FOR_PERSON, heard.text)


def _owner_confirm(heard: Heard, step: Expecting) -> Act | None:
    if heard.reading.intent not in (Intent.YES, Intent.NO):
        return None
    return acts.ConfirmOwner(step.data["code"], heard.reading.intent is Intent.YES)


def _withdraw_ticket(heard: Heard, step: Expecting) -> Act | None:
    if heard.reading.intent not in (Intent.YES, Intent.NO):
        return None
    return acts.WithdrawTicket(_number(step.data["ticket"]), heard.reading.intent is Intent.YES)


def _forget_me(heard: Heard, step: Expecting) -> Act | None:
    del step
    if heard.reading.intent not in (Intent.YES, Intent.NO):
        return None
    return acts.ForgetMe(heard.reading.intent is Intent.YES)


def _nothing(heard: Heard, step: Expecting) -> Act | None:
    del heard, step
    return None


def _number(text: str | None) -> int | None:
    return int(text) if text else None


_STEPS: dict[Step, Callable[[Heard, Expecting], Act | None]] = {
    Step.DOSSIER_CODE: _dossier_code,
    Step.DOSSIER_FACTOR: _dossier_factor,
    Step.PETITION_TEXT: _petition_text,
    Step.PETITION_CONFIRM: _petition_confirm,
    Step.PETITION_KIND: _nothing,
    Step.PETITION_LIKE: _petition_like,
    Step.PETITION_CODE: _nothing,
    Step.PETITION_REOPENED: _petition_reopened,
    Step.PETITION_DROP: petition_steps.dropped,
    Step.COMMUNE: _commune,
    Step.CONSENT: _consent,
    Step.RATING: _rating,
    Step.RATING_WORDS: rating_words,
    Step.DOSSIER_RATING_WORDS: _dossier_rating_words,
    Step.QUESTION_FOR_PERSON: _question_for_person,
    Step.FILING: filing_steps.answer,
    Step.OWNER_CONFIRM: _owner_confirm,
    Step.WITHDRAW_TICKET: _withdraw_ticket,
    Step.FORGET_ME: _forget_me,
    Step.PROCEDURE: _nothing,
}
