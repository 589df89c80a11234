"""The built wheel in an environment of its own, started from a folder that knows nothing of the project.

`MOTCUA_WHEEL` names that environment; `.ci/run` makes it.
"""

import json
import os
import re
import signal
import subprocess
import time
from pathlib import Path

import httpx
import pytest

pytestmark = pytest.mark.wheel


@pytest.fixture
def motcua() -> str:
    named = os.environ.get("MOTCUA_WHEEL")
    if not named:
        pytest.skip("MOTCUA_WHEEL names no environment with the wheel installed; .ci/run makes one")
    return str(Path(named) / "bin" / "motcua")


def test_asks_with_the_catalog_inside_the_wheel(motcua: str, tmp_path: Path) -> None:
    command = [motcua, "ask", "đăng ký khai sinh cần giấy tờ gì", "--json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60)
    answer = json.loads(done.stdout)
    assert answer["candidates"][0]["code"] == "1.001193"


def test_demo_serves_pages_and_ends_cleanly(motcua: str, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [motcua, "demo", "--port", "18940"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        address = _address(process)
        page = _page(address)
        assert "Trợ lý tự động" in page.text
        for link in re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text):
            assert httpx.get(address.rstrip("/") + link).status_code == 200, link
        process.send_signal(signal.SIGINT)
        assert process.wait(15) == 0
    finally:
        process.kill()
        process.communicate()
    assert (tmp_path / "data" / "motcua.db").stat().st_mode & 0o077 == 0


def _address(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    for line in process.stdout:
        found = re.search(r"http://127\.0\.0\.1:\d+/", line)
        if found:
            return found.group()
    raise AssertionError("the demo said no address")


def _page(address: str) -> httpx.Response:
    for _ in range(100):
        try:
            return httpx.get(address)
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the demo did not serve its page")
