"""Petitions (phản ánh, kiến nghị): told, seen before they are sent, filed once, followed by code."""

from bot.actions.petitions.following import follow, rate, reopen, reopen_newest, state
from bot.actions.petitions.telling import QUEUE, add, change, file, leave

__all__ = ["QUEUE", "add", "change", "file", "follow", "leave", "rate", "reopen", "reopen_newest", "state"]
