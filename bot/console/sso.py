"""Single sign-on (OpenID Connect): code flow with PKCE, state and nonce; the token checked against the provider's keys.

Who somebody is at the provider is (issuer, subject). What a login may do here is not decided in this module.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx

from bot.ports import Clock

_SIGNED_WITH = ("RS256", "PS256", "ES256", "EdDSA")  # never `none`, never a shared secret
_LEEWAY = 60  # seconds that two clocks may be apart
_TIMEOUT = 10.0  # seconds
_LARGEST = 100_000  # bytes of an answer
_SECOND_FACTOR = frozenset(
    {"mfa", "otp", "hwk", "fpt", "face"}
)  # RFC 8176, what `amr` says of a second factor


class SsoError(Exception):
    """It did not work out. `reason`: unreachable, refused (by the provider or the person), invalid."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason


@dataclass(frozen=True)
class Provider:
    """`claim` names the account: `email` (which must be verified) or one that holds the user name here."""

    issuer: str
    client_id: str
    client_secret: str | None
    claim: str
    longest_login: timedelta  # an older login at the provider is not taken


@dataclass(frozen=True)
class Attempt:
    """What the browser keeps until it comes back."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Identity:
    """`subject` is issuer and subject together. Of `email` (verified) and `username` one is told, or neither.

    `proved`: with a second factor, as the provider says.
    """

    subject: str
    email: str
    username: str
    proved: bool


class Sso:
    def __init__(self, provider: Provider, back: str, clock: Clock) -> None:
        self._provider = provider
        self._back = back  # address of our own page that the provider sends browsers back to
        self._clock = clock

    async def begin(self) -> tuple[str, Attempt]:
        """Where to send the browser, and what it must bring back. Raises SsoError."""
        attempt = Attempt(*(secrets.token_urlsafe(32) for _ in range(3)))
        async with _client() as client:
            facts = await self._facts(client)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(attempt.verifier.encode()).digest())
        asked = {
            "response_type": "code",
            "client_id": self._provider.client_id,
            "redirect_uri": self._back,
            "scope": "openid email" if self._provider.claim == "email" else "openid profile",
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": challenge.rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return f"{facts['authorization_endpoint']}?{urlencode(asked)}", attempt

    async def finish(self, attempt: Attempt, answer: Mapping[str, str]) -> Identity:
        """Who came back. Raises SsoError."""
        if "code" not in answer:
            raise SsoError("refused", answer.get("error", "no code")[:100])
        if not secrets.compare_digest(answer.get("state", "").encode(), attempt.state.encode()):
            raise SsoError("invalid", "state")
        if answer.get("iss", self._provider.issuer) != self._provider.issuer:  # RFC 9207
            raise SsoError("invalid", "iss of the answer")
        async with _client() as client:
            facts = await self._facts(client)
            token = await self._redeem(client, facts, answer["code"], attempt.verifier)
            keys = await _json(client.get(str(facts["jwks_uri"])))
        return self._identity(token, keys, attempt.nonce)

    async def _facts(self, client: httpx.AsyncClient) -> Mapping[str, Any]:
        address = f"{self._provider.issuer.rstrip('/')}/.well-known/openid-configuration"
        facts = await _json(client.get(address))
        if facts.get("issuer") != self._provider.issuer:
            raise SsoError("invalid", "the provider names another issuer")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not is_safe(str(facts.get(name))):
                raise SsoError("invalid", f"{name} is not https")
        return facts

    async def _redeem(
        self, client: httpx.AsyncClient, facts: Mapping[str, Any], code: str, verifier: str
    ) -> str:
        provider = self._provider
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._back,
            "client_id": provider.client_id,
            "code_verifier": verifier,
        }
        headers = {}
        if provider.client_secret is not None:
            ways = facts.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
            if "client_secret_basic" in ways:
                pair = f"{quote(provider.client_id, safe='')}:{quote(provider.client_secret, safe='')}"
                headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
            else:
                form["client_secret"] = provider.client_secret
        asked = client.post(str(facts["token_endpoint"]), data=form, headers=headers)
        token = (await _json(asked)).get("id_token")
        if not isinstance(token, str):
            raise SsoError("invalid", "no id_token")
        return token

    def _identity(self, token: str, keys: Mapping[str, Any], nonce: str) -> Identity:
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        provider, now = self._provider, int(self._clock.now().timestamp())
        rules = jwt.JWTClaimsRegistry(
            now=now,
            leeway=_LEEWAY,
            iss={"essential": True, "value": provider.issuer},
            aud={"essential": True, "value": provider.client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            claims = jwt.decode(token, KeySet.import_key_set(keys), algorithms=list(_SIGNED_WITH)).claims  # type: ignore[arg-type]
            rules.validate(claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise SsoError("invalid", f"token: {type(error).__name__}") from error
        self._check_more(claims)
        return Identity(
            subject=f"{provider.issuer} {claims['sub']}",
            email=self._name(claims) if provider.claim == "email" else "",
            username=self._name(claims) if provider.claim != "email" else "",
            proved=bool(_SECOND_FACTOR & set(_strings(claims.get("amr")))),
        )

    def _check_more(self, claims: Mapping[str, Any]) -> None:
        """What OpenID Connect asks for beyond the usual claims (Core 3.1.3.7)."""
        audience = claims["aud"]
        several = isinstance(audience, list) and len(audience) > 1
        if claims.get("azp", self._provider.client_id if not several else None) != self._provider.client_id:
            raise SsoError("invalid", "azp")
        at = claims.get("auth_time")
        if isinstance(at, int | float):
            age = self._clock.now() - datetime.fromtimestamp(at, self._clock.now().tzinfo)
            if age > self._provider.longest_login + timedelta(seconds=_LEEWAY):
                raise SsoError("invalid", "auth_time")

    def _name(self, claims: Mapping[str, Any]) -> str:
        """Empty when there is none that can be relied on."""
        name = claims.get(self._provider.claim)
        if self._provider.claim == "email" and claims.get("email_verified") is not True:
            return ""
        return name.strip().lower() if isinstance(name, str) else ""


def is_safe(address: str) -> bool:
    """https; plain http on this machine alone, for tests."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}
    )


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=_TIMEOUT, follow_redirects=False)


async def _json(asked: Any) -> Mapping[str, Any]:
    try:
        response: httpx.Response = await asked
        if response.status_code != 200 or len(response.content) > _LARGEST:
            raise SsoError(
                "refused" if response.status_code < 500 else "unreachable", f"{response.status_code}"
            )
        found = response.json()
    except (httpx.HTTPError, ValueError) as error:
        raise SsoError("unreachable", type(error).__name__) from error
    if not isinstance(found, dict):
        raise SsoError("invalid", "not an object")
    return found


def _strings(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
