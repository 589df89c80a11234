"""The rules for a typed message, in the order of what must never be missed."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace

from bot.conversation import acts, questions, steps, tokens
from bot.conversation.acts import Act
from bot.conversation.filing import Verb
from bot.conversation.hearing import TOPIC_SCORE, Heard, Situation
from bot.conversation.state import Step
from intents import extract, refusing
from intents.gist import Gist
from intents.matches import Found, NotFound
from intents.reading import Intent
from intents.text import fold, is_khmer
from storage.petition_records import PetitionKind
from storage.records import Reason

_ENOUGH = ("thoi gap", "thoi hoi")  # with nothing that waits for a person: "then let me see one"
A_TALE = 6  # words from which a wish to complain already tells what about
LONGEST_CHOICE = 2  # digits of a number that is meant for a menu
A_NUMBER = 5  # words at most of a message that is a phone number, in groups of digits
A_FEW = 5  # words at most of what is only abuse or play
A_WORD = 4  # words at most of a message that leaves a step in which any text is an answer


_STOP = frozenset({"stop", "dung", "dung lai", "ngung", "ngung lai", "thoi dung", "stop it"})


def act_of(heard: Heard) -> Act:
    return next((act for rule in _RULES if (act := rule(heard))), None) or questions.not_found(heard)


def _danger(heard: Heard) -> Act | None:
    """Before anything else, also where a step would take any text for its answer, or a person answers."""
    if heard.reading.danger:
        return acts.WarnEmergency(heard.reading.danger)
    waits = heard.state.expecting is not None or heard.situation.held
    felt = questions.alarm_felt(heard) if waits else None
    vote = heard.reading.vote
    sure = vote is not None and vote.share >= questions.CLEAR  # a tale is what the step asked for
    return felt if sure and isinstance(felt, acts.WarnEmergency) else None


def _notices(heard: Heard) -> Act | None:
    """One word anywhere ends what is sent unasked, or begins it again."""
    switched = {Intent.NOTICES_OFF: False, Intent.NOTICES_ON: True}
    on = switched.get(heard.reading.intent) if heard.reading.intent else None
    if on is None or (heard.expects(Step.PETITION_TEXT) and heard.words > A_WORD):
        return None
    return acts.SwitchNotices(on)


def _held(heard: Heard) -> Act | None:
    if not heard.situation.held or heard.state.aside or heard.text.startswith("/"):
        return None
    chosen = heard.menu_act
    if chosen and speaks_while_held(chosen, heard.situation):
        return chosen
    if heard.reading.intent is Intent.CONTINUE_BOT:
        return acts.OpenAside()
    return _about_the_rating(heard) or acts.PassOn()


def _about_the_rating(heard: Heard) -> Act | None:
    """The word that was asked for after a rating is not for whom it is about; a question is."""
    step = heard.state.expecting
    if step is None or step.step is not Step.RATING_WORDS or heard.reading.asks:
        return None
    act = steps.rating_words(heard, step)
    return act if isinstance(act, acts.RecordRating) else None


def speaks_while_held(act: Act | None, situation: Situation) -> bool:
    """The few choices that are the bot's although a person holds the conversation."""
    return situation.state.aside or isinstance(
        act,
        acts.OpenAside
        | acts.RecordRating
        | acts.GiveRatingReason
        | acts.ReopenTicket
        | acts.RateDossier
        | acts.SwitchNotices
        | acts.StartFiling
        | acts.FileStep
        | acts.SendMissing,
    )


def _foreign(heard: Heard) -> Act | None:
    """Khmer is the mother tongue of many here; the assistant does not read it yet, officers do."""
    return acts.Escalate(Reason.LANGUAGE, heard.text) if is_khmer(heard.text) else None


def _nothing_typed(heard: Heard) -> Act | None:
    return None if fold(heard.text) else acts.AskAgain()


