"""What every test may ask for: a migrated database of its own, the sandbox, a browser, the corpora."""

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import certifi
import httpx
import hypothesis
import psycopg
import pytest
import pytest_asyncio
from psycopg import sql

from app.db import Database, EmbeddedPostgres, migrate
from tests.engines import share_compiled_statements
from tests.network import ban_network
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

    from app.sandbox.server import SandboxServer

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = "pasokh_template"

# No absolute times, on whatever machine; in CI the same examples for everybody, so that a red build is about the change.
hypothesis.settings.register_profile(
    "pasokh",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
hypothesis.settings.load_profile("pasokh")

_RUN_DIR = "PYTEST_PASOKH_RUN_DIR"
_CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_BUILDING_LOCK = 20_261_121
_MEMORY = Path("/dev/shm")


def pytest_configure(config: pytest.Config) -> None:
    """Shut the network, forget the developer's own keys, and make one folder for all workers of this run."""
    for name in [n for n in os.environ if n.startswith(("PASOKH_", "OPENAI_", "SENDGRID_"))]:
        if name not in {"PASOKH_CORPORA", "PASOKH_CHROMIUM"}:
            del os.environ[name]
    sys.dont_write_bytecode = False  # whoever forbids it in general waits six seconds longer for every run
    if _is_controller(config):
        # Short, since a Unix socket's path has 107 bytes; in memory where there is room, since 800 databases are copied.
        folder = tempfile.mkdtemp(prefix="pasokh-", dir=_MEMORY if _has_room(_MEMORY) else None)
        os.environ[_RUN_DIR] = folder
        os.environ["SSL_CERT_FILE"] = _one_authority(Path(folder))
    ban_network()
    share_compiled_statements()


def _has_room(folder: Path) -> bool:
    return folder.is_dir() and shutil.disk_usage(folder).free > 2**31


def _one_authority(folder: Path) -> str:
    """The certificate of one authority: to read all of them costs 30 ms for each client, and no test meets one."""
    file = folder / "authority.pem"
    first, end, _others = certifi.contents().partition("-----END CERTIFICATE-----")
    file.write_text(first + end)
    return str(file)


def pytest_xdist_auto_num_workers() -> int:
    """`-n auto`: one more than there are processors, as tests wait a third of their time; more than four would only wait
    for one database and one disk."""
    return min((os.cpu_count() or 1) + 1, 4)


def pytest_report_header() -> str | None:
    if find_chromium() is None:
        return "browser tests are skipped: there is no Chromium. To run them: apt-get install chromium"
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if find_chromium() is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason="no Chromium"))


def pytest_collection_finish() -> None:
    """What is imported stays: looking through it for garbage again and again cost every tenth second."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Long values are called by their argument's name: names of tests are read, and must be alike in all workers."""
    return argname if isinstance(val, str | bytes) and len(val) > 40 else None


def pytest_unconfigure(config: pytest.Config) -> None:
    folder = os.environ.get(_RUN_DIR)
    if folder and _is_controller(config):
        shutil.rmtree(folder, ignore_errors=True)


def _is_controller(config: pytest.Config) -> bool:
    return not hasattr(config, "workerinput")


# Database


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """One server for all workers of the run; the last one that lets go stops it."""
    server = EmbeddedPostgres(Path(os.environ[_RUN_DIR]) / "pg")
    yield server
    server.close()


@pytest.fixture(scope="session")
def template(postgres: EmbeddedPostgres) -> str:
    """Name of a migrated, empty database that nobody is connected to. The first worker that comes makes it."""
    with _admin(postgres) as admin:
        admin.execute("SELECT pg_advisory_lock(%s)", (_BUILDING_LOCK,))
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", (TEMPLATE,)).fetchone():
            for name in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
                admin.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(name)))
            admin.execute("SELECT pg_reload_conf()")
            migrate(postgres.url("building"))
            admin.execute(sql.SQL("ALTER DATABASE building RENAME TO {}").format(sql.Identifier(TEMPLATE)))
    return TEMPLATE


@pytest.fixture
def empty_database_url(postgres: EmbeddedPostgres) -> Iterator[str]:
    """libpq's address of a new database without any table."""
    yield from _new_database(postgres, "template1")


@pytest.fixture
def database_url(postgres: EmbeddedPostgres, template: str) -> Iterator[str]:
    """libpq's address of a new, migrated database; dropped afterwards, whoever is still connected."""
    yield from _new_database(postgres, template)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Connections to a new, migrated database."""
    database = Database(database_url, pool=10)
    yield database
    await database.close()


def _new_database(postgres: EmbeddedPostgres, template: str) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    # Four times as fast as through the log, where nothing has to outlast a crash of the machine.
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
    drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
    with _admin(postgres) as admin:
        admin.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
    yield postgres.url(name)
    with _admin(postgres) as admin:
        admin.execute(drop.format(sql.Identifier(name)))


def _admin(postgres: EmbeddedPostgres) -> psycopg.Connection[Any]:
    return psycopg.connect(postgres.url("postgres"), autocommit=True)


# Sandbox


@pytest.fixture(scope="session")
def sandbox_server() -> Iterator["SandboxServer"]:
    """The pretend Shopify, OpenAI and SendGrid over HTTP on a free port, one for each worker of the run."""
    pytest.importorskip("graphql", reason="the extra `sandbox` is not installed")
    from app.sandbox.server import SandboxServer

    with SandboxServer(port=0) as server:
        server.warm()
        for url in (f"{server.openai_url}/", f"{server.shopify_url}/admin/"):
            # An address that is not there answers 404 once the service is built: no test's time-out pays for that.
            httpx.get(url, timeout=120, trust_env=False)
        server.reset()
        yield server


@pytest.fixture
def sandbox(sandbox_server: "SandboxServer") -> Iterator["SandboxServer"]:
    """The sandbox without faults, with an empty outbox and nothing recorded."""
    sandbox_server.reset()
    yield sandbox_server
    sandbox_server.reset()


# Corpora


@pytest.fixture(scope="session")
def corpora() -> Path:
    """Folder of real mails and schemas that nobody here wrote. A clone has none: the test is skipped."""
    folder = Path(os.environ.get("PASOKH_CORPORA") or ROOT.parent / "shared" / "corpora")
    if not folder.is_dir():
        pytest.skip(f"no corpora at {folder} (set PASOKH_CORPORA)")
    return folder


# Browser


def find_chromium() -> str | None:
    """Path of a Chromium on this machine, or the one that PASOKH_CHROMIUM names."""
    named = os.environ.get("PASOKH_CHROMIUM")
    return named or next((path for name in _CHROMIUMS if (path := shutil.which(name))), None)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator["Browser"]:
    """A Chromium that reaches loopback only. Its tests are marked `browser` and `asyncio(loop_scope="session")`."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_chromium(),
            args=[
                "--no-sandbox",  # root, as in containers, cannot have it
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
            ],
        )
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: "Browser") -> AsyncIterator["Page"]:
    """An empty page of a visitor who was never here."""
    context = await browser.new_context(locale="en-GB")
    context.set_default_timeout(PATIENCE * 1000)
    yield await context.new_page()
    await context.close()
