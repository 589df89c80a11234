"""What a message means beside what was shown before: which of those offered, or one more word about the same need."""

import re

from bot.conversation import acts, tokens
from bot.conversation.acts import Act
from bot.conversation.hearing import TOPIC_SCORE, Heard
from bot.conversation.state import State, Step
from intents import extract
from intents.bundles import says_what
from intents.catalog import Catalog, Procedure
from intents.matches import Found, Match, NotFound, Unsure
from intents.reading import Intent, Part
from intents.sayings import content_of
from intents.slots import SlotQuestion, assumes, beside_the_case, contradicts, qualifies, without_the_case
from intents.spoken import folded
from intents.text import clean, fold
from intents.words import light_words, words_of

SHOWN = 3  # at most this many procedures are offered at once
A_CHOICE = 6  # words at most of a message that says which of those offered was meant
A_WORD_OF_IT = 4  # words at most of a message that is a part of what one of those offered is called
A_QUALIFIER = 9  # words at most of a message that only says more about the need before
MORE = 1  # words at most that a message says beside the case
ABOUT_SOMETHING = 0.3  # score from which a message by itself says what it is about
_HAPPENED = frozenset(("roi", "chua", "da", "moi", "vua", "xong"))
_CORRECTING = re.compile(r"(?:(?:a|u|ua|y|da|em|toi|tui) )*(?:khong|hong|ko|nham|lon|quen)\b")
_QUALIFYING = (None, Intent.LIVE_ELSEWHERE)  # "lấy chồng bên Đài Loan": no place where they live


def score(match: Match) -> float:
    return max((each.score for each in match.candidates), default=0.0)


def is_errand(match: Match) -> bool:
    """Whether it is the beginning of several errands ("làm căn cước")."""
    return any("broad" in each.why for each in match.candidates)


def codes(match: Match) -> tuple[str, ...]:
    return tuple(each.code for each in match.candidates)


def first_part(heard: Heard) -> Part | None:
    """Asked for the papers of a procedure not spoken of yet, people first get its card: it names them shortly.

    So do they who ask what to do now: that asks for everything, not for the steps.
    """
    part = heard.reading.part or _asked_before(heard)
    return None if part is Part.DOCUMENTS or heard.reading.what_now else part


def _asked_before(heard: Heard) -> Part | None:
    """ "Lệ phí bao nhiêu", "của giấy tờ nào", "khai sinh"."""
    expecting = heard.state.expecting
    named = expecting is not None and expecting.step is Step.PROCEDURE
    return Part(expecting.data["part"]) if expecting and named else None


def pending(state: State) -> tuple[str, ...]:
    """The procedures between which the citizen has not chosen yet."""
    menu = [item.token for item in state.menu]
    if tokens.NONE_OF_THESE not in menu:
        return ()
    return tuple(dict.fromkeys(each.code for each in map(_shown_by, menu) if each))


def asked_before(heard: Heard, offered: tuple[str, ...]) -> SlotQuestion | None:
    """The question that is open, where it was more than a list."""
    asked = heard.snapshot.matcher.match(heard.state.asked, today=heard.situation.today)
    question = asked.question if isinstance(asked, Unsure) else None
    choices = tuple(code for option in question.options for code in option.codes) if question else ()
    return question if set(choices) == set(offered) else None


def chosen_in_words(heard: Heard) -> Act | None:
    """ "Làm căn cước", "cấp, đổi hay cấp lại?", "mất rồi": heard together with what was asked."""
    offered, asked = pending(heard.state), heard.state.asked
    if not (offered and asked) or heard.is_found or heard.reading.intent or heard.words > A_CHOICE:
        return None
    if heard.reading.topic and heard.reading.topic_score >= TOPIC_SCORE:  # "mấy giờ làm việc"
        return None
    together = _together(heard)
    if isinstance(together, Found):
        return _shown(heard, together, together.best.code)
    is_elsewhere = score(heard.match) >= ABOUT_SOMETHING
    fitting = [code for code in offered if _is_for(code, heard)]
    if len(fitting) == 1:
        return _shown(heard, together, fitting[0])
    if is_elsewhere or not isinstance(together, Unsure) or codes(together)[0] not in offered:
        return None
    heard.takes(together)
    return acts.AskWhich(codes(together)[:SHOWN], first_part(heard))


