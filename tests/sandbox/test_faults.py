import contextlib
import http.client
import time
from collections.abc import Callable
from typing import Any

import httpx
import openai
import pytest
import python_http_client.exceptions
import sendgrid

from app.sandbox.faults import FaultKind, Faults
from app.sandbox.server import SandboxServer
from app.sandbox.services import SERVICES, Service
from tests.patience import PATIENCE, wait_until
from tests.sandbox.mails import KEY, a_mail, send

_PATHS: dict[Service, str] = {
    "openai": "/v1/models",
    "shopify": "/admin/api/2026-10/graphql.json",
    "sendgrid": "/v3/scopes",
}


def _ask(http: httpx.Client, service: Service) -> httpx.Response:
    if service == "shopify":
        headers = {"X-Shopify-Access-Token": "sandbox-shopify-token"}
        return http.post(_PATHS[service], json={"query": "{ shop { name } }"}, headers=headers)
    key = {"openai": "sandbox-openai-key", "sendgrid": KEY}[service]
    return http.get(_PATHS[service], headers={"Authorization": f"Bearer {key}"})


def _message(service: Service, answer: httpx.Response) -> Any:
    """Where each provider puts the error's text."""
    body = answer.json()
    if service == "openai":
        return body["error"]["message"]
    return body["errors"] if service == "shopify" else body["errors"][0]["message"]


@pytest.mark.parametrize("service", SERVICES)
def test_too_many_requests_says_when_to_come_back(
    service: Service, http: httpx.Client, sandbox: SandboxServer
) -> None:
    sandbox.faults.set(service, "429", times=1, retry_after=7)

    answer = _ask(http, service)

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert isinstance(_message(service, answer), str)
    assert _ask(http, service).status_code == 200


@pytest.mark.parametrize("service", SERVICES)
def test_a_server_error_has_the_providers_shape(
    service: Service, http: httpx.Client, sandbox: SandboxServer
) -> None:
    sandbox.faults.set(service, "500")

    answer = _ask(http, service)

    assert answer.status_code == 500
    assert isinstance(_message(service, answer), str)


@pytest.mark.parametrize("service", SERVICES)
def test_garbage_is_a_proxys_page(service: Service, http: httpx.Client, sandbox: SandboxServer) -> None:
    sandbox.faults.set(service, "garbage")

    answer = _ask(http, service)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    with pytest.raises(ValueError, match="Expecting value"):
        answer.json()


@pytest.mark.parametrize("service", SERVICES)
def test_a_drop_is_an_incomplete_answer(service: Service, http: httpx.Client, sandbox: SandboxServer) -> None:
    sandbox.faults.set(service, "drop", times=1)

    with pytest.raises(httpx.RemoteProtocolError):
        _ask(http, service)

    assert _ask(http, service).status_code == 200


@pytest.mark.parametrize("service", SERVICES)
def test_a_timeout_holds_the_client_until_it_gives_up(
    service: Service, http: httpx.Client, sandbox: SandboxServer
) -> None:
    sandbox.faults.set(service, "timeout", times=1)

    with (
        httpx.Client(
            base_url=sandbox.url, timeout=httpx.Timeout(PATIENCE, read=0.2), trust_env=False
        ) as hurried,
        pytest.raises(httpx.ReadTimeout),
    ):
        _ask(hurried, service)

    wait_until(lambda: not sandbox.faults.current(service))  # the hurried request may still be on its way
    assert _ask(http, service).status_code == 200


@pytest.mark.parametrize("service", SERVICES)
def test_slow_answers_well_after_its_seconds(
    service: Service, http: httpx.Client, sandbox: SandboxServer
) -> None:
    _ask(http, service)
    sandbox.faults.set(service, "slow", seconds=0.2)
    started = time.monotonic()

    answer = _ask(http, service)

    assert answer.status_code == 200
    assert time.monotonic() - started >= 0.2


def test_a_timeout_ends_by_itself_after_its_bound(http: httpx.Client, sandbox: SandboxServer) -> None:
    sandbox.faults.set("sendgrid", "timeout", seconds=0.1)

    with pytest.raises(httpx.RemoteProtocolError):
        _ask(http, "sendgrid")


def test_only_a_dropped_or_slow_mail_was_taken(http: httpx.Client, sandbox: SandboxServer) -> None:
    taken = {}
    for kind in FaultKind:
        before = sandbox.outbox.total
        sandbox.faults.set("sendgrid", kind, times=1, seconds=0.05)
        with (
            httpx.Client(base_url=sandbox.url, timeout=PATIENCE, trust_env=False) as client,
            contextlib.suppress(httpx.TransportError),
        ):
            send(client, a_mail())
        taken[str(kind)] = sandbox.outbox.total - before

    assert taken == {"429": 0, "500": 0, "timeout": 0, "drop": 1, "garbage": 0, "slow": 1}


def _patience(sandbox: SandboxServer, service: Service) -> float:
    """Short where nothing comes, and only there."""
    fault = sandbox.faults.current(service)
    return 0.5 if fault is not None and fault.kind is FaultKind.TIMEOUT else PATIENCE


