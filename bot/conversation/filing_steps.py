"""What a typed message means while a dossier is being filed: the answer to its step, or a way out of it and back."""

import re
from collections.abc import Callable

from bot.conversation import acts, tokens
from bot.conversation import filing as plan
from bot.conversation.acts import Act
from bot.conversation.filing import DESK, HELPER, NO_CASE, POST, SELF, Question, Verb
from bot.conversation.hearing import Heard
from bot.conversation.state import Expecting, State, Step
from bot.conversation.ways_out import (
    AGREED_TO_DROP,
    BEFORE,
    BEHIND,
    DROP_DOSSIER,
    GO_ON,
    HAND_IN,
    LONGEST_ANSWER,
    PAUSE,
    SKIP,
    SUPPLY,
    WHICH_PAPERS,
    WITHDRAW,
)
from intents.matches import NotFound
from intents.reading import Intent
from intents.text import fold
from storage.records import Reason

# "ảnh 2 là giấy chứng sinh", folded.
_PLACED = re.compile(r"(?:anh|hinh|tam|trang) (?:so )?(?P<number>\d{1,2}) (?:la |cua |thuoc )+(?P<paper>.+)")
_CHANGE = ("sua ", "doi ", "chup lai ", "change ")
_NOT_THERE = frozenset(
    {"chua co", "da chua co", "chua", "khong co", "da khong co", "em chua co", "toi chua co"}
)
MOST_NONE = 5  # words of "không thuộc trường hợp nào"
_ENOUGH = frozenset({"xong", "xong roi", "da xong", "du roi", "het roi", "done", "finished"})
_BY_POST = ("buu dien", "chuyen phat", "gui ve", "gui tan nha", "ship", "by post")
_AT_DESK = (
    "tai noi",
    "tai cho",
    "tai quay",
    "tai trung tam",
    "den lay",
    "toi lay",
    "len lay",
    "ra lay",
    "truc tiep",
)
_FOR_SELF = re.compile(
    rf"{BEFORE}(?:(?:nop|lam) )?(?:cho |gium |dum )?(?:chinh )?(?:minh|toi|tui|em|ban than"
    rf"|(?:con|be|em be)(?: nho| gai| trai)?(?: toi| tui| minh| em)?){BEHIND}"
)
_A_RELATIVE = re.compile(
    rf"{BEFORE}(?:la |toi la |tui la |em la )*(?:con|chau|vo|chong|anh|chi|em|me|cha|ba|nguoi than)\b.*"
)
_FOR_SOMEBODY = re.compile(
    rf"{BEFORE}(?:(?:nop|lam|di) )?(?:cho|gium|dum|giup|ho|thay)(?: cho)? (?P<whom>.+?){BEHIND}"
)
_HELPED = re.compile(rf"{BEFORE}to cong nghe so(?: cong dong)? (?:nop|lam)(?: ho| thay)?{BEHIND}")
_PLACE = re.compile(
    r"\b(?:duong|khom|phuong|xa|ap|hem|huyen|thi tran|thanh pho|tp|tinh|thon|quoc lo|kenh|to \d|so \d|so nha|khu \d)\b"
)
_LIVES = frozenset({None, Intent.SET_COMMUNE, Intent.LIVE_ELSEWHERE, Intent.YES, Intent.NO})
A_TOPIC = 0.8  # score from which words without a place are about something


def filing_at_hand(state: State) -> int | None:
    """The draft that the present step belongs to: consent and commune are asked on its way, too."""
    match state.expecting:
        case Expecting(step=Step.FILING, data=data):
            return int(data["submission"])
        case Expecting(step=Step.CONSENT | Step.COMMUNE, data=data):
            then = tokens.decode(data.get("then", ""))
            return then.submission if isinstance(then, acts.FileStep) else None
    return None


