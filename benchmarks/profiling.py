"""Where a served process spends its processor time: by package, and by what of ours asked for it.

A look at the stack at each millisecond of processor time: a tracing profiler costs more than what it looks at.
"""

import signal
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from types import FrameType

import greenlet

_TOP = 40
_STEP = 0.001
_ROOT = Path(__file__).resolve().parent.parent

Place = tuple[str, str]
"""A file's name and the qualified name of a function in it."""


class Sampler:
    """Of the main thread's stacks; other threads' time counts for whatever that is doing or waits in."""

    def __init__(self) -> None:
        self.stacks: Counter[tuple[Place, ...]] = Counter()

    def start(self) -> None:
        signal.signal(signal.SIGPROF, self._look)
        signal.setitimer(signal.ITIMER_PROF, _STEP, _STEP)

    def stop(self) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)

    def _look(self, _signal: int, frame: FrameType | None) -> None:
        self.stacks[tuple(_places(frame))] += 1


def _places(frame: FrameType | None) -> Iterator[Place]:
    """Innermost first. SQLAlchemy's work runs in greenlets, each with a stack of its own."""
    current = greenlet.getcurrent()
    while frame is not None:
        yield frame.f_code.co_filename, frame.f_code.co_qualname
        frame = frame.f_back
        if frame is None and current.parent is not None:
            current = current.parent
            frame = current.gr_frame


def table(sampler: Sampler) -> str:
    """Shares of all samples: by package alone, by what of ours was running, and by what of ours began it."""
    total = max(sum(sampler.stacks.values()), 1)
    packages: Counter[str] = Counter()
    nearest: Counter[str] = Counter()
    within: Counter[str] = Counter()
    for stack, count in sampler.stacks.items():
        packages[_package(stack[0][0])] += count
        ours = [_name(place) for place in stack if _is_ours(place)]
        nearest[ours[0] if ours else "(none of ours)"] += count
        within.update(dict.fromkeys(ours, count))
    out = StringIO()
    for title, found in (
        ("in this package's own code", packages),
        ("in this function, or in a library that it called", nearest),
        ("in this function and all that it called", within),
    ):
        out.write(f"\nshare of the processor time {title}\n")
        out.writelines(f"{count / total:8.1%}  {name}\n" for name, count in found.most_common(_TOP))
    return out.getvalue()


def _is_ours(place: Place) -> bool:
    return Path(place[0]).is_relative_to(_ROOT / "app")


def _name(place: Place) -> str:
    return f"{Path(place[0]).relative_to(_ROOT)}: {place[1]}"


def _package(filename: str) -> str:
    """`app/pipeline`, `sqlalchemy/orm`, `json`: the first two folders, or the module."""
    path = Path(filename)
    if "site-packages" in path.parts:
        inside = path.parts[path.parts.index("site-packages") + 1 : -1]
    elif path.is_relative_to(_ROOT):
        inside = path.relative_to(_ROOT).parts[:-1]
    else:
        return path.parent.name if path.stem == "__init__" else path.stem
    return "/".join(inside[:2]) or path.stem
