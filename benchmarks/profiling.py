"""Where a served process spends its processor time: by package, and by function."""

import cProfile
import pstats
import time
from collections import Counter
from io import StringIO
from pathlib import Path

_TOP = 25
_ROOT = Path(__file__).resolve().parent.parent


def new_profiler() -> cProfile.Profile:
    """Of this thread's processor time: on a busy machine the wall clock mostly tells of the others."""
    return cProfile.Profile(time.thread_time)


def table(profiler: cProfile.Profile) -> str:
    """Own time by package; then the functions with the most time of their own, and with all that they call.

    A coroutine counts each time that it is resumed, so the number of calls is no number of runs.
    """
    out = StringIO()
    stats = pstats.Stats(profiler, stream=out)
    out.write("\nseconds of its own, by package\n")
    out.writelines(f"{seconds:9.3f}  {name}\n" for name, seconds in _by_package(stats).most_common(_TOP))
    stats.strip_dirs()
    for order in ("tottime", "cumulative"):
        stats.sort_stats(order).print_stats(_TOP)
    return out.getvalue()


def _by_package(stats: pstats.Stats) -> Counter[str]:
    total: Counter[str] = Counter()
    for (filename, _, _), (_, _, own, _, _) in stats.stats.items():  # type: ignore[attr-defined]  # typeshed leaves it out
        total[_package(filename)] += own
    return total


def _package(filename: str) -> str:
    """`app/pipeline`, `sqlalchemy/orm`, `json`: the first two folders, or the module."""
    if filename == "~":
        return "(built in)"
    path = Path(filename)
    if "site-packages" in path.parts:
        inside = path.parts[path.parts.index("site-packages") + 1 : -1]
    elif path.is_relative_to(_ROOT):
        inside = path.relative_to(_ROOT).parts[:-1]
    else:
        return path.parent.name if path.stem == "__init__" else path.stem
    return "/".join(inside[:2]) or path.stem
