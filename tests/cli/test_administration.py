"""`pasokh store|user|key|mailbox add|list`: the way into production."""

from typing import Any

import psycopg
import pytest

from app.cli.inputs import to_address
from app.errors import BadRequest
from app.sealing import Sealer, digest
from tests.cli.conftest import PASSWORD, SHOP, free_port, refused
from tests.service import SECRET

SUPPORT = "support@saffron-and-clay.example"


@pytest.fixture
def ask(database_url):
    """Rows of a query on the command's database."""

    def run(query: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(database_url) as connection:
            return connection.execute(query, values).fetchall()

    return run


def add_store(pasokh, env, sandbox, *more: str, slug: str = "demo"):
    return pasokh(
        "store", "add", slug, "--shop", SHOP, "--token", sandbox.config.shopify_token, *more, env=env
    )


# Stores


def test_a_store_is_added_with_what_its_shop_says_and_its_token_encrypted(pasokh, env, sandbox, ask):
    ended = add_store(pasokh, env, sandbox)
    assert ended.code == 0
    assert "on draft" in ended.out
    [(name, zone, modes, sealed)] = ask("SELECT name, timezone, modes, shop_token_sealed FROM store")
    assert (name, zone, modes) == ("Saffron & Clay", "Europe/Berlin", {})
    assert Sealer(SECRET.encode()).open(bytes(sealed)) == sandbox.config.shopify_token
    listed = pasokh("store", "list", env=env)
    assert listed.out == f"demo\tSaffron & Clay\t{SHOP}\ten\tEurope/Berlin\n"
    assert sandbox.config.shopify_token not in ended.said + listed.said


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("De Mo", "--shop", SHOP, "--token", "shpat_hunter2"), "short name"),
        (("demo", "--shop", "saffron", "--token", "shpat_hunter2"), "--shop"),
        (("demo", "--shop", "me@saffron.example", "--token", "shpat_hunter2"), "--shop"),
        (("demo", "--shop", SHOP, "--token", " "), "--token"),
        (("demo", "--shop", SHOP, "--token", "shpat_hunter2…"), "--token"),
        (("demo", "--shop", SHOP, "--token", "shpat_hunter2", "--locale", "tlh"), "--locale"),
        (("demo", "--shop", SHOP, "--token", "shpat_hunter2"), "access token"),
    ],
)
def test_a_store_that_cannot_work_is_refused_and_not_kept(pasokh, env, ask, words, named):
    refused(pasokh("store", "add", *words, env=env), named, secrets=("hunter2",))
    assert ask("SELECT 1 FROM store") == []


def test_a_shop_may_be_named_by_any_address_of_its(pasokh, env, sandbox, ask):
    words = ("--shop", "https://Pasokh-Demo.myshopify.com/admin", "--token", sandbox.config.shopify_token)
    assert pasokh("store", "add", "demo", *words, env=env).code == 0
    assert ask("SELECT shop_domain FROM store") == [(SHOP,)]


def test_a_second_store_of_the_same_name_is_refused_and_replacing_it_gives_it_another_token(
    pasokh, env, sandbox, ask
):
    add_store(pasokh, env, sandbox, "--signature", "Yours, Ann")
    refused(add_store(pasokh, env, sandbox), "“demo”", "--replace")
    [(before,)] = ask("SELECT shop_token_sealed FROM store")

    assert add_store(pasokh, env, sandbox, "--replace", "--locale", "de").code == 0
    [(after, signature, locale)] = ask("SELECT shop_token_sealed, signature, default_locale FROM store")
    assert bytes(after) != bytes(before)
    assert (signature, locale) == ("Yours, Ann", "de")


def test_two_who_add_the_same_store_at_once_end_in_one_store_and_one_sentence(
    pasokh, env, sandbox, ask, monkeypatch
):
    """The other one commits after we have looked and before we write."""
    from app.cli import runtime

    once: list[int] = []

    class SlowSealer(Sealer):
        def seal(self, value: str) -> bytes:
            if not once:
                once.append(1)
                ask(
                    "INSERT INTO store (id, slug, name, shop_domain, shop_token_sealed, default_locale, timezone, "
                    "signature, modes, automatic, created_at) VALUES (gen_random_uuid(), 'demo', '', '', '', 'en', "
                    "'UTC', '', '{}', true, now()) RETURNING 1"
                )
            return super().seal(value)

    monkeypatch.setattr(runtime, "Sealer", SlowSealer)
    refused(add_store(pasokh, env, sandbox), "just added")
    assert ask("SELECT count(*) FROM store") == [(1,)]


