"""A message as it is heard: what was typed, in which situation, and what the matcher and the reader make of it."""

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from bot.conversation import tokens
from bot.conversation.acts import Act
from bot.conversation.state import State, Step
from bot.live_catalog import Snapshot
from intents import extract
from intents.address import unaddressed
from intents.matches import Candidate, Found, Match, Unsure
from intents.reading import Intent, Reading
from intents.text import clean, fold

# What procedures are worded as, too; their rules weigh that themselves.
_ALSO_WORDED = (
    Intent.FORMAL_COMPLAINT,
    Intent.FILE_PETITION,
    Intent.COMPLAIN_OFFICER,
    Intent.LOOK_UP_DOSSIER,
)


@dataclass(frozen=True)
class Situation:
    """The conversation as the turn finds it. `held`: a person answers and the bot is silent."""

    state: State = field(default_factory=State)
    held: bool = False
    ticket_open: bool = False
    today: date | None = None  # entries out of force on that day give way to their successors


@dataclass(frozen=True)
class Understood:
    """The act, and why: what the matcher saw, for the note beside the message and for the officer."""

    act: Act
    text: str = ""
    match: Match | None = None
    reading: Reading | None = None
    label: str | None = None  # of a pressed choice
    together: str = ""  # the message with what was asked before, where it was heard so

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


class Heard:
    """One typed message. The matcher is asked once, and only if a rule needs it."""

    def __init__(self, text: str, situation: Situation, snapshot: Snapshot) -> None:
        self.text = text
        self.situation = situation
        self.snapshot = snapshot
        self.asked: Match | None = None
        self.together = ""

    @property
    def state(self) -> State:
        return self.situation.state

    @cached_property
    def said(self) -> str:
        """The message without words that only address and soften; what is kept of it is `text`."""
        return unaddressed(self.text)

    @cached_property
    def reading(self) -> Reading:
        """Of a procedure's own wording with its marks: it asks for that, whatever act some of its words may be."""
        reader, said = self.snapshot.reader, clean(self.said)
        wording = self.snapshot.matcher.worded(said)
        if wording is None:
            return reader.read(said)
        reading = reader.read(wording)
        intent = reading.intent if reading.intent in _ALSO_WORDED else None
        return replace(reading, intent=intent, vote=None, topic=None, topic_score=0.0)

    @cached_property
    def words(self) -> int:
        return len(fold(self.said).split())

    @property
    def match(self) -> Match:
        if self.asked is None:
            self.asked = self.snapshot.matcher.match(clean(self.said), today=self.situation.today)
        return self.asked

    def takes(self, match: Match) -> None:
        """What the message was heard for, together with what was asked before."""
        self.asked, self.together = match, f"{self.state.asked} {self.said}"

    @property
    def is_found(self) -> bool:
        return isinstance(self.match, Found)

    def expects(self, step: Step) -> bool:
        return self.state.expecting is not None and self.state.expecting.step is step

    @property
    def menu_token(self) -> str | None:
        """What a typed number or a typed label of the last menu stands for."""
        menu = self.state.menu
        number = extract.menu_number(self.said)
        if number is not None and 1 <= number <= len(menu):
            return menu[number - 1].token
        typed = (fold(self.text), fold(self.said))
        return next((item.token for item in menu if fold(item.label) in typed), None)

    @property
    def menu_act(self) -> Act | None:
        token = self.menu_token
        return tokens.decode(token) if token else None
