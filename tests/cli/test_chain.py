"""From nothing to an answered mail by the commands alone; what serves is a process of its own in a clean environment."""

import asyncio
import re
import signal
import socket
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from tests.cli.conftest import PASSWORD, SHOP, free_port, run_process, start_process
from tests.patience import PATIENCE
from tests.service import eventually, make_mail

SUPPORT = "support@saffron-and-clay.example"


async def is_up(http: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await http.get(f"{url}/readyz")).status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture
def keys(pasokh, env, sandbox) -> dict[str, str]:
    """What a new installation's commands print: where to post mail, its bearer token, a key of the API."""

    def run(*words: object) -> list[str]:
        ended = pasokh(*words, env=env)
        assert (ended.code, ended.err) == (0, ""), ended.said
        return [line.rpartition(" ")[2] for line in ended.out.splitlines()]

    run("store", "add", "demo", "--shop", SHOP, "--token", sandbox.config.shopify_token)
    hook, token = run("mailbox", "add", SUPPORT, "--raw")
    run("user", "add", "ann@shop.example", "--name", "Ann", "--password", PASSWORD, "--role", "owner")
    [key] = run("key", "add", "reporting")
    return {"hook": hook, "token": token, "key": key}


async def test_from_an_empty_database_to_a_touchpoint_over_the_api(sandbox, env, keys, tmp_path):
    sandbox.faults.set("sendgrid", "500")  # down at the start: said once, and no reason not to start
    port = free_port()
    serving = await start_process("serve", "--port", port, env=env, cwd=tmp_path)
    url = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient(timeout=PATIENCE) as http:
        await eventually(lambda: is_up(http, url))
        sandbox.faults.reset()
        mail = make_mail("ann@customer.example", "Shipping", "How much is shipping to Austria?")
        headers = {"Content-Type": "message/rfc822", "Authorization": f"Bearer {keys['token']}"}
        hook = keys["hook"].replace("http://127.0.0.1:8000", url)
        assert (await http.post(hook, content=mail, headers=headers)).status_code == 202

        async def touched() -> bool:
            found = await http.get(
                f"{url}/api/v1/touchpoints", headers={"Authorization": f"Bearer {keys['key']}"}
            )
            assert found.status_code == 200
            return bool(found.json()["touchpoints"]) and bool(found.json()["touchpoints"][0]["intents"])

        await eventually(touched)
    serving.send_signal(signal.SIGTERM)
    out, err = await asyncio.wait_for(serving.communicate(), PATIENCE)
    assert serving.returncode == 0, err.decode()
    assert err.decode().count("dependency_down") == 1
    assert "Traceback" not in err.decode()
    assert out == b""


@pytest.mark.slow
async def test_the_sandbox_says_what_to_put_into_env_and_its_key_outlives_a_restart(tmp_path):
    first = await lines_of_sandbox(tmp_path, is_tried=True)
    second = await lines_of_sandbox(tmp_path, is_tried=False)
    public_key = "PASOKH_SENDGRID_EVENT_PUBLIC_KEY"
    assert set(first) == {
        "OPENAI_BASE_URL", "OPENAI_API_KEY", "SENDGRID_BASE_URL", "SENDGRID_API_KEY",
        public_key, "PASOKH_SHOPIFY_BASE_URL",
    }  # fmt: skip
    assert first[public_key] == second[public_key]
    assert (tmp_path / "data" / "sandbox-events.pem").stat().st_mode & 0o077 == 0


async def lines_of_sandbox(folder: Path, *, is_tried: bool) -> dict[str, str]:
    """Run a sandbox, let a doctor try what it prints if told so, end it, and return what it printed."""
    process = await start_process("sandbox", "--port", 0, env={}, cwd=folder)
    assert process.stdout
    try:
        async with asyncio.timeout(PATIENCE):
            text = ""
            while "pasokh mailbox add" not in text:
                text += (await process.stdout.readline()).decode()
        found = dict(re.findall(r"^([A-Z_]+)=(\S+)$", text, re.MULTILINE))
        if is_tried:
            ended = await run_process("doctor", env={**found, "PASOKH_DATABASE_URL": "nonsense"}, cwd=folder)
            assert "OpenAI: knows the key" in ended.out
            assert "SendGrid: knows the key" in ended.out
    finally:
        process.send_signal(signal.SIGINT)
        await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 0
    return found


async def test_a_sandbox_whose_port_is_taken_says_so(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = await run_process("sandbox", "--port", port, env={}, cwd=tmp_path)
    assert ended.code == 1
    assert f"Port {port}" in ended.err
    assert "Traceback" not in ended.err


async def test_a_worker_ends_well_when_it_is_told_to(env, tmp_path, database):
    process = await start_process("worker", env=env, cwd=tmp_path)

    async def is_working() -> bool:
        async with database.transaction() as session:
            return bool((await session.execute(sa.text("SELECT 1 FROM procrastinate_workers"))).all())

    await eventually(is_working)
    process.send_signal(signal.SIGTERM)
    out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert (process.returncode, out, err) == (0, b"", b"")


async def test_the_embedded_database_starts_by_itself_and_is_stopped_again(tmp_path):
    settings = {"PASOKH_SECRET_KEY": "0123456789abcdef" * 4}
    ended = await run_process("store", "list", env=settings, cwd=tmp_path)
    assert (ended.code, ended.said) == (0, "")
    assert (tmp_path / "data" / "postgres" / "PG_VERSION").exists()
    assert not (tmp_path / "data" / "postgres" / "postmaster.pid").exists()
