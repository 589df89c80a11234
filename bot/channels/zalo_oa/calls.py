"""Zalo's OpenAPI with a token that works: one that is refused is replaced, and the call made again."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.channels.zalo_oa.client import Client, RefusedError
from bot.channels.zalo_oa.errors import TOKEN
from bot.channels.zalo_oa.tokens import Tokens

TOKENS_TRIED = 3  # ours, the one another process got meanwhile, and a new one

Asked = Callable[[str], Awaitable[Mapping[str, Any]]]


class Calls:
    """Every call raises RefusedError or TryLaterError; each returns the answer's `data`."""

    def __init__(self, client: Client, tokens: Tokens) -> None:
        self._client = client
        self._tokens = tokens

    async def post(self, path: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
        return await self._allowed(lambda token: self._client.post(path, content, token))

    async def business(self, path: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
        return await self._allowed(lambda token: self._client.business(path, content, token))

    async def get(self, path: str) -> Mapping[str, Any]:
        return await self._allowed(lambda token: self._client.get(path, token))

    async def upload(self, path: str, name: str, media_type: str, content: bytes) -> Mapping[str, Any]:
        return await self._allowed(lambda token: self._client.upload(path, name, media_type, content, token))

    async def _allowed(self, ask: Asked) -> Mapping[str, Any]:
        token = await self._tokens.access()
        for tried in range(1, TOKENS_TRIED + 1):
            try:
                data = await ask(token)
            except RefusedError as error:
                if error.code not in TOKEN or tried == TOKENS_TRIED:
                    raise
                token = await self._tokens.another(token)
            else:
                self._tokens.proved(token)
                return data
        raise AssertionError
