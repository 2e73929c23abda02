"""Measures the pretend model on labelled lines: `python -m tests.sandbox.openai.measure FILE.jsonl`.

Each line is `{"text", "intents": [names], "subject"?, "order_number"?}`, as `pasokh eval` reads them. Intent accuracy:
the share of lines whose set of intents is exactly the expected one. A line without `order_number` is not scored for it.
"""

import json
import sys
import time
from collections import Counter
from pathlib import Path

from app.sandbox.openai import TextModel
from tests.sandbox.openai.bodies import INTENTS, fenced


def measure(path: Path) -> dict[str, object]:
    started = time.process_time()
    model = TextModel.train()
    trained = time.process_time()
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    exact = right_numbers = numbered = 0
    wanted: Counter[str] = Counter()
    recalled: Counter[str] = Counter()
    for line in lines:
        triage = model.triage(fenced(line["text"], line.get("subject", "")), intents=INTENTS)
        found = {request.intent for request in triage.requests}
        exact += found == set(line["intents"])
        wanted.update(line["intents"])
        recalled.update(found & set(line["intents"]))
        if "order_number" in line:
            numbered += 1
            numbers = {request.order_number for request in triage.requests} - {None}
            right_numbers += numbers == ({line["order_number"]} if line["order_number"] else set())
    return {
        "n": len(lines),
        "intent_accuracy": round(exact / len(lines), 4),
        "order_number_accuracy": round(right_numbers / numbered, 4) if numbered else None,
        "recall": {name: round(recalled[name] / wanted[name], 2) for name in sorted(wanted)},
        "training_cpu_seconds": round(trained - started, 2),
        "cpu_milliseconds_each": round((time.process_time() - trained) / len(lines) * 1000, 2),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(Path(sys.argv[1])), indent=2) + "\n")
