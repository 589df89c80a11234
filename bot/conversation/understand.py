"""From a message and what the conversation remembers to one act. Pure: no clock, no database, no network.

The order of the rules is the order of what must never be missed: danger, a person who holds the conversation,
a pressed choice, a dossier code, leaving the current step, the step itself, then the question.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.conversation import acts, tokens
from bot.conversation.acts import Act
from bot.conversation.state import Expecting, State, Step
from bot.live_catalog import Snapshot
from bot.messages import Incoming, Kind
from intents import extract
from intents.catalog import TopicKind
from intents.matcher import Candidate, Found, Match, Unsure
from intents.reading import Intent, Reading
from intents.text import clean, fold
from storage.records import PetitionKind, Purpose, Reason

SHOWN = 3  # at most this many procedures are offered at once
SAID_MORE = 7  # words: "cho tui gặp cán bộ" asks nothing yet, "gặp cán bộ hỏi vụ trợ cấp của má tui" does
TOPIC_SCORE = 0.6  # a topic must match at least this well to be answered beside a doubtful procedure


@dataclass(frozen=True)
class Situation:
    """The conversation as the turn finds it. `held`: a person answers and the bot is silent."""

    state: State = field(default_factory=State)
    held: bool = False
    ticket_open: bool = False


@dataclass(frozen=True)
class Understood:
    """The act, and why: what the matcher saw, for the note beside the message and for the officer."""

    act: Act
    text: str = ""
    match: Match | None = None
    reading: Reading | None = None
    label: str | None = None  # of a pressed choice

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        return self.match.candidates if self.match else ()

    @property
    def outcome(self) -> str:
        match self.match:
            case Found():
                return "found"
            case Unsure():
                return "unsure"
        return "none"


def understand(incoming: Incoming, situation: Situation, snapshot: Snapshot) -> Understood:
    text = clean(incoming.text)
    if incoming.kind is Kind.LEFT:
        return Understood(acts.Leave())
    if incoming.kind is Kind.START:
        return Understood(_started(incoming))
    if incoming.kind is Kind.BUTTON:
        return _pressed(incoming, situation)
    if incoming.kind is not Kind.TEXT:
        return _medium(incoming, situation, text)
    return _Typed(text, situation, snapshot).understood()


def _started(incoming: Incoming) -> Act:
    parameter = incoming.start_parameter or ""
    if parameter.startswith("p_"):  # a deep link or QR code to one procedure: p_1-001193
        return acts.ShowProcedure(parameter[2:].replace("-", ".", 1))
    return acts.Greet(parameter or None)


def _pressed(incoming: Incoming, situation: Situation) -> Understood:
    token = incoming.button or ""
    act = tokens.decode(token)
    label = next((item.label for item in situation.state.menu if item.token == token), None)
    if situation.held and not _speaks_while_held(act, situation):
        return Understood(acts.PassOn(), text=label or incoming.text or token, label=label)
    return Understood(act or acts.ShowHelp(), text=label or incoming.text, label=label)


def _speaks_while_held(act: Act | None, situation: Situation) -> bool:
    if situation.state.aside:
        return True
    return isinstance(act, acts.OpenAside | acts.RecordRating | acts.ReopenTicket)


def _medium(incoming: Incoming, situation: Situation, text: str) -> Understood:
    if situation.held:
        return Understood(acts.PassOn(), text)
    match incoming.kind:
        case Kind.VOICE | Kind.VIDEO:
            return Understood(acts.Escalate(Reason.MEDIA, text), text)
        case Kind.IMAGE | Kind.FILE:
            return Understood(acts.AskAboutMedia(), text)
        case Kind.LOCATION if incoming.location:
            return Understood(acts.FindOffice(incoming.location.latitude, incoming.location.longitude), text)
        case Kind.CONTACT if incoming.contact:
            return Understood(acts.ReceiveContact(incoming.contact.phone, incoming.contact.own), text)
        case Kind.STICKER:
            return Understood(acts.Chat(), text)
    return Understood(acts.AskAboutMedia(), text)


class _Typed:
    """The rules for a typed message, each asked in turn until one answers."""

    def __init__(self, text: str, situation: Situation, snapshot: Snapshot) -> None:
        self.text = text
        self.situation = situation
        self.state = situation.state
        self.snapshot = snapshot
        self.reading = snapshot.reader.read(text)
        self.match: Match | None = None

    def understood(self) -> Understood:
        rules: tuple[Callable[[], Act | None], ...] = (
            self._danger,
            self._held,
            self._nothing_typed,
            self._command,
            self._scam,
            self._code,
            self._leaving,
            self._step,
            self._menu,
            self._warned,
            self._wish,
            self._question,
        )
        act = next((act for rule in rules if (act := rule())), None) or self._not_found()
        return Understood(act, self.text, self.match, self.reading)

    def _danger(self) -> Act | None:
        return acts.WarnEmergency(self.reading.danger) if self.reading.danger else None

    def _held(self) -> Act | None:
        if not self.situation.held or self.state.aside or self.text.startswith("/"):
            return None
        chosen = tokens.decode(self._menu_token() or "")
        if chosen and _speaks_while_held(chosen, self.situation):
            return chosen
        return acts.OpenAside() if self.reading.intent is Intent.CONTINUE_BOT else acts.PassOn()

    def _nothing_typed(self) -> Act | None:
        return None if fold(self.text) else acts.AskAgain()

    def _command(self) -> Act | None:
        if not self.text.startswith("/"):
            return None
        word, _, rest = self.text[1:].partition(" ")
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

    def _scam(self) -> Act | None:
        return acts.CheckScam() if self.reading.scam else None

    def _code(self) -> Act | None:
        """A dossier or petition code anywhere in the message wins over what stands around it."""
        if self._expects(Step.PETITION_TEXT):
            return None
        if self.reading.dossier_codes:
            return acts.LookUpDossier(self.reading.dossier_codes[0])
        if self.reading.petition_codes:
            return acts.AskPetitionState(self.reading.petition_codes[0])
        return None

    def _leaving(self) -> Act | None:
        """Said anywhere, in the middle of any step."""
        if self._expects(Step.PETITION_TEXT) and len(fold(self.text).split()) > 4:
            return None
        match self.reading.intent:
            case Intent.CANCEL:
                return acts.Cancel()
            case Intent.BACK:
                return acts.GoBack()
            case Intent.ASK_PERSON if not self._expects(Step.QUESTION_FOR_PERSON):
                return acts.Escalate(Reason.ASKED_FOR_PERSON, self._asked_of_person())
            case Intent.HELP:
                return acts.ShowHelp()
        return None

    def _asked_of_person(self) -> str:
        """What was said beside asking for a person; a few words alone are no question yet."""
        said_more = self.reading.has_question_content and len(fold(self.text).split()) >= SAID_MORE
        return self.text if said_more else self.state.missed

    def _step(self) -> Act | None:
        expecting = self.state.expecting
        if expecting is None:
            return None
        handlers: dict[Step, Callable[[Expecting], Act | None]] = {
            Step.DOSSIER_CODE: self._dossier_code,
            Step.DOSSIER_FACTOR: self._dossier_factor,
            Step.PETITION_TEXT: lambda step: acts.FilePetition(PetitionKind(step.data["kind"]), self.text),
            Step.PETITION_CONFIRM: self._petition_confirm,
            Step.PETITION_CODE: lambda _: None,
            Step.COMMUNE: self._commune,
            Step.CONSENT: self._consent,
            Step.RATING: self._rating,
            Step.RATING_WORDS: self._rating_words,
            Step.QUESTION_FOR_PERSON: lambda _: acts.Escalate(Reason.ASKED_FOR_PERSON, self.text),
        }
        return handlers[expecting.step](expecting)

    def _dossier_code(self, step: Expecting) -> Act | None:
        del step
        return acts.LookUpDossier("") if extract.looks_like_dossier_code(self.text) else None

    def _dossier_factor(self, step: Expecting) -> Act | None:
        digits = extract.last_six(self.text)
        return acts.LookUpDossier(step.data["code"], digits) if digits else None

    def _petition_confirm(self, step: Expecting) -> Act | None:
        if self.reading.intent is Intent.YES:
            return acts.FilePetition(PetitionKind(step.data["kind"]), send=True)
        if self.reading.intent is Intent.NO:
            return acts.FilePetition(PetitionKind(step.data["kind"]))
        return None

    def _commune(self, step: Expecting) -> Act | None:
        del step
        if self.reading.commune:
            return acts.SetCommune(self.reading.commune)
        if self.reading.intent is Intent.NO:
            return acts.SetCommune(None, skip=True)
        if self._menu_token() or isinstance(self._matched(), Found) or self.reading.intent:
            return None
        return acts.SetCommune(None, typed=self.text)

    def _consent(self, step: Expecting) -> Act | None:
        if self.reading.intent not in (Intent.YES, Intent.NO):
            return None
        given = self.reading.intent is Intent.YES
        return acts.AnswerConsent(Purpose(step.data["purpose"]), given, step.data["then"])

    def _rating(self, step: Expecting) -> Act | None:
        score = extract.rating(self.text)
        return acts.RecordRating(score, _number(step.data.get("ticket"))) if score else None

    def _rating_words(self, step: Expecting) -> Act | None:
        if self.reading.intent in (Intent.NO, Intent.THANK, Intent.GOODBYE):
            return acts.Thank()
        if isinstance(self._matched(), Found):
            return None
        ticket = _number(step.data.get("ticket"))
        return acts.RecordRating(int(step.data["score"]), ticket, words=self.text)

    def _menu(self) -> Act | None:
        token = self._menu_token()
        return tokens.decode(token) if token else None

    def _menu_token(self) -> str | None:
        """What a typed number or a typed label of the last menu stands for."""
        menu = self.state.menu
        number = extract.menu_number(self.text)
        if number is not None and 1 <= number <= len(menu):
            return menu[number - 1].token
        typed = fold(self.text)
        return next((item.token for item in menu if fold(item.label) == typed), None)

    def _warned(self) -> Act | None:
        declined = {
            Intent.DECLINE_UNLAWFUL: "unlawful",
            Intent.DECLINE_INJECTION: "injection",
            Intent.DECLINE_POLITICS: "politics",
        }
        intent = self.reading.intent
        if intent in declined:
            return acts.Decline(declined[intent])
        if intent is Intent.FORMAL_COMPLAINT and not isinstance(self._matched(), Found):
            return acts.ExplainComplaint()
        return None

    def _wish(self) -> Act | None:
        """Acts other than asking about a procedure."""
        intent = self.reading.intent
        if intent is Intent.NONE_OF_THESE or self.reading.negated_previous:
            return acts.ShowAnother()
        wishes: dict[Intent, Callable[[], Act]] = {
            Intent.LOOK_UP_DOSSIER: acts.LookUpDossier,
            Intent.FILE_PETITION: lambda: self._petition(PetitionKind.REMARK),
            Intent.COMPLAIN_OFFICER: lambda: self._petition(PetitionKind.ABOUT_OFFICER),
            Intent.PETITION_STATE: acts.AskPetitionState,
            Intent.RATE: lambda: acts.RecordRating(extract.rating(self.text)),
            Intent.NOT_DONE: lambda: acts.ReopenTicket(words=self.text),
            Intent.MY_DATA: acts.ShowMyData,
            Intent.WITHDRAW_CONSENT: acts.WithdrawConsent,
            Intent.FORGET_COMMUNE: acts.ForgetCommune,
            Intent.ARE_YOU_HUMAN: lambda: acts.Chat(human=True),
        }
        wish = wishes.get(intent) if intent else None
        return wish() if wish else None

    def _petition(self, kind: PetitionKind) -> Act:
        """What was already told becomes the draft, so nobody has to type it twice."""
        told = self.text if len(fold(self.text).split()) >= 6 else None
        return acts.FilePetition(kind, told)

    def _question(self) -> Act | None:
        follow_up = self._follow_up()
        if follow_up:
            return follow_up
        named = next((code for code in self.reading.procedure_codes), None)
        if named:
            return acts.ShowProcedure(named, self.reading.part)
        match = self._matched()
        topic = self._topic(match)
        if topic:
            return topic
        match match:
            case Found():
                return self._found(match)
            case Unsure():
                return self._unsure(match)
        return self._small() or self._set_commune()

    def _follow_up(self) -> Act | None:
        if self.state.procedure and self.reading.is_follow_up and self.reading.part:
            return acts.ShowProcedure(self.state.procedure, self.reading.part)
        return None

    def _found(self, match: Found) -> Act:
        several = self._several()
        if several:
            return several
        return acts.ShowProcedure(
            match.best.code, self.reading.part, self.reading.anger, tuple(self.reading.old_names)
        )

    def _several(self) -> Act | None:
        parts = self.snapshot.matcher.match_all(self.text)
        codes = tuple(dict.fromkeys(part.best.code for part in parts if isinstance(part, Found)))
        if len(codes) < 2:
            return None
        return acts.ShowSeveral(codes[:SHOWN], self.snapshot.matcher.bundle_for(codes))

    def _unsure(self, match: Unsure) -> Act:
        codes = tuple(candidate.code for candidate in match.candidates)
        if self.state.procedure in codes and self.reading.part:
            return acts.ShowProcedure(self.state.procedure or codes[0], self.reading.part)
        return self._small_unless_asked() or acts.AskWhich(
            codes[:SHOWN], self.reading.part, match.question.text if match.question else None
        )

    def _small_unless_asked(self) -> Act | None:
        return None if self.reading.has_question_content else self._small()

    def _topic(self, match: Match) -> Act | None:
        name = self.reading.topic
        topic = self.snapshot.catalog.topic_by_id.get(name) if name else None
        if topic is None or self.reading.topic_score < self._needed(match):
            return None
        if topic.kind is TopicKind.OTHER_BODY:
            return acts.NameOtherBody(topic.id)
        return acts.ShowTopic(topic.id)

    def _needed(self, match: Match) -> float:
        """A firmly found procedure gives way only to a topic that matches better."""
        return max(TOPIC_SCORE, match.best.score) if isinstance(match, Found) else TOPIC_SCORE

    def _small(self) -> Act | None:
        small: dict[Intent, Act] = {
            Intent.GREET: acts.Greet(),
            Intent.THANK: acts.Thank(),
            Intent.PRAISE: acts.Thank(),
            Intent.GOODBYE: acts.Thank(goodbye=True),
            Intent.SMALLTALK: acts.Chat(),
            Intent.ABUSE: acts.Decline("abuse"),
            Intent.YES: acts.ShowHelp(),
            Intent.NO: acts.Thank(goodbye=True),
            Intent.REPEAT: acts.ShowProcedure(self.state.procedure) if self.state.procedure else acts.ShowHelp(),
        }
        return small.get(self.reading.intent) if self.reading.intent else None

    def _set_commune(self) -> Act | None:
        return acts.SetCommune(self.reading.commune) if self.reading.commune else None

    def _not_found(self) -> Act:
        if self.state.misses == 0:
            return acts.AskAgain()
        told = f"{self.state.missed}\n{self.text}".strip()
        return acts.Escalate(Reason.NOTHING_FOUND, told)

    def _matched(self) -> Match:
        if self.match is None:
            self.match = self.snapshot.matcher.match(self.text)
        return self.match

    def _expects(self, step: Step) -> bool:
        return self.state.expecting is not None and self.state.expecting.step is step


def _number(text: str | None) -> int | None:
    return int(text) if text else None


