"""What every test may use. The databases: see `tests/databases.py`."""

import os
from collections.abc import Generator
from typing import Any

import pytest

pytest_plugins = ["tests.databases"]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """`MOTCUA_NO_SKIP=1` (continuous integration): a skipped test was not run, which is a failure."""
    report = yield
    if report.skipped and os.environ.get("MOTCUA_NO_SKIP") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped: {call.excinfo.value if call.excinfo else ''}"
    return report


@pytest.fixture(scope="session", autouse=True)
def _cache_of_our_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What the assistant keeps to start faster does not lie in the home of who runs the tests."""
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))
