"""`python -m benchmarks`: every row, as a table with ratios. A row that misses its target is marked; the exit is 0."""

import argparse
import asyncio
import json
import sys
import time
import traceback
from collections.abc import Awaitable, Callable

from rich.console import Console
from rich.table import Table

from benchmarks import accept, answering, burst, costs, drafting, inbox, reading
from benchmarks.rows import Row
from benchmarks.stage import Stage, built

BENCHMARKS: dict[str, Callable[..., Awaitable[list[Row]]]] = {
    "reading": reading.measure,
    "costs": costs.bench,
    "accept": accept.measure,
    "answering": answering.measure,
    "drafting": drafting.measure,
    "burst": burst.measure,
    "inbox": inbox.measure,
}


def main() -> None:
    options = _options()
    rows = asyncio.run(_measure(options.row or [*BENCHMARKS], profile=options.profile))
    if options.json:
        print(json.dumps([row.as_json() for row in rows], ensure_ascii=False))
    else:
        Console(width=None if sys.stdout.isatty() else 160).print(_table(rows))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--row", action="append", choices=BENCHMARKS, help="only this one; may be repeated")
    parser.add_argument("--json", action="store_true", help="one line of JSON instead of a table")
    parser.add_argument(
        "--profile",
        action="store_true",
        help="print where `accept` and `answering` spend their time; no fair figures",
    )
    return parser.parse_args()


async def _measure(names: list[str], *, profile: bool) -> list[Row]:
    rows: list[Row] = []
    with built() as stage:
        for name in names:
            started = time.monotonic()
            print(f"{name} …", end=" ", file=sys.stderr, flush=True)
            try:
                rows += await _one(stage, name, profile=profile)
            except Exception:  # noqa: BLE001 - one that breaks must not cost the others their figures
                traceback.print_exc()
            print(f"{time.monotonic() - started:.0f} s", file=sys.stderr)
    return rows


async def _one(stage: Stage, name: str, *, profile: bool) -> list[Row]:
    stage.sandbox.reset()
    return await BENCHMARKS[name](stage, profile=profile)


def _table(rows: list[Row]) -> Table:
    table = Table(title="Pasokh, held against its floors")
    for title in ("what", "ours", "floor", "against", "ratio", "target", ""):
        table.add_column(title, justify="right" if title in {"ours", "floor", "ratio"} else "left")
    for row in rows:
        table.add_row(
            f"{row.name}\n[dim]{row.note}[/]" if row.note else row.name,
            f"{row.value:,.4g} {row.unit}",
            "" if row.floor is None else f"{row.floor:,.4g} {row.unit}",
            row.against,
            "" if row.ratio is None else f"{row.ratio:.2f}",
            "" if row.target is None else str(row.target),
            {None: "", True: "[green]met[/]", False: "[bold red]MISSED[/]"}[row.is_ok],
        )
    return table


if __name__ == "__main__":
    main()