def while_filing(heard: Heard, act: Act) -> Act:
    """Ways out of a draft and back to it are the same at each of its steps, whatever was offered last: "để sau"
    keeps it, "huỷ" asks first, "quay lại" takes one answer back, "làm tiếp" goes on."""
    state = heard.state
    here = filing_at_hand(state)
    number = here or (state.draft if state.expecting is None else None)
    if number is None and state.expecting is None:
        return _taken_up(heard, act)
    passed_on = heard.situation.held and not state.aside
    if number is None or passed_on or heard.reading.danger or heard.menu_token:
        return act
    # A way out is said in few words; patterns that leave words free are not tried on a long tale.
    said = fold(heard.text) if heard.words <= LONGEST_ANSWER else ""
    asked = state.expecting is not None and _asks(state.expecting) == Verb.CANCEL
    if asked and AGREED_TO_DROP.fullmatch(said):
        return acts.FileStep(Verb.DROP, number)
    if here and WHICH_PAPERS.fullmatch(said):
        return acts.FileStep(Verb.GO, number)
    if PAUSE.fullmatch(said):
        return acts.FileStep(Verb.PAUSE, number)
    if DROP_DOSSIER.fullmatch(said):
        return acts.FileStep(Verb.CANCEL, number)
    if GO_ON.fullmatch(said):
        return acts.FileStep(Verb.GO, number)
    if here is None or state.expecting is None:
        return act
    if SKIP.fullmatch(said):
        return _skipped(state.expecting, number)
    match act:
        case acts.Cancel():
            return acts.FileStep(Verb.CANCEL, number)
        case acts.GoBack():
            return acts.FileStep(Verb.GO if _asks(state.expecting) == Verb.CANCEL else Verb.BACK, number)
    return act


def _taken_up(heard: Heard, act: Act) -> Act:
    """ "Bổ sung", "làm tiếp", "là giấy nào vậy" below the notice of an officer, or when it comes to mind."""
    passed_on = heard.situation.held and not heard.state.aside
    if passed_on or heard.reading.danger or heard.menu_token or heard.words > LONGEST_ANSWER:
        return act
    said = fold(heard.text)
    if WITHDRAW.fullmatch(said):
        return acts.Escalate(Reason.ASKED_FOR_PERSON, heard.text)
    offered = (tokens.decode(item.token) for item in heard.state.menu)
    asked = next((each for each in offered if isinstance(each, acts.FileStep) and each.verb is Verb.GO), None)
    if asked and (SUPPLY.fullmatch(said) or GO_ON.fullmatch(said) or WHICH_PAPERS.fullmatch(said)):
        return asked
    telling = heard.state.petition is not None
    return (
        acts.FileStep(Verb.GO) if SUPPLY.fullmatch(said) or (GO_ON.fullmatch(said) and not telling) else act
    )


def _asks(step: Expecting) -> str:
    return step.data.get("ask", "") if step.step is Step.FILING else ""


def _skipped(step: Expecting, number: int) -> Act:
    """ "Bỏ qua": what is asked, where it can be done without; never the whole dossier."""
    if step.step is Step.COMMUNE:
        return acts.SetCommune(None, skip=True)
    without = {
        Question.PART.value: acts.FileStep(Verb.LACKING, number),
        Question.CASE.value: acts.FileStep(Verb.CASE, number, str(NO_CASE)),
        Question.OWNER.value: acts.FileStep(Verb.WAIT, number),
        Verb.CANCEL.value: acts.FileStep(Verb.GO, number),
    }
    return without.get(_asks(step), acts.FileStep(Verb.PAUSE, number))


def answer(heard: Heard, step: Expecting) -> Act | None:
    """The words of a choice mean that choice, wherever they are not an answer of their own."""
    said = _ANSWERS.get(step.data["ask"])
    verb = said(heard, step) if said else None
    return acts.FileStep(verb[0], int(step.data["submission"]), verb[1]) if verb else None


Said = tuple[Verb, str]


def _to_who(heard: Heard, step: Expecting) -> Said | None:
    who = None if heard.menu_token else _who(heard, step)
    return (Verb.WHO, who) if who else None


def _to_case(heard: Heard, step: Expecting) -> Said | None:
    if heard.menu_token:
        return None
    case = str(NO_CASE) if _is_none(heard) else _chosen(heard, step)
    return (Verb.CASE, case) if case else None


def _to_part(heard: Heard, step: Expecting) -> Said | None:
    del step
    placed = _PLACED.match(fold(heard.text))
    if placed:
        return Verb.PLACE, f"{placed['number']}:{placed['paper']}"
    if heard.reading.intent is Intent.YES or fold(heard.text) in _ENOUGH:
        return Verb.DONE, ""
    lacks = heard.reading.intent is Intent.NO or fold(heard.text) in _NOT_THERE
    return (Verb.LACKING, "") if lacks and not heard.menu_token else None


