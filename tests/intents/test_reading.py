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
        (label, text)
        for label, text in labelled(section)
        if getattr(reader().read(text), field) != (label == "yes")
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
    grave = {
        Intent.ABUSE, Intent.DECLINE_INJECTION, Intent.DECLINE_POLITICS, Intent.DECLINE_UNLAWFUL, Intent.SMALLTALK,
        Intent.ARE_YOU_HUMAN,
    }  # fmt: skip
    deserved = set(LABELLED["wordings_that_deserve_an_alarm"])
    wrong = []
    for procedure in catalog().procedures:
        for text in (procedure.name, *procedure.wordings):
            reading = reader().read(text)
            if text not in deserved and (reading.danger or reading.scam or reading.intent in grave):
                wrong.append((procedure.code, text, reading.danger, reading.scam, reading.intent))
    assert wrong == []


def test_a_commune_of_today_and_a_former_one_are_known() -> None:
    for commune in catalog().communes:
        assert reader().read(f"tui ở {commune.name}").commune == commune.id, commune.name
    former = next(
        (commune, name) for commune in catalog().communes for name in commune.former if len(name.split()) > 2
    )
    owners = {commune.id for commune in catalog().communes if former[1] in commune.former}
    assert reader().read(f"nhà tôi ở {former[1]} cũ").commune in (
        owners if len(owners) == 1 else {None, *owners}
    )


def test_old_names_are_noticed() -> None:
    for old in catalog().old_names:
        assert old in reader().read(f"cho hỏi {old.old[0]} ở đâu").old_names, old.old[0]
    assert reader().read("làm khai sinh ở đâu").old_names == ()


def test_a_topic_is_found_by_its_own_wordings() -> None:
    lost = []
    for topic in catalog().topics:
        for text in topic.wordings:
            reading = reader().read(text)
            if reading.topic != topic.id or reading.topic_score < 0.9:
                lost.append((topic.id, text, reading.topic, reading.topic_score))
    assert lost == []


def test_codes_are_read_beside_everything_else() -> None:
    reading = reader().read(
        "hồ sơ h12.25 - 251103 - 0045 tới đâu rồi, thủ tục 1.001193, phản ánh PA-7K3Q-9XZ1"
    )
    assert reading.dossier_codes == ("H12.25-251103-0045",)
    assert reading.procedure_codes == ("1.001193",)
    assert reading.petition_codes == ("PA-7K3Q-9XZ1",)
    assert reading.intent == Intent.LOOK_UP_DOSSIER


def test_content_is_told_from_courtesy() -> None:
    assert reader().read("dạ chào em cho hỏi làm khai sinh").has_question_content
    assert not reader().read("dạ chào em ạ").has_question_content


def test_a_former_commune_is_not_the_one_whose_name_its_own_begins_with() -> None:
    heirs: dict[str, set[str]] = {}
    for each in catalog().communes:
        for old in each.former:
            heirs.setdefault(old, set()).add(each.id)
    begun = [old for old in heirs if any(old.startswith(f"{each.name} ") for each in catalog().communes)]
    assert len(begun) > 8
    read = {old: reader().read(f"tui ở {old}").commune for old in begun}
    assert {old: found for old, found in read.items() if found and found not in heirs[old]} == {}
    assert sum(found is not None for found in read.values()) > 8


def test_co_without_its_mark_behind_a_house_is_no_pronoun() -> None:
    assert reader().read("xin giay phep xay nha co ton tien khong").pronoun is None
    assert reader().read("nhà cô muốn xin giấy phép").pronoun == "cô"
