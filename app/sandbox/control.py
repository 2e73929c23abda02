"""How the sandbox is steered over HTTP: faults, latencies and call counts, and the page that links it all."""

from typing import Any, Literal

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field

from app.sandbox.faults import FaultKind, Faults
from app.sandbox.pages import render
from app.sandbox.services import SERVICES, Service
from app.sandbox.traffic import Traffic


class FaultSettings(BaseModel):
    """What PUT /sandbox/faults/{service} takes: a fault, a latency, or both.

    `latency` is a number of seconds, or `[low, high]`; the other fields are those of `Fault`.
    """

    model_config = ConfigDict(extra="forbid")

    kind: FaultKind | None = None
    times: int | None = Field(default=None, ge=1)
    share: float = Field(default=1.0, ge=0, le=1)
    seconds: float | None = Field(default=None, ge=0)
    retry_after: int = Field(default=1, ge=0)
    latency: float | tuple[float, float] | None = None


def create_router(faults: Faults, traffic: Traffic) -> APIRouter:
    """Everything under /sandbox, the index page and /healthz."""
    router = APIRouter()
    _add_pages(router, faults, traffic)
    _add_faults(router, faults, traffic)
    return router


def _add_pages(router: APIRouter, faults: Faults, traffic: Traffic) -> None:
    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/")
    async def index(request: Request) -> HTMLResponse:
        rows = [{"service": service, **_describe(service, faults, traffic)} for service in SERVICES]
        return render("index.html", services=rows, base=str(request.base_url).rstrip("/"))

    @router.get("/sandbox/calls")
    async def get_calls() -> dict[str, int]:
        return {service: traffic.calls(service) for service in SERVICES}


def _add_faults(router: APIRouter, faults: Faults, traffic: Traffic) -> None:
    @router.get("/sandbox/faults/{service}")
    async def get_fault(service: Service) -> dict[str, Any]:
        return _describe(service, faults, traffic)

    @router.put("/sandbox/faults/{service}")
    async def put_fault(service: Service, settings: FaultSettings) -> dict[str, Any]:
        try:
            _apply(faults, service, settings)
        except ValueError as error:
            raise HTTPException(422, str(error)) from error
        return _describe(service, faults, traffic)

    @router.delete("/sandbox/faults/{service}", status_code=204)
    async def delete_fault(service: Service | Literal["all"]) -> Response:
        faults.clear(None if service == "all" else service)
        return Response(status_code=204)


def _apply(faults: Faults, service: Service, settings: FaultSettings) -> None:
    if settings.kind is not None:
        options = settings.model_dump(exclude={"kind", "latency"})
        faults.set(service, settings.kind, **options)
    if isinstance(settings.latency, tuple):
        faults.set_latency(service, *settings.latency)
    elif settings.latency is not None:
        faults.set_latency(service, settings.latency)


def _describe(service: Service, faults: Faults, traffic: Traffic) -> dict[str, Any]:
    fault = faults.current(service)
    return {
        "fault": fault.as_json() if fault else None,
        "latency": list(faults.latency(service)),
        "calls": traffic.calls(service),
        "failed_on_demand": faults.hits(service),
    }
