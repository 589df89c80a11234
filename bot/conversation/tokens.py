"""Acts as short opaque strings for buttons, and back. At most 64 bytes: Telegram's limit.

A token is what a citizen could also type, so it carries no right: whatever it asks for is checked when it is
performed. Old buttons keep working, because nothing has to be remembered for them.
"""

from collections.abc import Callable

from bot.conversation import acts
from bot.conversation.acts import Act
from bot.conversation.filing import Verb
from intents.reading import Part
from storage.petition_records import PetitionKind
from storage.records import Purpose, RatingReason, RatingTarget, Reason

MAX_BYTES = 64
LONGEST_NUMBER = 15  # digits of a ticket's number

NONE_OF_THESE = "none"
ANOTHER = "another"


def show(code: str, part: Part | None = None) -> str:
    return f"p:{code}:{part.value}" if part else f"p:{code}"


def dossier(code: str) -> str:
    return f"d:{code}"


def papers(code: str) -> str:
    return f"ph:{code}"


def send_missing(code: str) -> str:
    return f"bs:{code}"


def follow_dossier(code: str, on: bool = True) -> str:
    return f"fl:{'y' if on else 'n'}:{code}"


def rate_dossier(score: int, target: RatingTarget, code: str) -> str:
    return f"rd:{score}:{target.value[0]}:{code}"


def rate(score: int, ticket_id: int | None, officer_id: int | None = None) -> str:
    """`officer_id`: whose answer it hangs under, so that an old button rates nobody else."""
    return f"r:{score}:{ticket_id or ''}" + (f":{officer_id}" if officer_id else "")


def rating_reason(ticket_id: int, reason: RatingReason) -> str:
    return f"rr:{ticket_id}:{reason.value}"


def reopen(ticket_id: int) -> str:
    return f"reopen:{ticket_id}"


def petition(code: str) -> str:
    return f"pa:{code}"


def topic(identifier: str) -> str:
    return f"t:{identifier}"


def join(joining_id: int, yes: bool) -> str:
    return f"join:{joining_id}:{'y' if yes else 'n'}"


def start_filing(code: str) -> str:
    return f"file:{code}"


def filing(verb: Verb, submission_id: int, value: str | int = "") -> str:
    return f"f:{verb.value}:{submission_id}:{value}"


def owner(code: str, given: bool) -> str:
    return f"xn:{'y' if given else 'n'}:{code}"


def submission(receipt_code: str) -> str:
    return f"hs:{receipt_code}"


def consent(purpose: Purpose, given: bool, then: str) -> str:
    return f"c:{purpose.value}:{'y' if given else 'n'}:{then}"


def withdraw_ticket(ticket_id: int, given: bool) -> str:
    return f"wt:{ticket_id}:{'y' if given else 'n'}"


def claim(ticket_id: int) -> str:
    """An officer's button, under an alert: read by the desk (`claimed`), never as an act of a citizen."""
    return f"claim:{ticket_id}"


def claimed(token: str) -> int | None:
    """The ticket that a press of `claim` is about."""
    head, _, rest = token.partition(":")
    try:
        return _number(rest) if head == "claim" else None
    except ValueError:
        return None


def petition_kind(kind: PetitionKind) -> str:
    return f"pg:{kind.value}"


def withhold(withheld: bool) -> str:
    return f"pw:{'y' if withheld else 'n'}"


def follow(petition_id: int) -> str:
    return f"pf:{petition_id}"


def reopen_petition(code: str) -> str:
    return f"pr:{code}"


def rate_petition(code: str, score: int | None = None) -> str:
    return f"pq:{score or ''}:{code}"


PERSON = "person"
HELP = "help"
LOOK_UP = "dossier"
PETITION = "petition"
PETITION_SEND = "petition:send"
PETITION_EDIT = "petition:edit"
PETITION_KINDS = "petition:kinds"
PETITION_OTHER = "petition:other"
PETITION_STATE = "petition:state"
PETITION_LATER = "petition:later"
PETITION_DROP = "petition:drop"
CANCEL = "cancel"
BACK = "back"
SKIP_COMMUNE = "commune:skip"
FORGET_COMMUNE = "commune:forget"
ASIDE = "aside"
RATE = "rate"
OTHER_LANGUAGE = "lang"
WITHDRAW = "withdraw"
FORGET_ME = "forget"
FORGET_ME_YES = "forget:y"
FORGET_ME_NO = "forget:n"
PAPERS = "papers"
HOURS = "gio_lam_viec"  # the topic
OFFICE_HOURS = f"t:{HOURS}"

NOTICES_ON = "notices:on"
NOTICES_OFF = "notices:off"

