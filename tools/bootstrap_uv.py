"""Put uv into a folder where Python has neither pip nor ensurepip, as Debian's does not. Standard library only.

The newest stable pip is fetched from the package index, held against the index's SHA-256, and run from its wheel.

Usage: python3 tools/bootstrap_uv.py FOLDER
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

INDEX = os.environ.get("PIP_INDEX_URL") or "https://pypi.org/simple"
STABLE = re.compile(r"pip-(\d+(?:\.\d+)*)-py3-none-any\.whl")
SECONDS = 60
QUIET = ("--root-user-action=ignore", "--disable-pip-version-check")


def fetch(url: str, accept: str = "*/*") -> bytes:
    request = urllib.request.Request(url, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        body: bytes = answer.read()
    return body


def find_newest(files: list[dict[str, Any]]) -> dict[str, Any]:
    """The entry of the highest stable version that is not yanked. The list comes in no order (PEP 691)."""

    def version(file: dict[str, Any]) -> tuple[int, ...]:
        found = STABLE.fullmatch(file["filename"])
        return tuple(map(int, found[1].split("."))) if found and not file.get("yanked") else ()

    newest = max(files, key=version)
    if not version(newest):
        sys.exit(f"There is no pip at {INDEX}. Install uv yourself: https://docs.astral.sh/uv/")
    return newest


def download_pip(folder: Path) -> Path:
    page = f"{INDEX.rstrip('/')}/pip/"
    listing = json.loads(fetch(page, "application/vnd.pypi.simple.v1+json"))
    newest = find_newest(listing["files"])
    content = fetch(urljoin(page, newest["url"]))
    if hashlib.sha256(content).hexdigest() != newest["hashes"]["sha256"]:
        sys.exit(f"{newest['filename']} is not what {INDEX} says it is (SHA-256). Nothing was installed.")
    wheel: Path = folder / newest["filename"]
    wheel.write_bytes(content)
    return wheel


def main(target: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            wheel = download_pip(Path(folder))
        except (OSError, ValueError, KeyError) as error:
            sys.exit(f"No pip from {INDEX}: {error}. Install uv: https://docs.astral.sh/uv/")
        command = [sys.executable, f"{wheel}/pip", "install", "--quiet", *QUIET, "--target", target, "uv"]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main(sys.argv[1])
