"""The headers that every answer of the pages bears, whoever made it."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.pages.view import secure


class SecureHeaders:
    """ASGI middleware; not Starlette's own base class, which would hold up a live stream."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if scope["path"].startswith("/static/"):
                    # Browsers ask whether it is still the same; the file's ETag answers.
                    headers.setdefault("Cache-Control", "no-cache")
                secure(headers)
            await send(message)

        await self._app(scope, receive, send_secured if scope["type"] == "http" else send)