def _command(heard: Heard) -> Act | None:
    if not heard.text.startswith("/"):
        return None
    word, _, rest = heard.text[1:].partition(" ")
    commands: dict[str, Act] = {
        "start": acts.Greet(rest or None),
        "help": acts.ShowHelp(),
        "trogiup": acts.ShowHelp(),
        "hoso": acts.LookUpDossier(),
        "phananh": acts.FilePetition(),
        "canbo": acts.Escalate(Reason.ASKED_FOR_PERSON, rest),
        "danhgia": acts.RecordRating(),
        "quyenrieng": acts.ShowMyData(),
        "huy": acts.Cancel(),
        "quaylai": acts.GoBack(),
        "english": acts.SetLanguage("en"),
        "tiengviet": acts.SetLanguage("vi"),
    }
    return commands.get(word.lower().split("@")[0], acts.ShowHelp())


def _scam(heard: Heard) -> Act | None:
    return acts.CheckScam() if heard.reading.scam else None


def _code(heard: Heard) -> Act | None:
    """A dossier or petition code anywhere in the message wins over what stands around it."""
    if heard.expects(Step.PETITION_TEXT):
        return None
    if heard.reading.dossier_codes:
        return acts.LookUpDossier(heard.reading.dossier_codes[0], extract.six_digits(heard.text))
    receipts, confirmations = extract.receipt_codes(heard.text), extract.confirm_codes(heard.text)
    if confirmations:
        return acts.ConfirmOwner(confirmations[0])
    if receipts:
        return acts.ShowSubmission(receipts[0])
    if heard.reading.petition_codes:
        return acts.AskPetitionState(heard.reading.petition_codes[0])
    if extract.is_mistyped_dossier_code(heard.text):
        return acts.LookUpDossier("")
    return None


def _digits_of_the_dossier_shown(heard: Heard) -> Act | None:
    """Six digits below a dossier open it, as if its details had been asked for first."""
    digits = extract.six_digits(heard.text)
    if digits is None or heard.state.expecting or heard.words > A_WORD:
        return None
    offered = (tokens.decode(item.token) for item in heard.state.menu)
    codes = (act.code for act in offered if isinstance(act, acts.LookUpDossier) and act.detail)
    code = next(codes, None)
    return acts.LookUpDossier(code, digits) if code else None


def _leaving(heard: Heard) -> Act | None:
    """Said anywhere, in the middle of any step; the words of a choice mean that choice."""
    if heard.menu_token:
        return None
    if heard.expects(Step.PETITION_TEXT) and heard.words > A_WORD:
        return None
    match heard.reading.intent:
        case Intent.WITHDRAW_TICKET:
            enough = heard.situation.ticket_open or not fold(heard.said).startswith(_ENOUGH)
            return acts.WithdrawTicket() if enough else steps.person(heard)
        case Intent.CANCEL:
            return _stopped(heard)
        case Intent.BACK:
            return acts.GoBack()
        case Intent.ASK_PERSON if not heard.expects(Step.QUESTION_FOR_PERSON):
            return steps.person(heard)
        case Intent.HELP:
            return acts.ShowHelp()
        case Intent.ENGLISH:
            return acts.SetLanguage("en")
        case Intent.VIETNAMESE:
            return acts.SetLanguage("vi")
    return None


def _stopped(heard: Heard) -> Act:
    """ "Stop", "dừng", with nothing at hand that could be: what is sent unasked, where something is."""
    state = heard.state
    idle = state.expecting is None and state.draft is None and state.petition is None
    if idle and not heard.situation.ticket_open and fold(heard.said) in _STOP:
        return acts.SwitchNotices(on=False, perhaps=True)
    return acts.Cancel()


def _menu(heard: Heard) -> Act | None:
    return heard.menu_act


def _phone(heard: Heard) -> Act | None:
    """Nothing but a phone number: where a channel has no button for it, it is typed."""
    numbers = extract.phone_numbers(heard.text)
    return (
        acts.ReceiveContact(numbers[0], own=False) if len(numbers) == 1 and heard.words <= A_NUMBER else None
    )


