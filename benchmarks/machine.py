"""The machine of a run, in words that name nobody's."""

import os
import platform
import sqlite3
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGES = ("numpy", "rapidfuzz", "bm25s", "rank-bm25", "tantivy", "scikit-learn")


def described() -> str:
    """Cores, memory, load before the run, and versions."""
    parts = [f"{os.cpu_count()} cores ({platform.machine()}, {platform.system()})", *_memory(), *_load()]
    found = [f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}"]
    for package in _PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return "; ".join([*parts, ", ".join(found)])


def _memory() -> list[str]:
    info = Path("/proc/meminfo")
    return [f"{int(info.read_text().split()[1]) / 1e6:.0f} GB"] if info.exists() else []


def _load() -> list[str]:
    """More than one waiting for each core says that others were at work."""
    return [f"load {os.getloadavg()[0]:.1f} when the run began"] if hasattr(os, "getloadavg") else []