def named_of_those(heard: Heard) -> Act | None:
    """ "Tách", "đóng mới", below the list: what only one of those offered is called, by its choice or by its name."""
    offered = pending(heard.state)
    words = _naming(heard.text) - _naming(heard.state.asked)
    if not (offered and words) or heard.reading.intent or heard.words > A_WORD_OF_IT or _is_elsewhere(heard):
        return None
    shown = {each.code: (each, item.label) for item in heard.state.menu if (each := _shown_by(item.token))}
    by_label = {code: label for code, (_, label) in shown.items()}
    by_name = {code: _called(heard.snapshot.catalog.by_code.get(code)) for code in offered}
    for names in (by_label, by_name):
        fitting = [code for code in offered if words.issubset(_naming(names[code]))]
        if len(fitting) == 1:
            heard.takes(_together(heard))
            asked_before = shown[fitting[0]][0].part
            return acts.ShowProcedure(fitting[0], first_part(heard) or asked_before)
    return None


def _shown_by(token: str) -> acts.ShowProcedure | None:
    act = tokens.decode(token)
    return act if isinstance(act, acts.ShowProcedure) else None


def told_of_it(heard: Heard) -> Act | None:
    """ "Giấy độc thân", its card, "tui ly hôn rồi": what has happened, and no question about divorce."""
    told = not heard.reading.asks and not _HAPPENED.isdisjoint(fold(heard.said).split())
    return narrowed(heard, told=True) if told and qualifies(heard.said) else None


def narrowed(heard: Heard, *, told: bool = False) -> Act | None:
    """ "Kết hôn", its card, "với người Đài Loan": the entry beside it that is for such a case."""
    shown = heard.snapshot.catalog.by_code.get(heard.state.procedure or "")
    if (
        shown is None
        or not heard.state.asked
        or heard.is_found
        or heard.words > A_QUALIFIER
        or heard.reading.intent not in _QUALIFYING
    ):
        return None
    together = _together(heard)
    best = _narrower(heard, shown, together, told=told)
    if best is None:
        return None
    if best == shown.code and heard.reading.part is Part.DOCUMENTS:
        return acts.ShowProcedure(best, Part.DOCUMENTS)  # its card was just read
    act = _shown(heard, together, best)
    if best != shown.code and contradicts(heard.said, _names(shown)):
        heard.together = heard.snapshot.catalog.by_code[best].title  # what was asked at first is taken back
    return act


def of_a_case(heard: Heard) -> Act | None:
    """ "Hộ chiếu", its card, "con nít thì cần giấy gì": no entry of its own, so the part of what was shown."""
    shown, part = heard.state.procedure, heard.reading.part
    if shown is None or part is None or heard.is_found or heard.words > A_QUALIFIER:
        return None
    rest = without_the_case(heard.text)
    if rest is None or not heard.snapshot.reader.read(rest).is_follow_up:
        return None
    return acts.ShowProcedure(shown, None if heard.reading.what_now else part)


def _narrower(heard: Heard, shown: Procedure, together: Match, *, told: bool) -> str | None:
    """What the message and what was asked before mean together, where that is near what was shown.

    `told`: that it has happened; then it is about what was shown, whatever it would be by itself.
    """
    by_itself = heard.match
    best = codes(together)[0] if together.candidates else ""
    unspoken = bool(best) and _assumes(best, shown, heard)
    is_sure = isinstance(by_itself, Unsure) and isinstance(together, Found) and best in codes(by_itself)
    if is_sure and not unspoken and _is_named_in(heard.state.asked, best, heard):
        return best
    if not qualifies(heard.said) or _says_more(heard, shown, best):
        return None
    family = _family(shown.code, heard)
    is_near = best in family and not isinstance(together, NotFound)
    is_elsewhere = score(by_itself) >= ABOUT_SOMETHING and not told
    if is_near and (best == shown.code or unspoken):
        return None if is_elsewhere else (_other_case(heard, shown, together) or shown.code)
    if is_near and isinstance(together, Found):
        return best
    fitting = [code for code in codes(by_itself)[:SHOWN] if code in family and _is_for(code, heard)]
    if len(fitting) == 1 and not _assumes(fitting[0], shown, heard):
        return fitting[0]
    is_likelier = score(together) > score(by_itself) or not is_elsewhere
    return best if is_near and is_likelier and _is_for(best, heard) else None


