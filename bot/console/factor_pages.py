"""The second factor: asked for after every login, set up at the first one."""

import math

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.console import qr, totp
from bot.console.accounts import Accounts, TooManyTriesError, WrongCodeError
from bot.console.gate import FACTOR, HOME, Gate, Visit, inside
from bot.pages.site import Site


class FactorPages:
    def __init__(self, site: Site, gate: Gate, accounts: Accounts) -> None:
        self._site = site
        self._gate = gate
        self._accounts = accounts

    def routes(self) -> list[BaseRoute]:
        gate = self._gate
        return [
            Route(FACTOR, gate.page(self._ask, proved=False), name="factor"),
            Route(FACTOR, gate.action(self._prove, proved=False), methods=["POST"], name="prove"),
        ]

    async def _ask(self, visit: Visit) -> Response:
        wanted = inside(visit.request.query_params.get("tiep", ""))
        if not self._gate.asks(visit.session):
            return RedirectResponse(wanted, 303)
        return self._form(visit, wanted)

    async def _prove(self, visit: Visit) -> Response:
        form = visit.form
        wanted, ip = inside(form.get("tiep", "")), _ip(visit.request)
        secret = form.get("secret", "")
        try:
            if visit.officer.has_second_factor:
                await self._accounts.prove(visit.session, form.get("code", ""), ip)
                return RedirectResponse(wanted, 303)
            if not totp.is_secret(secret):
                raise WrongCodeError
            codes = await self._accounts.enrol(visit.session, secret, form.get("code", ""), ip)
        except TooManyTriesError as error:
            seconds = math.ceil(error.wait)
            problem = self._site.texts("console.login.wait", seconds=seconds)
            response = self._form(visit, wanted, problem, 429, secret)
            response.headers["Retry-After"] = str(seconds)
            return response
        except WrongCodeError:
            return self._form(visit, wanted, self._site.texts("console.factor.wrong"), 401, secret)
        return self._site.page("console/recovery.html", codes=codes, wanted=wanted)

    def _form(
        self, visit: Visit, wanted: str, problem: str = "", status: int = 200, secret: str = ""
    ) -> Response:
        if not totp.is_secret(secret):
            secret = totp.new_secret()
        address = totp.address(secret, visit.officer.username, self._site.facts.centre)
        return self._site.page(
            "console/factor.html",
            status=status,
            visit=visit,
            enrolled=visit.officer.has_second_factor,
            secret=secret,
            spaced=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
            address=address,
            code=qr.picture(address) if not visit.officer.has_second_factor else "",
            wanted=wanted if wanted != FACTOR else HOME,
            problem=problem,
        )


def _ip(request: Request) -> str | None:
    return request.client.host if request.client else None
