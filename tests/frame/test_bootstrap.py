"""uv comes to a bare Python by the newest stable pip, and by no other file than the index vouches for."""

import hashlib
import importlib.util
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import ModuleType
from typing import Any

import pytest

from tests.conftest import ROOT

WHEEL = b"a wheel"


def entry(version: str, **more) -> dict[str, Any]:
    digest = hashlib.sha256(WHEEL).hexdigest()
    name = f"pip-{version}-py3-none-any.whl"
    return {"filename": name, "url": f"../../files/{name}", "hashes": {"sha256": digest}, **more}


class Index(BaseHTTPRequestHandler):
    """Lists `files`, and gives the same bytes for each of them."""

    files: list[dict[str, Any]]

    def do_GET(self) -> None:
        body = WHEEL if self.path.startswith("/files/") else json.dumps({"files": self.files}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def index() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Index)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/simple"
    server.shutdown()
    server.server_close()


@pytest.fixture
def bootstrap(index, monkeypatch) -> ModuleType:
    monkeypatch.setenv("PIP_INDEX_URL", index)
    spec = importlib.util.spec_from_file_location("bootstrap_uv", ROOT / "tools" / "bootstrap_uv.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_newest_stable_version_is_taken_whatever_the_order(bootstrap, tmp_path):
    Index.files = [
        entry("9.0"),
        entry("26.1.2"),
        entry("26.2b1"),
        entry("27.0", yanked="broken"),
        entry("26.1"),
        {"filename": "pip-28.0.tar.gz", "url": "../../files/pip-28.0.tar.gz", "hashes": {}},
    ]
    wheel = bootstrap.download_pip(tmp_path)
    assert wheel.name == "pip-26.1.2-py3-none-any.whl"
    assert wheel.read_bytes() == WHEEL


def test_a_file_that_the_index_does_not_vouch_for_is_not_run(bootstrap, tmp_path):
    Index.files = [entry("26.1", hashes={"sha256": "0" * 64})]
    with pytest.raises(SystemExit, match="SHA-256"):
        bootstrap.download_pip(tmp_path)
    assert [*tmp_path.iterdir()] == []


def test_an_index_without_pip_says_what_to_do(bootstrap, tmp_path):
    Index.files = [entry("26.2b1")]
    with pytest.raises(SystemExit, match="Install uv"):
        bootstrap.download_pip(tmp_path)