_TARGETS = {each.value[0]: each for each in RatingTarget}
_FIXED: dict[str, Callable[[], Act]] = {
    PERSON: lambda: acts.Escalate(Reason.ASKED_FOR_PERSON, ""),
    HELP: acts.ShowHelp,
    LOOK_UP: acts.LookUpDossier,
    PETITION: acts.FilePetition,
    PETITION_SEND: lambda: acts.FilePetition(send=True),
    PETITION_EDIT: lambda: acts.FilePetition(anew=True),
    PETITION_KINDS: acts.ChangePetition,
    PETITION_OTHER: acts.FollowPetition,
    PETITION_STATE: acts.AskPetitionState,
    PETITION_LATER: lambda: acts.LeavePetition(drop=False),
    PETITION_DROP: lambda: acts.LeavePetition(drop=True),
    CANCEL: acts.Cancel,
    BACK: acts.GoBack,
    SKIP_COMMUNE: lambda: acts.SetCommune(None, skip=True),
    FORGET_COMMUNE: acts.ForgetCommune,
    ASIDE: acts.OpenAside,
    RATE: acts.RecordRating,
    NOTICES_ON: lambda: acts.SwitchNotices(True),
    NOTICES_OFF: lambda: acts.SwitchNotices(False),
    WITHDRAW: acts.WithdrawConsent,
    FORGET_ME: acts.ForgetMe,
    FORGET_ME_YES: lambda: acts.ForgetMe(True),
    FORGET_ME_NO: lambda: acts.ForgetMe(False),
    PAPERS: lambda: acts.AskAboutMedia(papers=True),
    OTHER_LANGUAGE: lambda: acts.SetLanguage(None),
    "mydata": acts.ShowMyData,
    NONE_OF_THESE: acts.AskAgain,
    ANOTHER: acts.ShowAnother,
}


def decode(token: str) -> Act | None:
    """The act a token stands for; None for anything that is not one of ours."""
    if token in _FIXED:
        return _FIXED[token]()
    head, _, rest = token.partition(":")
    try:
        return _parse(head, rest)
    except (ValueError, KeyError):
        return None


def _parse(head: str, rest: str) -> Act | None:  # noqa: C901, PLR0912 - one line a kind
    match head:
        case "p":
            code, _, part = rest.partition(":")
            return acts.ShowProcedure(code, Part(part) if part else None)
        case "d":
            return acts.LookUpDossier(rest, detail=True)
        case "t":
            return acts.ShowTopic(rest)
        case "r":
            score, ticket, officer = [*rest.split(":", 2), "", ""][:3]
            return acts.RecordRating(
                _level(score),
                _number(ticket) if ticket else None,
                officer_id=_number(officer) if officer else None,
            )
        case "rd":
            score, target, code = rest.split(":", 2)
            return acts.RateDossier(code, _TARGETS[target], _level(score))
        case "fl":
            on, code = rest.split(":", 1)
            return acts.FollowDossier(code, on == "y")
        case "ph":
            return acts.AskPapers(rest)
        case "bs":
            return acts.SendMissing(rest)
        case "rr":
            ticket, _, reason = rest.partition(":")
            return acts.GiveRatingReason(_number(ticket), RatingReason(reason))
        case "reopen":
            return acts.ReopenTicket(_number(rest))
        case "file":
            return acts.StartFiling(rest)
        case "f":
            verb, submission_id, value = rest.split(":", 2)
            return acts.FileStep(Verb(verb), _number(submission_id), value)
        case "xn":
            given, code = rest.split(":", 1)
            return acts.ConfirmOwner(code, given == "y")
        case "hs":
            return acts.ShowSubmission(rest)
        case "pa":
            return acts.AskPetitionState(rest)
        case "pk":
            return acts.FilePetition(PetitionKind(rest))
        case "wt":
            number, _, answer = rest.partition(":")
            return acts.WithdrawTicket(_number(number), answer == "y")
        case "pg":
            return acts.ChangePetition(PetitionKind(rest))
        case "pw":
            return acts.ChangePetition(withheld=rest == "y")
        case "pf":
            return acts.FollowPetition(_number(rest))
        case "pr":
            return acts.ReopenPetition(rest)
        case "pq":
            score, _, code = rest.partition(":")
            return acts.RatePetition(code, _level(score) if score else None)
        case "join":
            number, _, answer = rest.partition(":")
            return acts.JoinChats(_number(number), answer == "y")
        case "c":
            purpose, given, then = rest.split(":", 2)
            return acts.AnswerConsent(Purpose(purpose), given == "y", then)
    return None


def _level(text: str) -> int:
    score = _number(text)
    if not 1 <= score <= 5:
        raise ValueError(text)
    return score


def _number(text: str) -> int:
    """Plain digits, few enough for a database's integer: anybody can send any token."""
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER):
        raise ValueError(text)
    return int(text)
