"""A mailbox that is signed in to with OAuth."""

import json

import httpx

from app.intake.credentials import get_credentials, seal_grant
from app.mail.inbound.oauth import Grant
from tests.intake.conftest import SEALER, until
from tests.intake.token_server import run_tokens


async def test_the_grant_is_sealed_and_changed_for_a_token_at_each_sign_in(desk):
    async with run_tokens() as tokens, httpx.AsyncClient(trust_env=False) as http:
        tokens.answer = {"access_token": "short-lived"}
        sealed = seal_grant(SEALER, Grant(tokens.url, "id", "hunter2", "old"))
        assert b"hunter2" not in sealed
        await desk.change(is_oauth=True, secret_sealed=sealed)
        found = await get_credentials(await desk.account(), SEALER, http)
        assert (found.login.secret, found.login.is_token, found.renewed) == ("short-lived", True, None)


async def test_a_replaced_refresh_token_is_kept_before_it_is_needed_again(desk, wire):
    async with run_tokens() as tokens:
        tokens.answer = {"access_token": "short-lived", "refresh_token": "new"}
        sealed = seal_grant(SEALER, Grant(tokens.url, "id", "hunter2", "old"))
        await desk.change(is_oauth=True, secret_sealed=sealed)
        wire.cut()
        desk.start()

        async def is_kept():
            account = await desk.account()
            return json.loads(SEALER.open(account.secret_sealed))["refresh_token"] == "new"

        await until(is_kept)
        await desk.until_state("unreachable")


async def test_a_consent_that_was_taken_back_is_told_of(desk):
    async with run_tokens() as tokens:
        tokens.status, tokens.answer = 400, {"error": "invalid_grant"}
        sealed = seal_grant(SEALER, Grant(tokens.url, "id", "hunter2", "old"))
        await desk.change(is_oauth=True, secret_sealed=sealed)
        desk.start()
        account = await desk.until_state("refused")
        assert "invalid_grant" in account.state_reason
