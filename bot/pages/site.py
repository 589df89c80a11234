"""One site: its templates, static files, texts and public facts; made once by the composition root."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, PrefixLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse

from bot.pages import errors
from bot.pages.assets import Assets
from bot.pages.headers import SecurityHeaders
from bot.pages.prose import blocks
from bot.texts import Texts


@dataclass(frozen=True)
class PublicFacts:
    """What every page says about whom one talks to. `hotline` is as people read it: `0290 1022`."""

    province: str
    centre: str
    hotline: str

    @property
    def hotline_uri(self) -> str:
        return "tel:" + "".join(
            character for character in self.hotline if character.isdigit() or character == "+"
        )


class Site:
    """`public_url` is how people reach the server; with https it makes every cookie Secure.

    `frame_ancestors` are the portals that may show the chat in a frame; nothing else is ever framed.
    """

    def __init__(
        self,
        texts: Texts,
        facts: PublicFacts,
        *,
        public_url: str | None = None,
        frame_ancestors: tuple[str, ...] = (),
    ) -> None:
        self.texts = texts
        self.facts = facts
        self.public_url = public_url
        self.frame_ancestors = frame_ancestors
        self.assets = Assets()
        self._loaders: dict[str, PackageLoader] = {}
        self._templates = Environment(
            loader=PrefixLoader(self._loaders),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.define(
            t=texts,
            facts=facts,
            asset=self.assets.url,
            blocks=blocks,
            fresh_id=lambda: secrets.token_urlsafe(12),
        )
        self.use("pages", "bot.pages")

    def use(self, name: str, package: str) -> None:
        """Templates and static files of `package`, from now on known under `name`."""
        self._loaders[name] = PackageLoader(package)
        self.assets.add(name, package)

    def define(self, **names: object) -> None:
        """Names every template may use."""
        self._templates.globals.update(names)

    def render(self, template: str, **context: object) -> str:
        return self._templates.get_template(template).render(context)

    def page(
        self, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **context: object
    ) -> HTMLResponse:
        return HTMLResponse(self.render(template, **context), status, headers)

    def is_https(self, request: Request) -> bool:
        return request.url.scheme == "https" or urlsplit(self.public_url or "").scheme == "https"

    def install(self, app: Starlette) -> None:
        """Headers on everything, pages for errors, and the static files."""
        app.router.routes.append(self.assets.route())
        app.add_middleware(SecurityHeaders)
        errors.install(app, self.render)