def test_without_a_secret_key_nothing_is_asked_of_the_shop(pasokh, env, sandbox):
    refused(add_store(pasokh, {**env, "PASOKH_SECRET_KEY": ""}, sandbox), "PASOKH_SECRET_KEY")
    assert sandbox.calls("shopify") == 0


def test_a_store_is_stopped_and_resumed(pasokh, settled, ask):
    for word, automatic, told in (
        ("stop", False, "are off. 0 scheduled"),
        ("stop", False, "are off already"),
        ("resume", True, "are on."),
        ("resume", True, "are on already"),
    ):
        ended = pasokh("store", word, "demo", env=settled)
        assert ended.code == 0
        assert told in ended.out
        [(is_automatic, reason)] = ask("SELECT automatic, stop_reason FROM store")
        assert is_automatic is automatic
        assert ("An administrator" in reason) is not automatic
    refused(pasokh("store", "stop", "nobody", env=settled), "no store")


# Mailboxes


def test_a_mailbox_says_where_to_post_once_and_lists_no_secret(pasokh, env, sandbox, ask):
    add_store(pasokh, env, sandbox)
    key = sandbox.event_public_key
    added = pasokh("mailbox", "add", "Support@Saffron-and-Clay.example", "--parse-key", key, "--raw", env=env)
    assert added.code == 0
    addresses = [line.rpartition(" ")[2] for line in added.out.splitlines()]
    hook, raw, token = addresses
    assert hook.startswith("http://127.0.0.1:8000/hooks/sendgrid/inbound/")
    assert raw == f"http://127.0.0.1:8000/hooks/raw/{hook.rpartition('/')[2]}"
    assert ask("SELECT address, from_name, key_hash, raw_token_hash FROM mailbox") == [
        (SUPPORT, "Saffron & Clay", digest(hook.rpartition("/")[2]), digest(token))
    ]

    listed = pasokh("mailbox", "list", env=env)
    assert listed.out == f"demo\t{SUPPORT}\tSaffron & Clay\tInbound Parse on\traw on\tout: sendgrid\n"
    shown = pasokh("mailbox", "list", "--urls", env=env).out
    assert hook in shown
    assert token not in shown


@pytest.mark.parametrize(
    "address",
    ["support", "support@localhost", "a b@shop.example", "Ann <ann@shop.example>", "@shop.example",
     "a@b@shop.example", "a@shop..example", "a@-shop.example", "a.@shop.example", "a@shop.example\nb@shop.example",
     f"{'a' * 65}@shop.example", "a@127.0.0.1"],
)  # fmt: skip
def test_what_is_no_address_is_refused(address):
    with pytest.raises(BadRequest, match="is no email address"):
        to_address(address)


def test_a_mailbox_with_a_wrong_address_is_refused(pasokh, settled):
    refused(pasokh("mailbox", "add", "Ann <ann@shop.example>", env=settled), "is no email address")


@pytest.mark.parametrize(
    "address", ["o'neil+desk@shop.co.uk", "پشتیبانی@فروشگاه.ایران", "a@xn--bcher-kva.example"]
)
def test_unusual_addresses_are_addresses(address):
    assert to_address(address) == address


def test_the_same_mailbox_again_is_refused_and_replacing_it_keeps_its_address(pasokh, settled, sandbox, ask):
    before = ask("SELECT key_hash, raw_token_hash FROM mailbox")
    refused(pasokh("mailbox", "add", SUPPORT.upper(), env=settled), SUPPORT, "--replace")

    replaced = pasokh(
        "mailbox", "add", SUPPORT, "--replace", "--parse-key", sandbox.event_public_key, env=settled
    )
    assert replaced.code == 0
    assert ask("SELECT key_hash, raw_token_hash FROM mailbox") == before
    assert "Bearer" not in replaced.out
    assert "Bearer" in pasokh("mailbox", "add", SUPPORT, "--replace", "--raw", env=settled).out
    assert ask("SELECT raw_token_hash FROM mailbox") != [before[0][1:]]


def test_a_mailbox_whose_host_refuses_plus_addresses_says_so_until_told_otherwise(pasokh, settled, ask):
    for option, expected in (("--no-plus", False), ("--raw", False), ("--plus", True)):
        pasokh("mailbox", "add", SUPPORT, "--replace", option, env=settled)
        assert ask("SELECT plus_addressing FROM mailbox") == [(expected,)]


def test_a_mailbox_belongs_to_one_store(pasokh, settled, sandbox):
    add_store(pasokh, settled, sandbox, slug="second")
    refused(pasokh("mailbox", "add", SUPPORT, "--store", "second", "--replace", env=settled), "another store")


def test_a_mailbox_without_a_key_says_that_its_webhooks_are_off(pasokh, env, sandbox):
    add_store(pasokh, env, sandbox)
    assert "off" in pasokh("mailbox", "add", SUPPORT, env=env).out


