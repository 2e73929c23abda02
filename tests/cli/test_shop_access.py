"""What the app may not read in a shop is told by `pasokh doctor`; another shop for the sandbox by its file."""

import pytest

pytest.importorskip("graphql", reason="the extra `sandbox` is not installed")

from app.shopify.scopes import REQUIRED_SCOPES
from tests.cli.conftest import SHOP
from tests.cli.test_doctor import mark
from tests.sandbox.shopify.served import TOKEN, served


@pytest.fixture(scope="module")
def url():
    from app.sandbox.shopify import DEMO_SHOP, Access, Shop, create_router
    from app.sandbox.shopify.access import SCOPES

    tokens = {
        "recent": Access(tuple(scope for scope in SCOPES if scope != "read_all_orders")),
        "no-returns": Access(tuple(scope for scope in SCOPES if scope != "read_returns")),
        "unapproved": Access(customer_data=("data", "address", "phone", "email")),
    }
    with served(create_router(Shop.load(DEMO_SHOP), access_token=TOKEN, tokens=tokens)) as url:
        yield url


def doctor(pasokh, env, url, token):
    env = {**env, "PASOKH_SHOPIFY_BASE_URL": url}
    assert pasokh("store", "add", "demo", "--shop", SHOP, "--token", token, env=env).code == 0
    return pasokh("doctor", env=env)


def test_a_missing_scope_is_named_with_what_it_opens(pasokh, env, url):
    ended = doctor(pasokh, env, url, "no-returns")
    assert ended.code == 1
    assert mark(ended.out, f"read_returns ({REQUIRED_SCOPES['read_returns']})") == "no"


def test_orders_that_are_too_old_are_something_to_look_at(pasokh, env, url):
    ended = doctor(pasokh, env, url, "recent")
    assert ended.code == 0
    assert mark(ended.out, "read_all_orders") == "look"


def test_customer_data_that_is_not_approved_is_something_to_look_at(pasokh, env, url):
    ended = doctor(pasokh, env, url, "unapproved")
    assert ended.code == 0
    assert mark(ended.out, "protected customer data (firstName)") == "look"


@pytest.mark.parametrize("source", ["tau2:/nowhere/db.json", "/nowhere", "tau2:{here}"])
def test_another_shop_that_cannot_be_read_is_told_at_the_start(pasokh, env, tmp_path, source):
    (tmp_path / "db.json").write_text("{}")
    ended = pasokh("sandbox", "--shop", source.format(here=tmp_path / "db.json"), "--port", "0", env=env)
    assert ended.code == 1
    assert "--shop" in ended.err
    assert "Traceback" not in ended.said
