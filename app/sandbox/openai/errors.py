"""The error body of the OpenAI API: https://platform.openai.com/docs/guides/error-codes."""

from typing import Any


class ApiError(Exception):
    """A request that the real API would refuse; carries status and the fields of its `error` object."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        code: str | None = None,
        param: str | None = None,
        kind: str = "invalid_request_error",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {
            "error": {"message": message, "type": kind, "param": param, "code": code}
        }


def not_played(param: str, what: str) -> ApiError:
    """Says that the real API has `what` and this sandbox does not, instead of quietly ignoring it."""
    return ApiError(f"The sandbox does not play {what}.", code="unsupported_value", param=param)
