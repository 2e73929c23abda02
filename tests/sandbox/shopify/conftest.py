import pytest

from tests.sandbox.shopify.served import TOKEN, Admin, served


@pytest.fixture(scope="session")
def shop():
    """The demo shop. It is only read, so all tests share it."""
    pytest.importorskip("graphql", reason="the extra `sandbox` is not installed")
    from app.sandbox.shopify import DEMO_SHOP, Shop

    return Shop.load(DEMO_SHOP)


@pytest.fixture(scope="session")
def admin(shop):
    """The demo shop's API over HTTP, with points enough for all tests."""
    from app.sandbox.shopify import CostBucket, create_router

    with (
        served(create_router(shop, access_token=TOKEN, bucket=CostBucket(maximum=10**9))) as url,
        Admin(url) as admin,
    ):
        yield admin
