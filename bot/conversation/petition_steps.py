"""Ways out of a petition that is being told, and back to it: as in filing, nothing is lost by one word."""

from bot.conversation import acts, tokens
from bot.conversation.acts import Act
from bot.conversation.hearing import Heard
from bot.conversation.state import Expecting, State, Step
from bot.conversation.ways_out import (
    AGREED_TO_DROP,
    DROP_PETITION,
    GO_ON,
    HAND_IN,
    LONGEST_ANSWER,
    NOT_SOLVED,
    PAUSE,
    REOPEN,
    SKIP,
)
from intents.reading import Intent
from intents.text import fold
from storage.records import Purpose


def while_telling(heard: Heard, act: Act) -> Act:
    """ "Để sau" keeps it, "huỷ" asks first, "quay lại" and "viết tiếp" show it again."""
    state = heard.state
    here = _at_hand(state)
    kept = state.expecting is None and state.draft is None and state.petition is not None
    passed_on = heard.situation.held and not state.aside
    if not (here or kept) or passed_on or heard.reading.danger or heard.menu_token:
        return act
    said = fold(heard.text) if heard.words <= LONGEST_ANSWER else ""
    asked = state.expecting is not None and state.expecting.step is Step.PETITION_DROP
    if asked and AGREED_TO_DROP.fullmatch(said):
        return acts.LeavePetition(drop=True)
    if state.petition and here and SKIP.fullmatch(said):
        return acts.FilePetition()
    if DROP_PETITION.fullmatch(said):
        return acts.LeavePetition()
    if state.petition and GO_ON.fullmatch(said):
        return acts.FilePetition()
    return acts.LeavePetition(drop=False) if here and PAUSE.fullmatch(said) else act


def about_its_answer(heard: Heard, act: Act) -> Act:
    """ "Vẫn còn hư nè", "chưa giải quyết đâu", right below what an agency answered; "mở lại phản ánh" anywhere."""
    if heard.reading.danger or heard.menu_token or heard.state.expecting or heard.words > LONGEST_ANSWER:
        return act
    said = fold(heard.text)
    offered = (tokens.decode(item.token) for item in heard.state.menu)
    code = next((each.code for each in offered if isinstance(each, acts.ReopenPetition)), None)
    if code and NOT_SOLVED.search(said):
        return acts.ReopenPetition(code, heard.text)
    return acts.ReopenTicket() if REOPEN.fullmatch(said) and not heard.situation.held else act


def _at_hand(state: State) -> bool:
    match state.expecting:
        case Expecting(step=Step.CONSENT, data=data):
            return data.get("purpose") == Purpose.PETITION
    return state.telling


def dropped(heard: Heard, step: Expecting) -> Act | None:
    """Whether it shall be dropped for good."""
    del step
    if heard.reading.intent is Intent.NO or fold(heard.text) in HAND_IN:
        return acts.FilePetition()
    return acts.LeavePetition(drop=True) if heard.reading.intent is Intent.YES else None
