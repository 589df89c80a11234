"""Buttons as short strings: what we make we understand, and what anybody else makes does no harm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import acts, tokens
from intents.reading import Part
from storage.petition_records import PetitionKind
from storage.records import Purpose

MADE = {
    tokens.show("1.001193"): acts.ShowProcedure("1.001193"),
    tokens.show("1.001193", Part.WHERE): acts.ShowProcedure("1.001193", Part.WHERE),
    tokens.dossier("H12.25-261113-0001"): acts.LookUpDossier("H12.25-261113-0001", detail=True),
    tokens.send_missing("000.00.01.H12-261113-000112"): acts.SendMissing("000.00.01.H12-261113-000112"),
    tokens.rate(5, 1042): acts.RecordRating(5, 1042),
    tokens.rate(1, None): acts.RecordRating(1, None),
    tokens.reopen(1042): acts.ReopenTicket(1042),
    tokens.topic("gio_lam_viec"): acts.ShowTopic("gio_lam_viec"),
    tokens.consent(Purpose.DOSSIER, True, tokens.dossier("H12.25-261113-0001")): acts.AnswerConsent(
        Purpose.DOSSIER, True, "d:H12.25-261113-0001"
    ),
    tokens.petition_kind(PetitionKind.PLACE): acts.ChangePetition(PetitionKind.PLACE),
    tokens.withhold(True): acts.ChangePetition(withheld=True),
    tokens.withhold(False): acts.ChangePetition(withheld=False),
    tokens.follow(12): acts.FollowPetition(12),
    tokens.reopen_petition("PA-7K3M-Q2XC"): acts.ReopenPetition("PA-7K3M-Q2XC"),
    tokens.rate_petition("PA-7K3M-Q2XC"): acts.RatePetition("PA-7K3M-Q2XC"),
    tokens.rate_petition("PA-7K3M-Q2XC", 5): acts.RatePetition("PA-7K3M-Q2XC", 5),
    f"pk:{PetitionKind.REMARK.value}": acts.FilePetition(PetitionKind.REMARK),
}


@pytest.mark.parametrize(("token", "act"), MADE.items())
def test_what_we_make_we_understand(token: str, act: acts.Act) -> None:
    assert tokens.decode(token) == act
    assert len(token.encode()) <= tokens.MAX_BYTES


@pytest.mark.parametrize(
    "token",
    [
        "",
        ":",
        "r",
        "r:0:",
        "r:6:",
        "r:-1:",
        "r:x:",
        "r:5:99999999999999999999",
        "r:٥:",
        "r:5:1_0",
        "reopen:",
        "reopen:-1",
        "reopen:9999999999999999",
        "p:1.001193:nothing",
        "pk:nothing",
        "pg:nothing",
        "pf:x",
        "pq:6:PA-7K3M-Q2XC",
        "c:dossier:y",
        "c:nothing:y:help",
        "unknown:1",
    ],
)
def test_what_is_not_ours_means_nothing(token: str) -> None:
    assert tokens.decode(token) is None


@given(
    st.text(max_size=80)
    | st.from_regex(r"(r|p|d|t|reopen|pa|pk|pg|pw|pf|pr|pq|c):[^\n]{0,40}", fullmatch=True)
)
def test_no_text_at_all_makes_it_stumble(token: str) -> None:
    act = tokens.decode(token)
    if isinstance(act, acts.RecordRating) and act.score is not None:
        assert 1 <= act.score <= 5
    number = getattr(act, "ticket_id", None)
    assert number is None or 0 <= number < 2**63
