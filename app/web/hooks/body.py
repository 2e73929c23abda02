"""Read a request's body as a stream, and stop where it gets too large."""

from fastapi import Request

from app.errors import TooLarge


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body.

    Raises:
        TooLarge: it has more bytes than `limit`, declared or sent.
    """
    sentence = f"The body is larger than {limit:,} bytes."
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise TooLarge(sentence)
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise TooLarge(sentence)
        chunks.append(chunk)
    return b"".join(chunks)
