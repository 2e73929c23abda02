from datetime import UTC, datetime, timedelta

from app.errors import TryLater
from app.pipeline.patience import Wait, next_wait
from app.settings import Settings

SETTINGS = Settings(_env_file=None)
START = datetime(2026, 1, 1, 12, tzinfo=UTC)
DOWN = TryLater("OpenAI is out of reach.", service="OpenAI")


def wait_for(error: TryLater) -> Wait:
    wait = next_wait(error, START, START, SETTINGS)
    assert wait
    return wait


def test_waits_grow_with_the_outage_and_end_with_a_person():
    moment, waits = START, []
    while (wait := next_wait(DOWN, START, moment, SETTINGS)) is not None:
        waits.append((wait.until - moment).total_seconds())
        moment = wait.until
    assert waits == sorted(waits)
    assert waits[0] == SETTINGS.retry_first_seconds
    assert waits[-1] == SETTINGS.retry_longest_seconds
    assert (moment - START).total_seconds() > SETTINGS.retry_give_up_seconds
    assert len(waits) < 60


def test_what_the_dependency_asks_for_is_respected_within_reason():
    asked = TryLater("Busy.", service="OpenAI", retry_after=90)
    assert wait_for(asked).until == START + timedelta(seconds=90)
    absurd = TryLater("Busy.", service="OpenAI", retry_after=10**9)
    assert wait_for(absurd).until == START + timedelta(seconds=SETTINGS.retry_longest_seconds)


def test_the_wait_is_told_in_a_sentence():
    assert wait_for(DOWN).sentence.startswith("OpenAI is out of reach. Waiting since 12:00 UTC")
