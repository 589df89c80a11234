"""`motcua doctor`: is this installation sound, and if not, what to do."""

import os
import sqlite3
import stat
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from bot.app import assembled
from bot.channel_watch import in_words
from bot.config import SettingError, Settings
from bot.ports import Channel, Examined
from bot.registry.registry import Registry
from bot.texts import Texts
from bot.worktime import VIETNAM
from intents.checks import load_checked
from intents.loader import find_head
from intents.problems import CatalogError
from storage.errors import SchemaError, ServerRunningError, UnavailableError

# Before 3.51.3 several connections that checkpoint can corrupt the WAL; we have one that does.
SAFE_SQLITE = (3, 51, 3)


async def examined(settings: Settings) -> tuple[bool, list[str]]:
    """Whether nothing is wrong, and one line a finding."""
    findings = [*_catalog(settings), *_folder(settings.data_dir)]
    if all(good for good, _ in findings):
        findings += await _database(settings)
    return all(good for good, _ in findings), [
        f"{'OK ' if good else 'LỖI'} {text}" for good, text in findings
    ]


def _catalog(settings: Settings) -> list[tuple[bool, str]]:
    try:
        head = find_head(settings.catalog)
        catalog, _ = load_checked(head, datetime.now(VIETNAM).date())
    except CatalogError as error:
        return [(False, f"danh mục: {len(error.problems)} lỗi → motcua catalog check")]
    return [(True, f"danh mục {head}: {len(catalog.procedures)} thủ tục, bản {catalog.version}")]


def _folder(folder: Path) -> list[tuple[bool, str]]:
    if not folder.is_dir():
        return [(False, f"thư mục dữ liệu {folder} chưa có → motcua db upgrade")]
    if not os.access(folder, os.W_OK):
        return [(False, f"thư mục dữ liệu {folder} không ghi được → kiểm tra chủ sở hữu")]
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        return [(False, f"thư mục dữ liệu {folder} người khác đọc được → chmod 700 {folder}")]
    return [(True, f"thư mục dữ liệu {folder}")]


async def _database(settings: Settings) -> list[tuple[bool, str]]:
    try:
        async with assembled(settings) as parts:
            facts = await parts.database.durability()
            async with parts.database.reading() as uow:
                dead = len(await uow.inbox.dead(100))
                broken = await uow.audit.verify()
            channels = [*await _channels(parts.channels), *await _registry(parts.registry)]
    except SettingError as error:
        return [(False, f"cài đặt: {error} → docs/settings.md")]
    except (SchemaError, UnavailableError, ServerRunningError) as error:
        return [(False, f"cơ sở dữ liệu: {error} → motcua db upgrade")]
    found = [(True, f"cơ sở dữ liệu {facts['backend']}, sổ nhật ký nguyên vẹn")]
    if broken is not None:
        found = [(False, f"sổ nhật ký bị sửa từ dòng {broken} → báo người phụ trách an toàn thông tin")]
    if dead:
        found.append((False, f"{dead} tin không xử lý được → motcua inbox dead"))
    if facts["backend"] == "sqlite" and sqlite3.sqlite_version_info < SAFE_SQLITE:
        found.append((True, f"SQLite {sqlite3.sqlite_version}: chỉ một máy chủ ghi, đúng như đang chạy"))
    return [*found, *channels]


async def _channels(channels: Mapping[str, Channel]) -> list[tuple[bool, str]]:
    """Each channel asks its platform: token, webhook, secret, window, clock."""
    texts = Texts.load()
    return [
        (finding.good, in_words(texts, name, finding))
        for name, channel in channels.items()
        if isinstance(channel, Examined)
        for finding in await channel.examine(deep=True)
    ]


async def _registry(registry: Registry | None) -> list[tuple[bool, str]]:
    """The one-stop system is asked for a page, and what is known of it is told."""
    if registry is None:
        return []
    texts = Texts.load()
    findings = await registry.examine(deep=True)
    return [(each.good, texts(f"registry.finding.{each.key}", **each.facts)) for each in findings]