def _to_delivery(heard: Heard, step: Expecting) -> Said | None:
    del step
    way = None if heard.menu_token else _delivery(heard)
    return (Verb.DELIVERY, way) if way else None


def _to_address(heard: Heard, step: Expecting) -> Said | None:
    del step
    if not heard.menu_token and _delivery(heard) == DESK:
        return Verb.DELIVERY, DESK
    return (Verb.ADDRESS, heard.text) if not heard.menu_token and _is_address(heard) else None


def _to_review(heard: Heard, step: Expecting) -> Said | None:
    del step
    if fold(heard.text).startswith(_CHANGE):
        return Verb.FIX, heard.text
    if heard.menu_token:
        return None
    if way := _delivery(heard):
        return Verb.DELIVERY, way
    sends = heard.reading.intent is Intent.YES or fold(heard.text) in HAND_IN
    return (Verb.SEND, "") if sends else None


def _to_cancel(heard: Heard, step: Expecting) -> Said | None:
    """ "Gửi" is a nod elsewhere; here it says that nothing shall be dropped."""
    del step
    if heard.reading.intent is Intent.NO or fold(heard.text) in HAND_IN:
        return Verb.GO, ""
    return (Verb.DROP, "") if heard.reading.intent is Intent.YES else None


_ANSWERS: dict[str, Callable[[Heard, Expecting], Said | None]] = {
    Question.WHO.value: _to_who,
    Question.CASE.value: _to_case,
    Question.PART.value: _to_part,
    Question.DELIVERY.value: _to_delivery,
    Question.ADDRESS.value: _to_address,
    Question.REVIEW.value: _to_review,
    Verb.CANCEL.value: _to_cancel,
}


def _is_address(heard: Heard) -> bool:
    """Has a number or names a place; or is at least no question, and nothing that means something else."""
    reading, numbered = heard.reading, any(sign.isdigit() for sign in heard.text)
    placed = _PLACE.search(fold(heard.text)) is not None
    asks = reading.asks or reading.part is not None
    is_topic = reading.topic is not None and reading.topic_score >= A_TOPIC
    if numbered and placed:
        return not (asks and (reading.part is not None or heard.is_found or is_topic))
    if asks or heard.is_found:
        return False
    if numbered or placed or reading.only_place:
        return True
    return reading.intent in _LIVES and not is_topic and isinstance(heard.match, NotFound)


def _who(heard: Heard, step: Expecting) -> str | None:
    """ "Cho má tui", "nộp giùm bà ngoại"; whoever files for a small child files as its parent."""
    said = fold(heard.text)
    if heard.words > LONGEST_ANSWER:
        return None
    if _FOR_SELF.fullmatch(said):
        return SELF
    if _HELPED.fullmatch(said):
        return HELPER
    told = _FOR_SOMEBODY.fullmatch(said)
    if step.data.get("oneself") == "relative" and (told or _A_RELATIVE.fullmatch(said)):
        return SELF  # of who has died; nobody is authorised by them
    if told is None:
        return _chosen(heard, step)
    return plan.chosen(told["whom"], step.data.get("named", ""))


def _chosen(heard: Heard, step: Expecting) -> str | None:
    """What the question named, typed instead of pressed; a question of its own is heard as one."""
    if heard.reading.asks or heard.words > LONGEST_ANSWER:
        return None
    return plan.chosen(heard.text, step.data.get("named", ""))


def _delivery(heard: Heard) -> str | None:
    said = fold(heard.text)
    if heard.reading.asks or heard.words > LONGEST_ANSWER:
        return None
    if any(each in said for each in _BY_POST):
        return POST
    return DESK if any(each in said for each in _AT_DESK) else None


def _is_none(heard: Heard) -> bool:
    """ "Không", "không thuộc", "không có": none of the cases that were named."""
    said = fold(heard.text).removeprefix("da ").split()
    return heard.reading.intent is Intent.NO or (len(said) <= MOST_NONE and said[:1] == ["khong"])