def _stray_number(heard: Heard) -> Act | None:
    """A number that no choice stands for names no procedure ("hạng 1"): what can be chosen is shown again."""
    is_number = heard.text.isdecimal() and len(heard.text) <= LONGEST_CHOICE
    if not is_number and (extract.perhaps_menu_number(heard.said) is None or heard.words > 1):
        return None
    return acts.ChooseAgain() if heard.state.menu else acts.ShowHelp()


def _declined(heard: Heard) -> Act | None:
    declined = {
        Intent.DECLINE_UNLAWFUL: "unlawful",
        Intent.DECLINE_INJECTION: "injection",
        Intent.DECLINE_POLITICS: "politics",
    }
    intent = heard.reading.intent
    if intent in declined:
        return acts.Decline(declined[intent])
    if intent is Intent.FORMAL_COMPLAINT and (heard.reading.accuses or not heard.is_found):
        return acts.ExplainComplaint()
    return None


def _few_words(heard: Heard) -> Act | None:
    """A few rough or playful words and nothing else name no procedure, however like one they sound."""
    reading = heard.reading
    if heard.words > A_FEW or reading.vote or heard.is_found:
        return None
    if reading.intent is Intent.ABUSE and reading.part is None:
        return acts.Decline("abuse")
    plays = reading.intent is Intent.SMALLTALK and reading.topic_score < TOPIC_SCORE
    return acts.Chat() if plays else None


def _wish(heard: Heard) -> Act | None:
    """Acts other than asking about a procedure."""
    intent = heard.reading.intent
    if intent is Intent.NONE_OF_THESE or _turns_down(heard):
        return _instead(heard) or acts.ShowAnother()
    if intent in _ALSO_PROCEDURES and _is_worded_so(heard):
        return None
    if intent is Intent.PRAISE and (heard.reading.asks or heard.is_found):
        return None
    if intent is Intent.FILE_PETITION and _asks_what_became(heard):
        return acts.AskPetitionState()
    wishes: dict[Intent, Callable[[], Act]] = {
        Intent.LOOK_UP_DOSSIER: acts.LookUpDossier,
        Intent.FILE_PETITION: lambda: _petition(heard, PetitionKind.REMARK),
        Intent.COMPLAIN_OFFICER: lambda: _petition(heard, PetitionKind.ABOUT_OFFICER),
        Intent.PETITION_STATE: acts.AskPetitionState,
        Intent.APPOINTMENT: lambda: acts.FileStep(Verb.SLOTS),
        Intent.DROP_APPOINTMENT: lambda: acts.FileStep(Verb.UNBOOK),
        Intent.RATE: lambda: acts.RecordRating(extract.rating(heard.said)),
        Intent.PRAISE: lambda: acts.Thank(praise=True),
        Intent.NOT_DONE: lambda: acts.ReopenTicket(words=heard.text),
        Intent.MY_DATA: acts.ShowMyData,
        Intent.WITHDRAW_CONSENT: acts.WithdrawConsent,
        Intent.FORGET_ME: acts.ForgetMe,
        Intent.NOT_KNOW: acts.NotKnow,
        Intent.LIVE_ELSEWHERE: acts.LiveElsewhere,
        Intent.FORGET_COMMUNE: acts.ForgetCommune,
        Intent.FOLLOW: lambda: _follow(heard),
        Intent.ARE_YOU_HUMAN: lambda: acts.Chat(human=True),
    }
    wish = wishes.get(intent) if intent else None
    return wish() if wish else None


# What procedures are about, too: "kiến nghị thu hồi sổ cấp sai", "cán bộ làm sai, đòi bồi thường".
_ALSO_PROCEDURES = (Intent.FILE_PETITION, Intent.COMPLAIN_OFFICER, Intent.LOOK_UP_DOSSIER)


