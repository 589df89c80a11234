"""NLP.js in a process of Node. It is looked for in the folder that `MOTCUA_PEERS` names, where this was done once:

npm install --prefix "$MOTCUA_PEERS" @nlpjs/basic
"""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

NAME = "nlpjs"
_SCRIPT = Path(__file__).with_name("nlpjs.cjs")
_PACKAGE = Path("node_modules", "@nlpjs", "basic")


def missing() -> str | None:
    """Why NLP.js cannot take part; None where it can."""
    if not shutil.which("node"):
        return "no Node.js"
    folder = os.environ.get("MOTCUA_PEERS")
    if not folder or not (Path(folder) / _PACKAGE).is_dir():
        return "MOTCUA_PEERS names no folder with @nlpjs/basic"
    return None


def run(
    phrases: Path, asked: Sequence[str], warm: Sequence[str], limit_s: float, warm_share: float
) -> dict[str, Any]:
    """The fields of a `trial.Run`."""
    with tempfile.TemporaryDirectory() as folder:
        task, result = Path(folder, "task.json"), Path(folder, "result.json")
        task.write_text(
            json.dumps(
                {
                    "modules": str(Path(os.environ["MOTCUA_PEERS"]).resolve() / _PACKAGE),
                    "phrases": str(phrases.resolve()),
                    "result": str(result),
                    "asked": list(asked),
                    "warm": list(warm),
                    "limit_s": limit_s,
                    "warm_share": warm_share,
                }
            ),
            encoding="utf-8",
        )
        subprocess.run(
            ["node", "--no-warnings", "--expose-gc", _SCRIPT, task], check=True, stdout=subprocess.DEVNULL
        )
        done: dict[str, Any] = json.loads(result.read_text("utf-8"))
        return done
