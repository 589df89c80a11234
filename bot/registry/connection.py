"""How a one-stop system is reached and what its words mean: a YAML file, no code (docs/registry.md)."""

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.config import SettingError
from bot.registry.rows import FIELDS, STAGES, STANDARD, Names
from intents import yaml_strict


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Webhook(_Model):
    """`hmac`: SHA-256 over the raw body in hex, `sha256=` before it or not. `secret`: the secret itself."""

    header: str = Field(default="X-Signature", min_length=1)
    kind: str = Field(default="hmac", pattern="^(hmac|secret)$")
    items: str = ""  # where the records are in the body; empty: the body is one record, or a list


class Connection(_Model):
    url: str | None = None
    headers: dict[str, str] = {}
    token_header: str = "Authorization"  # noqa: S105 - a name
    token_prefix: str = "Bearer "  # noqa: S105 - likewise
    plain_http: bool = False
    query: dict[str, str] = {}
    since: str | None = Field(default=None, description="Query parameter that gets the cursor.")
    begin: str | None = Field(default=None, description="The cursor of the very first reading.")
    page: str | None = Field(default=None, description="Query parameter of the page.")
    first_page: int = Field(default=1, ge=0)
    next: str | None = Field(default=None, description="Where the answer names its next page.")
    items: str = ""
    changed: str | None = Field(default=None, description="Field with the time or number of a change.")
    every: int = Field(default=60, ge=5, le=86_400)
    timeout: float = Field(default=10.0, gt=0, le=60)
    fields: dict[str, str] = {}
    statuses: dict[str, int] = {}
    steps: str | None = Field(default=None, description="Field with the list of steps.")
    webhook: Webhook | None = None

    @model_validator(mode="after")
    def _sound(self) -> "Connection":
        if self.url is None and self.webhook is None:
            raise ValueError("cần `url` để hỏi, hoặc `webhook` để nghe")
        if self.url is not None:
            parts = urlsplit(self.url)
            here = parts.hostname in ("127.0.0.1", "localhost", "::1")
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise ValueError("`url` phải là địa chỉ https://...")
            if parts.scheme == "http" and not (here or self.plain_http):
                raise ValueError(
                    "`url` không mã hóa; dùng https, hoặc ghi `plain_http: true` cho mạng nội bộ"
                )
        unknown = sorted(set(self.fields) - FIELDS)
        if unknown:
            raise ValueError(
                f"`fields` không có {', '.join(unknown)}; các tên đúng: {', '.join(sorted(FIELDS))}"
            )
        if any(stage not in STAGES for stage in self.statuses.values()):
            raise ValueError("`statuses` chỉ nhận số từ 1 đến 10")
        if (self.since is None) != (self.changed is None):
            raise ValueError("`since` và `changed` đi cùng nhau")
        if self.next is not None and self.page is None:
            raise ValueError("`next` cần `page`: tham số nhận trang kế tiếp")
        return self

    @property
    def names(self) -> Names:
        return Names({**STANDARD.fields, **self.fields}, self.statuses, self.steps or STANDARD.steps)


def load(path: Path) -> Connection:
    """Raises SettingError with everything that is wrong."""
    try:
        document = yaml_strict.read(path.read_bytes(), path.name)
    except OSError as error:
        raise SettingError(f"MOTCUA_REGISTRY: không mở được {path}: {error.strerror}") from error
    if document.problems:
        raise SettingError("MOTCUA_REGISTRY: " + "; ".join(str(each) for each in document.problems))
    try:
        return Connection.model_validate(document.tree or {})
    except ValidationError as error:
        lines = [
            f"{path.name}: {'.'.join(map(str, each['loc'])) or 'tệp'}: {each['msg']}"
            for each in error.errors()
        ]
        raise SettingError("MOTCUA_REGISTRY: " + "; ".join(lines)) from error
