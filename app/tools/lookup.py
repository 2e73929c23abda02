"""What every tool has in common: strict arguments, and a result that staff can read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from app.vocabulary import Ownership

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]


class ToolArgs(BaseModel):
    """Base of each tool's `Args`: what the mail says, checked. Who asks is never among them; see `app.identity`."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ToolResult(Protocol):
    """What each tool's `run` returns, beside its own typed facts."""

    @property
    def outcome(self) -> str:
        """What was found and why, in a sentence for staff. It holds no address."""
        ...

    @property
    def ownership(self) -> Ownership | None:
        """How the asker stands to what was found; None where nobody owns it (products, policies)."""
        ...

    def staff_facts(self) -> dict[str, Json]:
        """What was found, for the agent's page. Nothing of an order that is not the asker's."""
        ...


@dataclass(frozen=True)
class Lookup:
    """One call of a tool, as the agent sees it."""

    tool: str
    args: Mapping[str, Json]
    outcome: str
    ownership: Ownership | None = None
    facts: Mapping[str, Json] = field(default_factory=dict)

    @classmethod
    def of(cls, tool: str, args: ToolArgs, result: ToolResult) -> "Lookup":
        return cls(tool, args.model_dump(mode="json"), result.outcome, result.ownership, result.staff_facts())
