"""Memory of this process."""

import ctypes
import gc
import resource
import sys
from pathlib import Path

_STATM = Path("/proc/self/statm")
_MB = 1_000_000


def resident_mb() -> float:
    """Resident memory in MB after a collection; on systems without /proc the most there ever was."""
    gc.collect()
    if _STATM.exists():
        _give_back()
        return int(_STATM.read_text().split()[1]) * resource.getpagesize() / _MB
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / _MB if sys.platform == "darwin" else most * 1024 / _MB


def _give_back() -> None:
    """Hand free pages back to the system, so that what was read before does not hide what comes after."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)