def _with_openai(sandbox: SandboxServer) -> Any:
    with openai.OpenAI(
        base_url=sandbox.openai_url,
        api_key=sandbox.config.openai_key,
        max_retries=0,
        timeout=_patience(sandbox, "openai"),
    ) as client:
        return client.models.list()


def _with_sendgrid(sandbox: SandboxServer) -> Any:
    client = sendgrid.SendGridAPIClient(sandbox.config.sendgrid_key, host=sandbox.sendgrid_url)
    client.client.timeout = _patience(sandbox, "sendgrid")
    return client.client.mail.send.post(request_body=a_mail())


@pytest.mark.parametrize(
    ("kind", "call", "service", "expected"),
    [
        ("429", _with_openai, "openai", openai.RateLimitError),
        ("500", _with_openai, "openai", openai.InternalServerError),
        ("timeout", _with_openai, "openai", openai.APITimeoutError),
        ("drop", _with_openai, "openai", openai.APIConnectionError),
        ("429", _with_sendgrid, "sendgrid", python_http_client.exceptions.TooManyRequestsError),
        ("500", _with_sendgrid, "sendgrid", python_http_client.exceptions.InternalServerError),
        ("timeout", _with_sendgrid, "sendgrid", TimeoutError),
        ("drop", _with_sendgrid, "sendgrid", http.client.IncompleteRead),
    ],
)
def test_the_vendors_clients_see_the_faults_as_errors(
    kind: str,
    call: Callable[[SandboxServer], Any],
    service: Service,
    expected: type[Exception],
    http: httpx.Client,
    sandbox: SandboxServer,
) -> None:
    _ask(
        http, service
    )  # the text model is trained by the first call, which may take longer than the time-out
    sandbox.faults.set(service, kind)

    with pytest.raises(expected):
        call(sandbox)


def test_a_fault_of_one_service_leaves_the_others_alone(http: httpx.Client, sandbox: SandboxServer) -> None:
    sandbox.faults.set("openai", "500")

    assert _ask(http, "sendgrid").status_code == 200


def test_a_share_of_requests_fails_and_the_seed_repeats_which(
    http: httpx.Client, sandbox: SandboxServer
) -> None:
    def statuses() -> list[int]:
        sandbox.faults.seed(7)
        sandbox.faults.set("sendgrid", "500", share=0.5)
        return [_ask(http, "sendgrid").status_code for _ in range(20)]

    first = statuses()

    assert set(first) == {200, 500}
    assert statuses() == first


def test_times_count_only_requests_that_failed() -> None:
    faults = Faults(seed=1)
    faults.set("openai", "429", times=3, share=0.3)

    taken = [faults.take("openai") for _ in range(200)]

    assert sum(fault is not None for fault in taken) == 3
    assert faults.hits("openai") == 3
    assert faults.current("openai") is None


@pytest.mark.parametrize(
    ("service", "kind", "options"),
    [
        ("paypal", "429", {}),
        ("openai", "418", {}),
        ("openai", "429", {"times": 0}),
        ("openai", "429", {"share": 1.5}),
        ("openai", "slow", {"seconds": -1}),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(service: Any, kind: str, options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Faults().set(service, kind, **options)


def test_latency_is_added_to_every_answer(http: httpx.Client, sandbox: SandboxServer) -> None:
    sandbox.faults.set_latency("sendgrid", 0.1, 0.2)
    started = time.monotonic()

    assert _ask(http, "sendgrid").status_code == 200
    assert time.monotonic() - started >= 0.1


def test_faults_are_set_read_and_lifted_over_http(http: httpx.Client, sandbox: SandboxServer) -> None:
    answer = http.put("/sandbox/faults/sendgrid", json={"kind": "429", "times": 2, "latency": [0.0, 0.01]})

    assert answer.json()["fault"]["kind"] == "429"
    assert _ask(http, "sendgrid").status_code == 429
    described = http.get("/sandbox/faults/sendgrid").json()
    assert (described["fault"]["times"], described["failed_on_demand"], described["latency"]) == (
        1,
        1,
        [0.0, 0.01],
    )
    assert http.delete("/sandbox/faults/sendgrid").status_code == 204
    assert _ask(http, "sendgrid").status_code == 200
    assert http.get("/sandbox/calls").json()["sendgrid"] == 2


@pytest.mark.parametrize("settings", [{"kind": "418"}, {"times": 0}, {"latency": [2, 1]}, {"nonsense": 1}])
def test_settings_that_make_no_sense_are_refused_over_http(
    settings: dict[str, Any], http: httpx.Client
) -> None:
    assert http.put("/sandbox/faults/openai", json=settings).status_code == 422


def test_an_unknown_service_has_no_faults(http: httpx.Client) -> None:
    assert http.get("/sandbox/faults/paypal").status_code == 422
    assert http.delete("/sandbox/faults/all").status_code == 204
