"""/healthz says that the process lives, /readyz that it can work."""

import psycopg
from psycopg import sql


def drop_queue(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP TABLE procrastinate_jobs CASCADE"))


async def test_a_service_with_its_database_is_healthy_and_ready(service):
    assert (await service.get("/healthz")).status_code == 200
    assert (await service.get("/readyz")).status_code == 200


async def test_a_service_without_its_queue_lives_but_is_not_ready(service, database_url):
    drop_queue(database_url)
    assert (await service.get("/healthz")).status_code == 200
    answer = await service.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["error"]["message"].endswith(".")
