"""200 mails at once while the model takes its time: does anything but the model hold them up?"""

from benchmarks import orders
from benchmarks.rows import Row, Target
from benchmarks.stage import Stage

_MAILS, _IN_FLIGHT, _MODEL_SECONDS = 200, 20, 2.0


async def measure(stage: Stage, *, profile: bool = False) -> list[Row]:  # noqa: ARG001 - all rows are measured alike
    """No quiet time and no undo window: wall clock from the first post to the last reply."""
    with stage.database() as url:
        async with stage.service(url) as service:
            shoppers = await orders.warm_up(stage, service)
            stage.sandbox.faults.set_latency("openai", _MODEL_SECONDS)
            seconds = await orders.ask(stage, service, orders.questions(shoppers, _MAILS))
    floor = _MAILS / _IN_FLIGHT * _MODEL_SECONDS
    return [
        Row(
            f"{_MAILS} mails at once, model answers in {_MODEL_SECONDS:g} s",
            seconds,
            "s",
            floor,
            against=f"{_MAILS} / {_IN_FLIGHT} × {_MODEL_SECONDS:g} s",
            ratio=seconds / floor,
            target=Target(1.25),
            note="first post to last reply",
        )
    ]
