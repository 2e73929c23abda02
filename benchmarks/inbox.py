"""The inbox's pages at a million messages against at ten thousand: does the list cost what it shows, or what there is?"""

import asyncio
import statistics
import time
from uuid import UUID, uuid4

import sqlalchemy as sa

from app.access import StoreAccess
from app.db import Database
from app.inbox.listing import Filter, count_filters, list_page
from app.models import Mailbox, Store
from benchmarks.rows import Row, Target
from benchmarks.stage import Stage

_SMALL, _LARGE, _PER_CONVERSATION = 10_000, 1_000_000, 5
_ROUNDS = 60
_FILTERS = (Filter.NEEDS_ME, Filter.OVERDUE, Filter.OPEN)

# One in fifty needs a person, one in a hundred of these is overdue; as in a store that has been used for years.
_FILL = (
    """INSERT INTO contact (id, store_id, name, lead_source, lead_detail, journey_stage, created_at)
    SELECT gen_random_uuid(), :store, 'P', 'unknown', '{}', 'use', now() FROM generate_series(1, 200)""",
    """INSERT INTO conversation (id, store_id, mailbox_id, contact_id, subject, state, outcome, reason, intents,
        person_answering, created_at, last_message_at, due_at)
    SELECT gen_random_uuid(), :store, :mailbox, c.id, 'S', CASE WHEN n % 2 = 0 THEN 'closed' ELSE 'open' END,
        CASE WHEN n % 50 = 1 THEN 'drafted' ELSE 'answered' END, '', '[]', false, now(),
        now() - n * interval '1 second', CASE WHEN n % 50 = 1 THEN now() + (n % 5000 - 50) * interval '1 minute' END
    FROM generate_series(1, :conversations) n
        JOIN (SELECT id, row_number() OVER () r FROM contact WHERE store_id = :store) c ON c.r = n % 200 + 1""",
    """INSERT INTO message (id, store_id, conversation_id, direction, "references", from_name, from_address,
        to_addresses, subject, text, new_text, attachments, created_at)
    SELECT gen_random_uuid(), store_id, id, 'inbound', '[]', '', 'a@example.com', '[]', '', 'T', 'T', '[]', now()
    FROM conversation CROSS JOIN generate_series(1, :messages) WHERE store_id = :store""",
)


async def measure(stage: Stage, *, profile: bool = False) -> list[Row]:  # noqa: ARG001 - all rows are measured alike
    """The first pages of the filters and all counts, in turns at both sizes, over one connection each."""
    with stage.database() as small_url, stage.database() as large_url:
        small, large = Database(small_url), Database(large_url)
        stores = await asyncio.gather(_fill(small, _SMALL), _fill(large, _LARGE))
        rounds = [(await _time(small, stores[0]), await _time(large, stores[1])) for _ in range(_ROUNDS)][5:]
        await asyncio.gather(small.close(), large.close())
    at_small, at_large = ([one[place] for one in rounds] for place in (0, 1))
    return [
        Row(
            f"pages of the inbox at {_LARGE:,} messages",
            statistics.median(at_large) * 1000,
            "ms",
            statistics.median(at_small) * 1000,
            against=f"the same at {_SMALL:,}",
            ratio=statistics.median(b / a for a, b in rounds),
            target=Target(1.5),
            note=f"{len(_FILTERS)} filters and all counts",
        )
    ]


async def _fill(database: Database, messages: int) -> UUID:
    async with database.transaction() as session:
        store = Store(slug=uuid4().hex, name="S", shop_domain="s.example", shop_token_sealed=b"-")
        session.add(store)
        await session.flush()
        mailbox = Mailbox(
            store_id=store.id, address="s@s.example", from_name="S", key_hash=uuid4().hex, key_sealed=b"-"
        )
        session.add(mailbox)
        await session.flush()
        values = {
            "store": store.id,
            "mailbox": mailbox.id,
            "conversations": messages // _PER_CONVERSATION,
            "messages": _PER_CONVERSATION,
        }
        for statement in _FILL:
            bound = {name: value for name, value in values.items() if f":{name}" in statement}
            await session.execute(sa.text(statement), bound)
    async with database.transaction() as session:
        await session.execute(sa.text("ANALYZE"))
    return store.id


async def _time(database: Database, store_id: UUID) -> float:
    started = time.perf_counter()
    async with database.transaction() as session:
        access = StoreAccess(session, store_id)
        for shown in _FILTERS:
            page = await list_page(access, shown)
            assert page.rows
        await count_filters(access)
    return time.perf_counter() - started