def test_a_wrong_parse_key_is_refused(pasokh, settled):
    ended = pasokh("mailbox", "add", "two@shop.example", "--parse-key", "hunter2", env=settled)
    refused(ended, "--parse-key", secrets=("hunter2",))


# People and programs


def test_a_person_is_added_with_a_role_and_a_hashed_password(pasokh, settled, ask):
    words = ("Ann@shop.example", "--name", "Ann", "--password", PASSWORD, "--role", "owner")
    added = pasokh("user", "add", *words, env=settled)
    assert added.out == "ann@shop.example is owner of demo.\n"
    assert pasokh("user", "list", env=settled).out == "ann@shop.example\tAnn\towner\n"
    assert ask("SELECT password_hash FROM app_user")[0][0].startswith("$argon2id$")
    assert PASSWORD not in added.said


def test_somebody_known_gets_the_other_role_and_keeps_the_password_unless_told_otherwise(
    pasokh, settled, ask
):
    def add(*more: str):
        return pasokh("user", "add", "ann@shop.example", "--name", "Ann", *more, env=settled)

    add("--password", PASSWORD)
    [(before,)] = ask("SELECT password_hash FROM app_user")
    again = add("--password", "another long one", "--role", "owner")
    assert "stay as they were" in again.out
    assert ask("SELECT password_hash, role FROM app_user, membership") == [(before, "owner")]

    ask(
        "INSERT INTO web_session (token_hash, user_id, store_id, created_at, expires_at) "
        "SELECT 'x', user_id, store_id, now(), now() FROM membership RETURNING 1"
    )
    assert add("--password", "another long one", "--replace").code == 0
    assert ask("SELECT password_hash FROM app_user") != [(before,)]
    assert ask("SELECT 1 FROM web_session") == []


def test_a_short_password_and_a_wrong_address_are_refused(pasokh, settled):
    refused(
        pasokh("user", "add", "a@shop.example", "--name", "A", "--password", "hunter2", env=settled),
        "password",
    )
    refused(pasokh("user", "add", "nobody", "--name", "A", "--password", PASSWORD, env=settled), "nobody")


def test_an_unknown_role_is_refused_with_those_that_there_are(pasokh, settled):
    words = ("a@shop.example", "--name", "A", "--password", PASSWORD, "--role", "king")
    ended = pasokh("user", "add", *words, env=settled)
    assert ended.code == 2
    assert "king" in ended.err
    assert "agent" in ended.err


def test_an_api_key_is_shown_once_and_listed_by_its_first_characters(pasokh, settled, ask):
    added = pasokh("key", "add", "reporting", env=settled)
    key = added.out.strip()
    assert added.err == ""
    assert ask("SELECT key_hash FROM api_key") == [(digest(key),)]
    assert pasokh("key", "list", env=settled).out == f"{key[:8]}…\treporting\tnever used\n"


@pytest.mark.parametrize(
    "words",
    [("key", "add", "x"), ("user", "list"), ("mailbox", "add", "two@shop.example")],
)
def test_with_several_stores_one_must_be_named_and_with_none_it_is_said(pasokh, env, sandbox, words):
    refused(pasokh(*words, env=env), "pasokh store add")
    add_store(pasokh, env, sandbox, slug="first")
    add_store(pasokh, env, sandbox, slug="second")
    refused(pasokh(*words, env=env), "--store", "first, second")
    refused(pasokh(*words, "--store", "third", env=env), "third", "first, second")
    assert pasokh(*words, "--store", "second", env=env).code == 0


def test_lists_of_nothing_are_empty(pasokh, env):
    for words in (("store", "list"), ("mailbox", "list")):
        ended = pasokh(*words, env=env)
        assert (ended.code, ended.said) == (0, "")


def test_another_secret_key_is_refused_where_secrets_are_read(pasokh, settled):
    other = {**settled, "PASOKH_SECRET_KEY": "fedcba9876543210" * 4}
    refused(pasokh("mailbox", "list", "--urls", env=other), "PASOKH_SECRET_KEY")


# A demo in the same folder


def test_where_a_demo_runs_commands_speak_to_it_and_say_so(pasokh, settled, tmp_path, sandbox, database_url):
    from app.cli.runtime import write_running_demo
    from tests.service import make_settings

    path = write_running_demo(make_settings(sandbox), data_dir=tmp_path / "data", database_url=database_url)
    ended = pasokh("store", "list", env={})
    assert ended.out.startswith("demo\t")
    assert "speaks to the demo" in ended.err
    assert path.stat().st_mode & 0o077 == 0
    refused(pasokh("serve", "--port", free_port(), env={}), "PASOKH_SECRET_KEY")