def _is_worded_so(heard: Heard) -> bool:
    """The entry that was found says the same in its own wordings: it is asked for, no act is meant."""
    match = heard.match
    if not isinstance(match, Found):
        return False
    return heard.snapshot.reader.read(match.best.wording).intent is heard.reading.intent


def _asks_what_became(heard: Heard) -> bool:
    """ "Góp ý bữa trước sao rồi" is no new remark."""
    vote = heard.reading.vote
    return vote is not None and vote.gist is Gist.PETITION_STATE and vote.share >= questions.CLEAR


def _turns_down(heard: Heard) -> bool:
    """What was shown is not what was meant; with nothing shown before, "xin cái khác" is a need."""
    shown = heard.state.procedure or heard.state.offered
    return bool(shown) and heard.reading.negated_previous and not _names_another(heard)


_NEEDS = (acts.ShowProcedure, acts.AskWhich, acts.ShowSeveral, acts.ShowTopic, acts.NameOtherBody)
LEAST_NEED = 2  # words
# What stands after it is wanted instead: "không phải cái đó, tui muốn sang tên", "... mà làm căn cước". Without marks.
_INSTEAD = re.compile(r"[,.;:]|\sma\s|\s(?=(?:tui|toi|em|con|minh)\s+(?:muon|can|hoi)\s)")


def _instead(heard: Heard) -> Act | None:
    """What is asked for in the same breath, where that is something else."""
    written = unicodedata.normalize("NFC", heard.said)
    bare = "".join(unicodedata.normalize("NFD", letter)[0] for letter in written.lower())
    cut = _INSTEAD.search(bare) if len(bare) == len(written) else None
    rest = written[cut.end() :] if cut else written
    if cut is None or len(rest.split()) < LEAST_NEED:
        return None
    act = _need_in(rest, heard)
    return None if act == acts.ShowProcedure(heard.state.procedure or "") else act


def _rather(heard: Heard) -> Act | None:
    """ "Không làm khai sinh, làm khai tử": only what is meant."""
    said = refusing.refused(heard.said)
    if said is None or isinstance(_anew(said.one, heard).match, NotFound):
        return None
    return _need_in(said.other, heard)


def _need_in(words: str, heard: Heard) -> Act | None:
    """What a part of the message by itself asks for, whatever was spoken of before."""
    other = _anew(words, heard)
    act = questions.answer(other)
    if not isinstance(act, _NEEDS):
        return None
    heard.asked = other.asked
    return act


def _anew(words: str, heard: Heard) -> Heard:
    state = replace(heard.state, procedure=None, offered=(), asked="", menu=())
    return Heard(words, replace(heard.situation, state=state), heard.snapshot)


def _names_another(heard: Heard) -> bool:
    """ "Thôi hỏi cái khác, tui muốn tách hộ": what is wanted instead is said in the same breath."""
    best = heard.match.best.code if isinstance(heard.match, Found) else heard.state.procedure
    return heard.words >= steps.SAID_MORE and best != heard.state.procedure


def _follow(heard: Heard) -> Act:
    """The dossier whose details were just shown, else the one that is asked for."""
    offered = (tokens.decode(item.token) for item in heard.state.menu)
    shown = (act.code for act in offered if isinstance(act, acts.FollowDossier | acts.LookUpDossier))
    return acts.FollowDossier(next((code for code in shown if code), None))


def _petition(heard: Heard, kind: PetitionKind) -> Act:
    """What was already told becomes the draft, so nobody has to type it twice."""
    return steps.petition(heard, kind) if heard.words >= A_TALE else acts.FilePetition(kind)


_RULES: tuple[Callable[[Heard], Act | None], ...] = (
    _danger,
    _notices,
    _held,
    _foreign,
    _nothing_typed,
    _command,
    _scam,
    _code,
    _digits_of_the_dossier_shown,
    _leaving,
    steps.answer,
    _menu,
    _phone,
    _stray_number,
    _declined,
    _few_words,
    _wish,
    _rather,
    questions.answer,
)
