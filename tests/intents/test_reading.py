"""What a message says besides a procedure, on labelled messages (tests/sentences/intents.yaml)."""

import pytest

from intents.reading import Danger, Intent, Part
from tests.intents.sentences import catalog, lines, reader

LABELLED = lines("intents.yaml")


def labelled(section: str) -> list[tuple[str, str]]:
    return [(label, text) for label, texts in LABELLED[section].items() for text in texts]


@pytest.mark.parametrize(("label", "text"), labelled("intent"))
def test_intent(label: str, text: str) -> None:
    expected = None if label == "none" else Intent(label)
    assert reader().read(text).intent == expected


@pytest.mark.parametrize(("label", "text"), labelled("danger"))
def test_danger(label: str, text: str) -> None:
    expected = None if label == "none" else Danger(label)
    assert reader().read(text).danger == expected


@pytest.mark.parametrize(("label", "text"), labelled("part"))
def test_part(label: str, text: str) -> None:
    assert reader().read(text).part == Part(label)


@pytest.mark.parametrize(("label", "text"), labelled("pronoun"))
def test_pronoun(label: str, text: str) -> None:
    assert reader().read(text).pronoun == (None if label == "none" else label)


@pytest.mark.parametrize("field", ["scam", "grief", "anger", "negated_previous", "is_follow_up"])
def test_yes_and_no(field: str) -> None:
    section = "follow_up" if field == "is_follow_up" else field
    wrong = [
        (label, text) for label, text in labelled(section) if getattr(reader().read(text), field) != (label == "yes")
    ]
    assert wrong == []


def embarrassing() -> list[tuple[str, str]]:
    groups = lines("embarrassing.yaml").values()
    return [(group["act"], text) for group in groups if "act" in group for text in group["lines"]]


@pytest.mark.parametrize(("act", "text"), embarrassing())
def test_what_would_embarrass_is_seen(act: str, text: str) -> None:
    assert reader().read(text).intent == Intent(act)


def test_wordings_of_procedures_are_not_taken_for_danger_or_worse() -> None:
    """Over every wording of the shipped catalog: a false alarm costs trust at the worst moment."""
    grave = {Intent.ABUSE, Intent.DECLINE_INJECTION, Intent.DECLINE_POLITICS, Intent.SMALLTALK, Intent.ARE_YOU_HUMAN}
    wrong = []
    for procedure in catalog().procedures:
        for text in (procedure.name, *procedure.wordings):
            reading = reader().read(text)
            if reading.danger or reading.scam or reading.intent in grave:
                wrong.append((procedure.code, text, reading.danger, reading.scam, reading.intent))
    assert wrong == []


