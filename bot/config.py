"""Settings, from the environment (`MOTCUA_...`) or files named by `MOTCUA_..._FILE`. Listed in docs/settings.md."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from pydantic_settings.sources import EnvSettingsSource

_LISTS = {"widget_origins", "trusted_proxies", "days_off", "extra_working_days"}
_ORIGIN = re.compile(r"https?://(\*\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:\d{1,5})?")


class SettingError(ValueError):
    """Settings that do not fit together; the message names them and says what is needed."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="MOTCUA_", extra="ignore", frozen=True)

    data_dir: Path = Field(
        default=Path("data"), description="Folder for the database, secrets and files; mode 0700."
    )
    database_url: str | None = Field(
        default=None,
        description="`postgresql://...` beyond one machine; SQLite in the data folder when empty.",
    )
    catalog: Path | None = Field(default=None, description="Head file of the catalog, or its folder.")
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8080, ge=1, le=65535, description="Port to listen on.")
    public_url: str | None = Field(
        default=None, description="How citizens reach this server, for links and webhooks."
    )
    widget_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Portals that may show the chat in a frame: https://portal.example, separated by commas.",
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Addresses of proxies whose X-Forwarded-For is believed, separated by commas."
    )
    secret_key: SecretStr | None = Field(
        default=None,
        description="Signs sessions and keys hashes; made in the data folder when empty. Same on all machines.",
    )
    files_key: SecretStr | None = Field(
        default=None,
        description="Key of the files' encryption; the secret key when empty. Never change it alone.",
    )
    files_bucket: str | None = Field(
        default=None,
        description="`bucket` or `bucket/prefix` of an S3-compatible store; the data folder when empty.",
    )
    bucket_endpoint: str | None = Field(
        default=None, description="`https://host` of the S3-compatible store."
    )
    bucket_region: str = Field(
        default="us-east-1", description="Region that requests to the store are signed for."
    )
    bucket_key_id: str | None = Field(default=None, description="Access key id of the store.")
    bucket_secret: SecretStr | None = Field(default=None, description="Secret access key of the store.")
    upload_hours: int = Field(
        default=24, ge=1, le=24, description="Hours that a received file lives that belongs to nothing."
    )
    draft_days: int = Field(
        default=30,
        ge=1,
        description="Days an unfinished dossier, and photos of a petition not sent, are kept.",
    )
    supplement_reminder_days: int = Field(
        default=5, ge=0, le=60, description="Days after which papers asked for are asked for again; 0: never."
    )
    slot_minutes: int = Field(
        default=30, ge=5, le=240, description="Length of an appointment for the originals, in minutes."
    )
    slot_capacity: int = Field(default=3, ge=1, description="People one desk takes at the same time.")
    telegram_token: SecretStr | None = Field(
        default=None, description="Bot token of the citizens' Telegram bot."
    )
    telegram_name: str | None = Field(
        default=None,
        pattern="^[A-Za-z0-9_]{5,32}$",
        description="The bot's user name, for posters and links.",
    )
    telegram_mode: str = Field(
        default="polling", pattern="^(polling|webhook)$", description="polling or webhook."
    )
    telegram_secret: SecretStr | None = Field(
        default=None, description="Secret header of the webhook, 1-256 characters."
    )
    telegram_api: str = Field(
        default="https://api.telegram.org", description="Base address of the Bot API server."
    )
    zalo_oa_id: str | None = Field(default=None, description="Id of the Zalo Official Account.")
    zalo_app_id: str | None = Field(default=None, description="Id of the Zalo app linked with the OA.")
    zalo_app_secret: SecretStr | None = Field(default=None, description="App Secret Key: renews tokens.")
    zalo_oa_secret: SecretStr | None = Field(
        default=None, description="OA Secret Key: signs webhooks. Two, parted by a comma, during a change."
    )
    zalo_refresh_token: SecretStr | None = Field(
        default=None, description="Refresh token to start from; used once, ever."
    )
    zalo_signature: str = Field(
        default="oa-body,oa-header,app-body,app-header",
        pattern="^(oa|app)-(body|header)(-oaid)?(,(oa|app)-(body|header)(-oaid)?)*$",
        description="Accepted ways of signing: secret and timestamp.",
    )
    zalo_bad_signature: str = Field(
        default="refuse", pattern="^(refuse|drop)$", description="Answer to a wrong signature: 401 or 200."
    )
    zalo_verifier: str | None = Field(
        default=None, description="Code of the file by which Zalo verifies the domain."
    )
    zalo_contact_image: str | None = Field(
        default=None, description="Picture on Zalo's form for contact data; without it the form is not used."
    )
    zalo_free_hours: int = Field(
        default=48, ge=1, le=168, description="Hours after a citizen's message in which answers cost nothing."
    )
    zalo_window_hours: int = Field(
        default=168,
        ge=1,
        le=168,
        description="Hours after a citizen's message in which Zalo lets us answer; 48 to send nothing that costs.",
    )
    zalo_per_second: float = Field(
        default=20, gt=0, le=60, description="Messages a second to Zalo, of all processes together."
    )
    zalo_full_pause: float = Field(
        default=5, ge=1, le=60, description="Seconds without messages after Zalo says it takes no more calls."
    )
    zalo_template_answer: str | None = Field(
        default=None,
        description="Id of the approved template that says an answer waits; without it nothing is sent.",
    )
    zalo_template_phone: str | None = Field(
        default=None,
        description="Id of the template that may go to a proved phone number where the user id cannot be reached.",
    )
    zalo_file_hosts: str = Field(
        default=".zdn.vn,.zadn.vn",
        description="Hosts from which photos and files that people send on Zalo are fetched, separated by commas.",
    )
    elsewhere_minutes: int = Field(
        default=120,
        ge=5,
        description="The assistant keeps silent so long after an officer wrote in Zalo's own app.",
    )
    zalo_api: str = Field(default="https://openapi.zalo.me", description="Base address of Zalo's OpenAPI.")
    zalo_oauth: str = Field(
        default="https://oauth.zaloapp.com", description="Base address of Zalo's OAuth server."
    )
    zalo_business: str = Field(
        default="https://business.openapi.zalo.me",
        description="Base address of the server for templates to phone numbers.",
    )
    zalo_bot_token: SecretStr | None = Field(
        default=None, description="Token of a bot of the Zalo Bot Platform."
    )
    zalo_bot_mode: str = Field(
        default="polling", pattern="^(polling|webhook)$", description="polling or webhook."
    )
    zalo_bot_secret: SecretStr | None = Field(
        default=None, description="Secret header of the Zalo bot's webhook, 8-256 characters."
    )
    zalo_bot_api: str = Field(
        default="https://bot-api.zaloplatforms.com", description="Base address of the Zalo Bot API."
    )
    session_idle_minutes: int = Field(
        default=30, ge=1, description="An officer's login ends after this many idle minutes."
    )
    session_hours: int = Field(
        default=12, ge=1, description="An officer's login ends after this many hours in any case."
    )
    oidc_issuer: str | None = Field(
        default=None, description="Issuer of the province's single sign-on, with https; needs motcua[oidc]."
    )
    oidc_client_id: str | None = Field(default=None, description="Our name at the single sign-on.")
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="Our secret there; empty for a public client (PKCE is used in any case)."
    )
    oidc_claim: str = Field(
        default="email",
        pattern="^[A-Za-z_:/.-]{1,100}$",
        description="Claim that names the account: email (verified), or one that holds the user name.",
    )
    registry: Path | None = Field(
        default=None, description="YAML file that says how the one-stop system is reached (docs/registry.md)."
    )
    registry_token: SecretStr | None = Field(
        default=None, description="Token that the one-stop system wants from us."
    )
    registry_secret: SecretStr | None = Field(
        default=None, description="Secret with which the one-stop system signs its webhook."
    )
    registry_stale_minutes: int = Field(
        default=15, ge=1, description="Minutes without an answer after which citizens are told how old it is."
    )
    quiet_hours: str = Field(
        default="21:00-07:00",
        pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$",
        description="When no notices about dossiers are sent, in Vietnam's time; 00:00-00:00: never quiet.",
    )
    answer_hours: int = Field(default=4, ge=1, description="Working hours within which a person answers.")
    petition_forward_days: int = Field(default=5, ge=1, description="Working days to forward a petition.")
    petition_answer_days: int = Field(default=15, ge=1, description="Working days to answer a petition.")
    petition_warn_days: int = Field(
        default=2, ge=1, description="Working days before a petition's deadline from which officers are told."
    )
    petition_reopen_days: int = Field(
        default=30,
        ge=1,
        description='Days in which "not done", said of nothing else, means a petition that ended.',
    )
    wrong_factors_per_code: int = Field(
        default=5, ge=1, description="Wrong six digits a day for one dossier code, over all accounts."
    )
    wrong_factors_per_actor: int = Field(
        default=5, ge=1, description="Wrong six digits an hour for one person."
    )
    codes_per_actor: int = Field(
        default=10, ge=1, description="Different dossier codes one person may look up in a day."
    )
    wrong_factors_per_network: int = Field(
        default=30, ge=1, description="Wrong six digits an hour from one network on the web (/24, /64)."
    )
    codes_per_network: int = Field(
        default=100, ge=1, description="Different dossier codes an hour from one network on the web."
    )
    legal_basis: str = Field(
        default="Luật Bảo vệ dữ liệu cá nhân 2025",
        description="Basis on which questions are answered without consent; to be confirmed by the province's lawyer.",
    )
    inbox_days: int = Field(default=7, ge=1, description="Days raw updates are kept.")
    report_named_from: int = Field(
        default=5, ge=1, description="Ratings an officer needs before a mean stands beside the name."
    )
    message_days: int = Field(
        default=90, ge=1, description="Days the words of messages are kept once no ticket of theirs is open."
    )
    ticket_days: int = Field(
        default=730, ge=30, description="Days the words of a closed ticket and its notes are kept."
    )
    idle_claim_minutes: int = Field(
        default=60, ge=5, description="An idle claim goes back to the queue after this many minutes."
    )
    undo_seconds: int = Field(
        default=5, ge=0, le=60, description="Seconds in which an officer can take back an answer; 0: none."
    )
    alert_minutes: int = Field(
        default=5, ge=1, description="Minutes after which officers are told again of a ticket nobody took."
    )
    alert_supervisor_minutes: int = Field(
        default=15, ge=1, description="Minutes after which supervisors are told too."
    )
    days_off: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Extra days off, ISO dates separated by commas (on top of the national holidays).",
    )
    extra_working_days: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Swapped working days, ISO dates separated by commas."
    )
    log_format: str = Field(default="console", pattern="^(console|json)$", description="console or json.")
    log_level: str = Field(
        default="INFO",
        pattern="(?i)^(DEBUG|INFO|WARNING|ERROR)$",
        description="DEBUG, INFO, WARNING or ERROR.",
    )

    @field_validator("widget_origins")
    @classmethod
    def _are_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        """They go into a header as they are; `https://*.camau.gov.vn` names all of a domain's portals."""
        for origin in origins:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(
                    f"{origin[:80]} is not like https://portal.example: no path, no slash at the end"
                )
        return origins

    @field_validator("days_off", "extra_working_days")
    @classmethod
    def _are_dates(cls, days: tuple[str, ...]) -> tuple[str, ...]:
        for day in days:
            date.fromisoformat(day)  # a ValueError names the setting
        return days

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        del env_settings, dotenv_settings, file_secret_settings
        return init_settings, _Environment(settings_cls)

    def shown(self) -> dict[str, object]:
        """Every setting with secrets masked, the password inside a database address too."""
        values = self.model_dump()
        if self.database_url:
            values["database_url"] = re.sub(r"(://[^:/@]+:)[^@]+@", r"\1***@", self.database_url)
        return values

    @property
    def stale_after(self) -> timedelta:
        return timedelta(minutes=self.registry_stale_minutes)

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{(self.data_dir / 'motcua.db').absolute()}"


class _Environment(EnvSettingsSource):
    """Environment variables, each with a `_FILE` twin that names a file holding the value."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        value, key, complex_value = super().get_field_value(field, field_name)
        named = self.env_vars.get(f"motcua_{field_name}_file")
        if value is None and named:
            value = Path(named).read_text(encoding="utf-8").strip()
        if isinstance(value, str) and field_name in _LISTS:
            value = tuple(part.strip() for part in value.split(",") if part.strip())
        return value, key, complex_value
