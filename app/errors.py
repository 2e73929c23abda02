"""One error tree; the type says what happens next.

```
PasokhError
├── TryLater        a dependency is down or busy: the job is rescheduled, durably and visibly
├── InDoubt         a call that must not be repeated may or may not have taken effect: a person or an event settles it
├── NeedsPerson     the mail is held for a person, with the reason
├── BadRequest      the caller's fault: 4xx, one JSON envelope
│   ├── TooLarge        413
│   └── Unprocessable   422
├── NotAllowed      401, 403 or 404: who asks may not have this, or it is not there
│   ├── Unauthenticated 401
│   ├── Forbidden       403
│   └── NotFound        404
└── Misconfigured   stop at start-up and say which setting
```

Every message is a sentence that a person can act on, and holds no secret and no address.
"""

from collections.abc import Mapping
from typing import Any


class PasokhError(Exception):
    """Root of every error that Pasokh raises on purpose.

    Attributes:
        code: Constant, machine-readable name, part of the JSON envelope.
        status: HTTP status where the error reaches a caller.
        details: More for programs, part of the envelope.
    """

    code = "error"
    status = 500

    @property
    def details(self) -> Mapping[str, Any]:
        return {}

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code


class TryLater(PasokhError):
    """A dependency is down or busy, and nothing took effect: the job runs again later.

    Attributes:
        service: Who is down, in a word for people: "OpenAI", "Shopify", "SendGrid".
        retry_after: Seconds that the dependency asked us to wait, if it did.
    """

    code = "try_later"
    status = 503

    def __init__(
        self, message: str, *, service: str, retry_after: float | None = None, code: str | None = None
    ) -> None:
        super().__init__(message, code=code)
        self.service = service
        self.retry_after = retry_after


class InDoubt(PasokhError):
    """A call that must not be repeated may have taken effect; only an event or a person can tell."""

    code = "in_doubt"


class NeedsPerson(PasokhError):
    """The mail cannot be finished by code: it is held, and `message` says why in an agent's words."""

    code = "needs_person"


class BadRequest(PasokhError):
    code = "bad_request"
    status = 400


class TooLarge(BadRequest):
    code = "too_large"
    status = 413


class Unprocessable(BadRequest):
    code = "unprocessable"
    status = 422


class NotAllowed(PasokhError):
    code = "not_allowed"
    status = 403


class Unauthenticated(NotAllowed):
    code = "unauthenticated"
    status = 401


class Forbidden(NotAllowed):
    code = "forbidden"
    status = 403


class NotFound(NotAllowed):
    code = "not_found"
    status = 404


class Misconfigured(PasokhError):
    """Stop at start-up: `message` names the setting and says what to do."""

    code = "misconfigured"
