"""The needs of one message: where it is cut, and whether what stands on both sides is a need of its own."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from intents.asked import is_by_name
from intents.broad import errands
from intents.bundles import MOST, Cut, begins_an_errand, halves, is_called, is_told, says_to_do, says_what
from intents.listed import asks_for_a_paper, one_each
from intents.matches import SHOWN, Candidate, Found, Match, NotFound, Unsure
from intents.words import words_of

LIKELY = 0.3  # the score from which a doubtful part of a message is a need of its own
FIRM = 0.9  # the score of parts that are two needs although nothing but a comma says so
SHORT = 6  # words at most of a need that is only called by its name


class Several:
    """`match`: what a text by itself asks for. `is_bundle`: whether the procedure of a code does several at once."""

    def __init__(self, match: Callable[[str], Match], is_bundle: Callable[[str], bool]) -> None:
        self._match, self._is_bundle = match, is_bundle

    def needs(self, text: str) -> tuple[Match, ...]:
        """The needs of a message in order: several only where one part by itself is found, and each other is, too, or
        clearly asks for something else; else the one match.
        """
        whole = self._match(text)
        if len(named := self._listed(text)) > 1:
            return named
        parts = self._parts(text, MOST, only_added=isinstance(whole, Found))
        if not parts and not isinstance(whole, Found):
            parts = self._doubtful(text)
        found = [part.best.code for part in parts if isinstance(part, Found)]
        if len(parts) < 2 or len(set(found)) < len(found):
            return (whole,)
        if isinstance(whole, Found) and (whole.best.code not in found or self._is_bundle(whole.best.code)):
            return (whole,)
        return tuple(parts)

    def _listed(self, text: str) -> tuple[Match, ...]:
        """One need for each paper of a list that shares what is to be done; nothing unless each is found or likely."""
        found = [self._likely(each) for each in one_each(text)[:MOST]]
        needs = {each.candidates[0].code: each for each in found if each is not None}
        some = any(isinstance(each, Found) for each in needs.values())
        return tuple(needs.values()) if some and None not in found else ()

    def _parts(self, text: str, most: int, only_added: bool = False) -> list[Found | Unsure]:
        """The surest way to cut the text into parts that are each a need of their own; nothing if there is none.

        Where a part is doubtful, or the text by itself is found (`only_added`), a word must say that it is added.
        """
        best: list[Found | Unsure] = []
        for cut in halves(text):
            head = self._head(cut)
            if head is None or is_told(cut.second):
                continue
            tail = self._parts(cut.second, most - 1) if most > 2 else []
            alone = self._need(cut.second) or (
                self._named_besides(cut.second, cut.is_bare) if cut.added else None
            )
            parts = [head, *(tail or ([alone] if alone else []))]
            certain = all(isinstance(part, Found) for part in parts) and (
                not only_added or (any(map(is_by_name, parts)) and _firmness(parts)[1] >= FIRM)
            )
            if (
                len(parts) > 1
                and (cut.added or certain)
                and _are_apart(parts)
                and _firmness(parts) > _firmness(best)
            ):
                best = parts
        return best

    def last(self, text: str) -> Match:
        """The need that stands at the end, where the message as a whole says nothing: "xây nhà xong làm hoàn công"."""
        ends = (self._match(cut.second) for cut in halves(text) if says_what(cut.second))
        return next(filter(is_by_name, ends), NotFound())

    def _doubtful(self, text: str) -> list[Found | Unsure]:
        """Two needs neither of which is clear: "giấy phép kinh doanh với giấy vệ sinh thực phẩm"."""
        for cut in halves(text):
            named = cut.added and not cut.after and all(map(_is_a_need, (cut.first, cut.second)))
            parts = [self._likely(each) for each in (cut.first, cut.second)] if named else []
            needs: list[Found | Unsure] = [each for each in parts if isinstance(each, Unsure)]
            if len(needs) > 1 and _are_apart(needs):
                return needs
        return []

    def _head(self, cut: Cut) -> Found | Unsure | None:
        """The first need. What came before another ("cưới vợ xong ...") may be a tale that only names one."""
        if asks_for_a_paper(cut.first) or is_told(cut.first):
            return None
        named = cut.added and not cut.after
        return self._need(cut.first) or (self._named_besides(cut.first, cut.is_bare) if named else None)

    def _need(self, text: str) -> Found | Unsure | None:
        words = words_of(text)
        if not says_what(text) and not (begins_an_errand(words) and errands(words)):
            return None
        return self._likely(text)

    def _likely(self, text: str) -> Found | Unsure | None:
        need = self._match(text)
        if isinstance(need, Found) or (isinstance(need, Unsure) and is_likely(need.candidates[0])):
            return need
        return None

    def _named_besides(self, text: str, is_bare: bool) -> Found | Unsure | None:
        """ "Làm căn cước với hộ chiếu": a need is only called by its name, be it one of several."""
        need = self._match(text) if len(text.split()) <= SHORT else NotFound()
        if isinstance(need, Unsure):
            is_broad = any("broad" in each.why for each in need.candidates)
            return need if is_broad and (is_bare or says_to_do(text)) else None
        return need if isinstance(need, Found) and is_by_name(need) else None


def _is_a_need(part: str) -> bool:
    words = words_of(part)
    return says_what(part) or is_called(part) or bool(errands(words))


def is_likely(best: Candidate) -> bool:
    """Whether a doubtful part at least says what it is about."""
    return best.score >= LIKELY or not best.why.keys().isdisjoint(("broad", "shared", "outright"))


def _are_apart(parts: Sequence[Found | Unsure]) -> bool:
    """Whether no part is perhaps the need of the one before."""
    shown = [
        {each.code for each in part.candidates[: 1 if isinstance(part, Found) else SHOWN]} for part in parts
    ]
    return all(one.isdisjoint(two) for one, two in pairwise(shown))


def _firmness(parts: Sequence[Found | Unsure]) -> tuple[bool, float]:
    """Parts that are all found come first; of doubtful ones, the best found counts."""
    found = [part.best.score for part in parts if isinstance(part, Found)]
    return len(found) == len(parts) > 0, min(found, default=0.0)
