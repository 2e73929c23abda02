"""A store and the mailboxes through which its customers write."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel

from app.models.columns import created, document, key, link, moment, word
from app.vocabulary import AutomaticHours, Intent, Mode, Outbound


class Store(SQLModel, table=True):
    """One shop. Everything else belongs to one."""

    __tablename__ = "store"

    id: UUID = key()
    slug: str = Field(unique=True)
    name: str
    shop_domain: str
    """The shop's own `….myshopify.com` name."""
    shop_token_sealed: bytes
    default_locale: str = "en"
    timezone: str = "UTC"
    signature: str = ""
    tone: str = ""
    """How the model is to write for it, in the owner's words; empty: as any good shop writes."""
    modes: dict[str, Any] = document(dict)
    """Intent name to Mode, and `intent/situation` where one has its own. What is not named is on draft: a new store sends
    nothing by itself."""
    model_usd_per_day: float = 2.0
    """What reading mails may cost a day, in USD, by the store's clock. Mails beyond it wait for a person."""
    automatic: bool = True
    """The stop switch: off means that nothing leaves without a person."""
    stop_reason: str = ""
    """Who or what switched it off, in a sentence; empty where it is on."""
    opening_hours: dict[str, Any] = document(dict)
    """When its people work, as app/replies/hours.py reads it; empty: always."""
    answer_within_hours: float = 8
    """Working hours within which a person answers what waits for one; what is pressing, within a quarter of them."""
    tells_of_person: bool = False
    """A customer whose mail waits for a person is told so, once, and by when they will be answered."""
    undo_seconds: int | None = None
    """How long an automatic reply can be taken back; None: as the installation has it."""
    undo_by_hand_seconds: int | None = None
    track_opens: bool = False
    """SendGrid puts a pixel into replies and tells when it is fetched."""
    track_clicks: bool = False
    """SendGrid rewrites the links of replies and tells when one is followed."""
    policies_tried_at: datetime | None = moment(default=None)
    """When its policies were last asked for at Shopify."""
    policies_error: str = ""
    """Why that did not work, in a sentence; empty where it did."""
    vip_orders: int | None = None
    """From so many orders on, a customer's replies wait for a person. None: never for that."""
    vip_spent: float | None = None
    """From so much spent on, in the shop's currency."""
    vip_tag: str = ""
    """The tag at Shopify that makes a customer one."""
    repeat_hours: int = 24
    """Who asks the same again within so many hours of an automatic answer gets a person. 0: the rule is off."""
    automatic_hours: AutomaticHours = word(AutomaticHours, default=AutomaticHours.ALWAYS)
    """When replies may leave without a person, by the opening hours."""
    has_wordings: bool = False
    """It has, or once had, its own wording of a template: where it never had one, none is asked for."""
    created_at: datetime = created()

    def mode(self, intent: Intent, situation: str | None = None) -> Mode:
        """What Pasokh may do with an intent, or with one situation of it.

        A situation goes by its own mode where it has one, else by its intent's. An intent that is off is off altogether.
        """
        whole = Mode(self.modes.get(intent.value, Mode.DRAFT))
        if situation is None or whole is Mode.OFF:
            return whole
        return Mode(self.modes.get(mode_key(intent, situation), whole))


def mode_key(intent: Intent, situation: str) -> str:
    """Under which a situation's own mode stands in `Store.modes`."""
    return f"{intent.value}/{situation}" if situation else intent.value


class Mailbox(SQLModel, table=True):
    """An address of a store, and the secrets of the webhooks that bring its mail."""

    __tablename__ = "mailbox"

    id: UUID = key()
    store_id: UUID = link("store.id")
    address: str = Field(index=True)
    from_name: str
    key_hash: str = Field(unique=True)
    """SHA-256 of the unguessable key in the webhook's address."""
    key_sealed: bytes
    parse_public_key: str | None = None
    """Verifies SendGrid's Inbound Parse. Unset: that endpoint is off for this mailbox."""
    raw_token_hash: str | None = None
    """SHA-256 of the bearer token of `/hooks/raw`. Unset: that endpoint is off for this mailbox."""
    trusted_hosts: list[Any] = document(list)
    """The authserv-ids whose `Authentication-Results` are believed (RFC 8601, 2.5): of the host that receives for it."""
    plus_addressing: bool = True
    """Its host delivers support+anything@… to it (RFC 5233). Off: replies ask for answers at the plain address."""
    outbound: Outbound = word(Outbound, default=Outbound.SENDGRID)
    """By what way its mails leave."""
    created_at: datetime = created()
