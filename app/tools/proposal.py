"""A change that a person may approve: what it would do, to what, and whether Shopify would allow it now.

Nothing is changed here. A proposal is read from Shopify as it is at this moment; whoever carries it out has to look again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.shopify.schemas import MoneyV2, OrderSummary, Shop
from app.tools.lookup import Json
from app.tools.plain import told
from app.vocabulary import Ownership


class ProposedAction(StrEnum):
    CANCEL_ORDER = "cancel_order"
    CHANGE_ADDRESS = "change_address"
    CREATE_RETURN = "create_return"
    REFUND = "refund"


@dataclass(frozen=True)
class Target:
    """What would be changed: Shopify's id of an order, a line or a parcel's line; `quantity` is None for a whole."""

    id: str
    title: str
    quantity: int | None = None


@dataclass(frozen=True)
class Proposal:
    """What a person would approve.

    Attributes:
        amount: Of money that would be given back, as Shopify counts it; never what a mail says.
        details: What else the change needs, as a new address.
        checks: What was looked at and is fine.
        obstacles: Why Shopify, or plain reason, would not allow it now. With one of these nobody can approve it.
        cautions: What a person should know before they approve it.
    """

    action: ProposedAction
    order_id: str
    order_name: str
    targets: tuple[Target, ...]
    amount: MoneyV2 | None
    details: Mapping[str, Json]
    checks: tuple[str, ...]
    obstacles: tuple[str, ...]
    cautions: tuple[str, ...] = ()

    @property
    def is_allowed(self) -> bool:
        return not self.obstacles

    def facts(self) -> dict[str, Json]:
        return {
            "action": self.action.value,
            "order": self.order_name,
            "is_allowed": self.is_allowed,
            "amount": told(self.amount) if self.amount else None,
            "targets": [{"title": one.title, "quantity": one.quantity} for one in self.targets],
            **self.details,
            "checks": list(self.checks),
            "obstacles": list(self.obstacles),
            "cautions": list(self.cautions),
        }


@dataclass(frozen=True)
class ProposalResult:
    """What each proposing tool returns; `proposal` is there exactly when the asker owns the order."""

    ownership: Ownership
    outcome: str
    proposal: Proposal | None = None

    def staff_facts(self) -> dict[str, Json]:
        return self.proposal.facts() if self.proposal else {}


@dataclass
class Checklist:
    """What was looked at while a proposal is made."""

    checks: list[str] = field(default_factory=list)
    obstacles: list[str] = field(default_factory=list)
    cautions: list[str] = field(default_factory=list)

    def require(self, holds: object, fine: str, obstacle: str) -> None:
        if holds:
            self.checks.append(fine)
        else:
            self.obstacles.append(obstacle)

    def warn(self, applies: object, caution: str) -> None:
        if applies:
            self.cautions.append(caution)

    def proposal(
        self,
        action: ProposedAction,
        order: OrderSummary,
        *,
        targets: tuple[Target, ...] | None = None,
        amount: MoneyV2 | None = None,
        details: Mapping[str, Json] | None = None,
    ) -> Proposal:
        """`targets` are the whole order where none are given."""
        return Proposal(
            action=action,
            order_id=order.id,
            order_name=order.name,
            targets=(Target(order.id, order.name),) if targets is None else targets,
            amount=amount,
            details=details or {},
            checks=tuple(self.checks),
            obstacles=tuple(self.obstacles),
            cautions=tuple(self.cautions),
        )


def outcome_of(proposal: Proposal) -> str:
    """The sentence for staff."""
    what = f"{proposal.action.value.replace('_', ' ').capitalize()} of {proposal.order_name}"
    if proposal.is_allowed:
        return f"{what}: Shopify would allow it now."
    return f"{what} is not possible now. {' '.join(proposal.obstacles)}"


def day_of(moment: datetime, shop: Shop) -> str:
    """The date in the shop's time zone, as ISO 8601."""
    return moment.astimezone(ZoneInfo(shop.iana_timezone)).date().isoformat()
