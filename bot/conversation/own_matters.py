"""Questions right below what was told of one's own dossier or petition: "khi nào có kết quả", "sao trễ vậy"."""

import re

from bot.conversation import acts, tokens
from bot.conversation.acts import Act
from bot.conversation.filing import Verb
from bot.conversation.hearing import Heard
from bot.conversation.ways_out import LONGEST_ANSWER
from intents.text import fold

_HOW_IT_STANDS = re.compile(
    r"\b(?:(?:khi|chung|bua|hom|ngay) nao|bao gio|bao lau|may ngay(?: nua)?|sao (?:tre|lau)|toi dau roi"
    r"|(?:xong|co|tra loi|xu ly|ket qua|giai quyet) chua|ai (?:giu|xu ly|lam|phu trach)|(?:tre|lau) (?:vay|the|du))\b"
)
_DOSSIER, _PETITION = re.compile(r"\bho so\b"), re.compile(r"\b(?:phan anh|kien nghi|gop y)\b")


def about_ones_own(heard: Heard, act: Act) -> Act:
    """What was told last is asked about; a need that is named is another matter."""
    state, reading = heard.state, heard.reading
    passed_on = heard.situation.held and not state.aside
    if state.expecting or passed_on or reading.danger or heard.menu_token or heard.words > LONGEST_ANSWER:
        return act
    said = fold(heard.text)
    if not _HOW_IT_STANDS.search(said):
        return act
    for item in state.menu:
        own = _of_ones_own(tokens.decode(item.token))
        if own is not None and not heard.is_found:
            another = _DOSSIER if isinstance(own, acts.AskPetitionState) else _PETITION
            return act if another.search(said) else own
    return act


def _of_ones_own(offered: Act | None) -> Act | None:
    if isinstance(offered, acts.ShowSubmission | acts.AskPetitionState):
        return offered
    if isinstance(offered, acts.LookUpDossier):
        return offered if offered.code else None
    if (
        isinstance(offered, acts.FileStep)
        and offered.verb in (Verb.SLOTS, Verb.UNBOOK)
        and offered.submission
    ):
        return acts.FileStep(Verb.SHOW, offered.submission)
    return None
