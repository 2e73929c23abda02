"""What Pasokh may do with each intent and situation: set by an owner, or taken back by itself after a bad outcome."""

from collections.abc import Mapping, Sequence

from sqlmodel import col

from app.access import StoreAccess
from app.db import announce
from app.errors import Unprocessable
from app.inbox.notices import raise_notice
from app.inbox.stopping import lock_store
from app.intents import INTENTS
from app.intents.titles import title_of
from app.models import Conversation, ModeChange, Reply, Store
from app.models.store import mode_key
from app.vocabulary import Intent, Mode, Verdict

_HISTORY = 30
_BAD: Mapping[Verdict, str] = {
    Verdict.REOPENED: "the customer came back with the same, or was unhappy",
    Verdict.COMPLAINED: "the customer complained",
    Verdict.ASKED_FOR_PERSON: "the customer asked for a person",
    Verdict.REPORTED_AS_SPAM: "the customer reported the reply as spam",
}


def plain(intent: Intent, situation: str = "") -> str:
    """`order status: On its way`."""
    return ": ".join(filter(None, (intent.value.replace("_", " "), situation and title_of(situation))))


async def set_mode(access: StoreAccess, intent: Intent, situation: str, mode: Mode, *, by: str) -> None:
    """Set what is done with a situation, or with a whole intent where `situation` is empty.

    The whole intent's mode goes for all of its situations: what they had of their own is forgotten.

    Args:
        access: The store's rows.
        intent: Which intent.
        situation: Which of its situations; empty: all of them.
        mode: A situation alone is not switched off: its intent is.
        by: Who does it, as the history shows it.

    Raises:
        Unprocessable: The intent has no such situation, or a situation is to be switched off.
    """
    if situation and situation not in INTENTS[intent].situations:
        raise Unprocessable(f"“{plain(intent)}” has no situation “{situation}”.")
    if situation and mode is Mode.OFF:
        raise Unprocessable("A situation is automatic or on draft. Only a whole intent can be off.")
    store = await lock_store(access)
    if store.mode(intent, situation or None) is mode and (situation or not _own(store, intent)):
        return
    kept = (
        store.modes
        if situation
        else {key: value for key, value in store.modes.items() if key not in _own(store, intent)}
    )
    store.modes = {**kept, mode_key(intent, situation): mode.value}
    access.session.add(
        ModeChange(
            store_id=access.store_id, intent=intent, situation=situation, mode=mode, why=f"{by} set it."
        )
    )
    await announce(access.session, access.store_id)


async def fall_back(
    access: StoreAccess, intent: Intent, situation: str, reply: Reply, verdict: Verdict
) -> bool:
    """Put an automatic situation on draft again, and tell the owners; False where it is not automatic any more."""
    store = await lock_store(access)
    if store.mode(intent, situation) is not Mode.AUTO:
        return False
    store.modes = {**store.modes, mode_key(intent, situation): Mode.DRAFT.value}
    conversation = await access.get(Conversation, reply.conversation_id)
    why = f"After a reply to “{conversation.subject}”, {_BAD[verdict]}."
    access.session.add(
        ModeChange(
            store_id=access.store_id,
            intent=intent,
            situation=situation,
            mode=Mode.DRAFT,
            is_fall_back=True,
            why=why,
            conversation_id=conversation.id,
        )
    )
    await raise_notice(
        access,
        f"fell_back:{mode_key(intent, situation)}:{reply.id}",
        title=f"{store.name}: “{plain(intent, situation)}” waits for a person again",
        text=(
            f"{why} So replies to “{plain(intent, situation)}” are drafts again until you allow them anew; nothing else has "
            f"changed. Read the conversation (/conversations/{conversation.id}): if the reply was wrong, change its "
            "template; if it was right, set it to automatic again under Automation."
        ),
    )
    return True


async def list_changes(access: StoreAccess) -> Sequence[ModeChange]:
    """The newest changes of modes, newest first."""
    query = access.select(ModeChange).order_by(col(ModeChange.created_at).desc()).limit(_HISTORY)
    return (await access.session.execute(query)).scalars().all()


def _own(store: Store, intent: Intent) -> frozenset[str]:
    """Under which situations of an intent have modes of their own."""
    return frozenset(key for key in store.modes if key.startswith(f"{intent.value}/"))
