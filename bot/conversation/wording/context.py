"""What wording needs beside the outcome."""

from dataclasses import dataclass
from datetime import datetime

from bot.conversation import tokens
from bot.conversation.state import State
from bot.messages import Choice
from bot.texts import Texts
from intents.catalog import Catalog


@dataclass(frozen=True)
class Wording:
    texts: Texts
    catalog: Catalog
    state: State
    now: datetime
    legal_basis: str

    def choice(self, key: str, token: str) -> Choice:
        return Choice(self.texts(f"menu.{key}"), token=token)

    def link(self, key: str, url: str) -> Choice:
        return Choice(self.texts(f"menu.{key}"), url=url)

    def main_menu(self) -> tuple[Choice, ...]:
        return (
            self.choice("look_up", tokens.LOOK_UP),
            self.choice("petition", tokens.PETITION),
            self.choice("hours", tokens.OFFICE_HOURS),
            self.choice("person", tokens.PERSON),
            self.choice("language", tokens.OTHER_LANGUAGE),
        )

    @property
    def person(self) -> Choice:
        return self.choice("person", tokens.PERSON)

    @property
    def cancel(self) -> Choice:
        return self.choice("cancel", tokens.CANCEL)


def paragraphs(*parts: str) -> str:
    """Parts that say something, each a paragraph of its own."""
    return "\n\n".join(part for part in parts if part)


def lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)