def _other_case(heard: Heard, shown: Procedure, together: Match) -> str | None:
    """ "Cấp lại bằng lái", its card, "à không, đổi thôi": what was shown is for another case than is said now."""
    corrects = bool(_CORRECTING.match(fold(heard.said)))
    if not contradicts(heard.said, _names(shown)) or (isinstance(together, Found) and not corrects):
        return None
    near = (code for code in codes(together) if code != shown.code and not _assumes(code, shown, heard))
    return next((code for code in near if _is_for(code, heard)), None)


def listed(heard: Heard) -> Act | None:
    """ "Còn cái thứ hai", "cái đầu cần giấy gì": of the list that is open, or that the present one was chosen from."""
    place = extract.listed_number(heard.said)
    offered = _listed(heard.state)
    if place is None or not 1 <= place <= len(offered):
        return None
    part = None if heard.reading.what_now else heard.reading.part  # "cái thứ hai thì sao"
    return acts.ShowProcedure(offered[place - 1], part)


def _listed(state: State) -> tuple[str, ...]:
    lists = (screen.codes for screen in reversed(state.trail) if len(screen.codes) > 1)
    return pending(state) or next(lists, ())


def _is_elsewhere(heard: Heard) -> bool:
    """Whether the message by itself is another procedure's name."""
    return isinstance(heard.match, Found) and heard.match.best.code not in pending(heard.state)


def _naming(text: str) -> frozenset[str]:
    """The words that name something, without marks."""
    words = words_of(clean(text))
    return frozenset(
        plain for word, plain in zip(words, folded(words), strict=True) if word not in light_words()
    )


def _called(procedure: Procedure | None) -> str:
    return " ".join((_names(procedure), *procedure.everyday_names)) if procedure else ""


def _together(heard: Heard) -> Match:
    asked = clean(f"{heard.state.asked} {heard.said}")
    return heard.snapshot.matcher.match(asked, today=heard.situation.today)


def _shown(heard: Heard, together: Match, code: str) -> Act:
    heard.takes(together)
    return acts.ShowProcedure(code, first_part(heard))


def _family(code: str, heard: Heard) -> frozenset[str]:
    """An entry, those that are easily taken for it, and what was found beside it."""
    catalog: Catalog = heard.snapshot.catalog
    beside = (each.code for each in catalog.by_code[code].neighbours)
    taken_for_it = (
        each.code for each in catalog.procedures if any(near.code == code for near in each.neighbours)
    )
    return frozenset((code, *beside, *taken_for_it, *heard.state.offered))


def _is_for(code: str, heard: Heard) -> bool:
    """Whether the name of the entry says what the message adds."""
    procedure = heard.snapshot.catalog.by_code.get(code)
    return procedure is not None and qualifies(heard.said, _names(procedure))


def _says_more(heard: Heard, shown: Procedure, best: str) -> bool:
    """Whether it tells too much beside the case that neither entry speaks of: "mất ngủ hoài làm sao"."""
    found = heard.snapshot.catalog.by_code.get(best, shown)
    known = frozenset(
        word
        for entry in (shown, found)
        for text in (_names(entry), *entry.everyday_names, *entry.wordings)
        for word in content_of(clean(text)).split()
    )
    if sum(word not in known for word in beside_the_case(heard.said)) > MORE:
        return True
    return score(heard.match) >= ABOUT_SOMETHING and says_what(heard.said)


def _is_named_in(asked: str, code: str, heard: Heard) -> bool:
    """Whether what was asked before says something of the entry, too: "quán" of "giấy cho quán ăn"."""
    procedure = heard.snapshot.catalog.by_code[code]
    named, said = (frozenset(content_of(clean(text)).split()) for text in (_names(procedure), heard.said))
    return not named.isdisjoint(frozenset(content_of(clean(asked)).split()) - said)


def _assumes(code: str, shown: Procedure, heard: Heard) -> bool:
    """Whether the entry is for a case that nobody spoke of: with a foreigner, for a child."""
    return assumes(
        _names(heard.snapshot.catalog.by_code[code]), _names(shown), f"{heard.state.asked} {heard.said}"
    )


def _names(procedure: Procedure) -> str:
    return f"{procedure.title} {procedure.name}"
