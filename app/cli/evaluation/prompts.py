"""A prompt that is tried beside the reviewed one."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from app.classifier.model import Function, FunctionCall, Model
from app.errors import BadRequest


def read_prompt(path: Path) -> str:
    """Raises BadRequest where the file is no prompt."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(f"--compare: {path} cannot be read as text in UTF-8.") from error
    if not text.strip():
        raise BadRequest(f"--compare: {path} is empty. Put the whole prompt in it.")
    return text


@dataclass(frozen=True)
class Reprompted:
    """A model that is given other instructions than the reviewed ones: a draft of the next prompt."""

    model: Model
    instructions: str

    async def call(
        self,
        function: Function,
        *,
        instructions: str,  # noqa: ARG002  these are what it replaces
        messages: list[str],
        cache_key: str,
    ) -> FunctionCall:
        # The other prompt's beginning must not be looked for in this one's cache.
        key = hashlib.sha256(self.instructions.encode()).hexdigest()[:16]
        return await self.model.call(
            function, instructions=self.instructions, messages=messages, cache_key=f"{cache_key}-{key}"
        )

    def price(self, input_tokens: int, output_tokens: int) -> float:
        return self.model.price(input_tokens, output_tokens)
