"""Settings: from the environment or from files, wrong ones named, secrets kept."""

from pathlib import Path

import pytest
from pydantic import ValidationError
from pydantic_settings import SettingsError

from bot.app import secret_key, work_time
from bot.config import Settings
from tests.house import shipped


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in [each for each in os.environ if each.startswith("MOTCUA_")]:
        monkeypatch.delenv(name)


def test_without_any_setting_it_stays_on_this_machine() -> None:
    settings = Settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.database.startswith("sqlite:////")
    assert settings.telegram_token is None


def test_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_PORT", "9000")
    monkeypatch.setenv("MOTCUA_TRUSTED_PROXIES", "10.0.0.1, 10.0.0.2,")
    monkeypatch.setenv("MOTCUA_DAYS_OFF", "2026-12-31")
    settings = Settings()
    assert settings.port == 9000
    assert settings.trusted_proxies == ("10.0.0.1", "10.0.0.2")
    assert settings.days_off == ("2026-12-31",)


def test_a_secret_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("123456:from-a-file\n", "utf-8")
    monkeypatch.setenv("MOTCUA_TELEGRAM_TOKEN_FILE", str(tmp_path / "token"))
    token = Settings().telegram_token
    assert token
    assert token.get_secret_value() == "123456:from-a-file"


def test_a_value_wins_over_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "port").write_text("1", "utf-8")
    monkeypatch.setenv("MOTCUA_PORT", "9000")
    monkeypatch.setenv("MOTCUA_PORT_FILE", str(tmp_path / "port"))
    assert Settings().port == 9000


def test_a_secret_file_that_is_not_there_is_no_silent_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_SECRET_KEY_FILE", "/nowhere/key")
    with pytest.raises(SettingsError) as refused:
        Settings()
    assert "/nowhere/key" in str(refused.value.__cause__)


def test_secrets_are_in_no_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TELEGRAM_TOKEN", "TELEGRAM_SECRET", "SECRET_KEY"):
        monkeypatch.setenv(f"MOTCUA_{name}", "canary")
    settings = Settings()
    assert "canary" not in f"{settings!r} {settings} {settings.model_dump()}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "many"),
        ("LOG_FORMAT", "xml"),
        ("LOG_LEVEL", "LOUD"),
        ("TELEGRAM_MODE", "pigeon"),
        ("ANSWER_HOURS", "0"),
        ("DAYS_OFF", "2026-02-30"),
        ("EXTRA_WORKING_DAYS", "31/12/2026"),
    ],
)
def test_a_wrong_value_is_refused_by_its_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"MOTCUA_{name}", value)
    with pytest.raises(ValidationError) as refused:
        Settings()
    assert [str(each["loc"][0]).upper() for each in refused.value.errors()] == [name]


def test_settings_do_not_change_while_running() -> None:
    with pytest.raises(ValidationError):
        Settings().port = 1  # type: ignore[misc]


def test_the_key_is_made_once_and_is_for_its_owner_only(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    key = secret_key(settings)
    assert (len(key), secret_key(settings)) == (32, key)
    assert (tmp_path / "data" / "secret.key").stat().st_mode & 0o077 == 0
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0
    assert secret_key(Settings(data_dir=tmp_path / "other")) != key


def test_local_days_reach_the_working_calendar() -> None:
    from datetime import date

    settings = Settings(days_off=("2026-11-26",), extra_working_days=("2026-11-28",))
    office = work_time(shipped().snapshot.catalog, settings)
    assert not office.is_working_day(date(2026, 11, 26))
    assert office.is_working_day(date(2026, 11, 28))
