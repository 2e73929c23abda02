"""What the sandbox was asked: a counter and the last requests of each service, for tests to look at."""

import json
import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.sandbox.services import SERVICES, Service

KEPT_REQUESTS = 500
KEPT_BYTES = 64_000_000


@dataclass(slots=True)
class RecordedRequest:
    """One request as it came over the wire.

    Attributes:
        at: When its body had been read, by the sandbox's clock.
        method: HTTP method.
        path: Path without the query.
        headers: Names in lower case; the Authorization header is left out.
        body: The raw bytes.
        status: What was answered; None while it runs, and where nothing was.
        fault: The fault that it met, if any.
    """

    at: datetime
    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    status: int | None = None
    fault: str | None = None

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(slots=True)
class _Log:
    calls: int = 0
    size: int = 0
    kept: deque[RecordedRequest] = field(default_factory=deque)


class Traffic:
    """Counts all requests and keeps the last of them, bounded in number and in bytes. Thread-safe."""

    def __init__(self, max_requests: int = KEPT_REQUESTS, max_bytes: int = KEPT_BYTES) -> None:
        self._max_requests = max_requests
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._logs: dict[str, _Log] = {service: _Log() for service in SERVICES}

    def add(self, service: Service, request: RecordedRequest) -> None:
        with self._lock:
            log = self._logs[service]
            log.calls += 1
            log.size += len(request.body)
            log.kept.append(request)
            while len(log.kept) > self._max_requests or (log.size > self._max_bytes and len(log.kept) > 1):
                log.size -= len(log.kept.popleft().body)

    def calls(self, service: Service) -> int:
        """How many requests have come in, failed ones too."""
        with self._lock:
            return self._logs[service].calls

    def requests(self, service: Service) -> list[RecordedRequest]:
        """The last requests, oldest first."""
        with self._lock:
            return list(self._logs[service].kept)

    def clear(self) -> None:
        with self._lock:
            self._logs = {service: _Log() for service in SERVICES}
