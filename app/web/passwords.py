"""Passwords of staff: argon2id (RFC 9106), hashed and verified off the event loop, two at a time.

A hash costs 64 MiB and tens of milliseconds on purpose; without a bound, strangers who try passwords could take all
memory of the machine.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from app.errors import Unprocessable

SHORTEST = 10
LONGEST = 200

_HASHER = PasswordHasher()
_THREADS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")
_NOBODY = _HASHER.hash("")
"""Verified where there is no account, so that asking for one costs the same."""


def hash_password(password: str) -> str:
    """The hash to keep.

    Raises:
        Unprocessable: The password is too short or too long.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise Unprocessable(f"A password has {SHORTEST} to {LONGEST} characters.")
    return _HASHER.hash(password)


async def is_password(password: str, kept: str | None) -> bool:
    """Whether this is the password of a kept hash; always False, at the same cost, where there is none."""
    loop = asyncio.get_running_loop()
    matches = await loop.run_in_executor(_THREADS, _verify, password[: LONGEST + 1], kept or _NOBODY)
    return matches and kept is not None


def _verify(password: str, kept: str) -> bool:
    try:
        return _HASHER.verify(kept, password)
    except (Argon2Error, InvalidHashError):
        return False
