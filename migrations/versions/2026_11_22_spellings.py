"""Addresses that are not written to bear the spelling by which they are looked for: a domain as DNS has it."""

import idna
import sqlalchemy as sa
from alembic import op

revision = "spellings"
down_revision = "silence"
branch_labels = None
depends_on = None

_OTHERWISE = """
    SELECT id, address_key FROM suppression WHERE octet_length(address_key) <> char_length(address_key)
"""
# One that is there already is newer: it was learned of the domain as the receiving host names it.
_RESPELL = """
    UPDATE suppression AS one SET address_key = :key WHERE id = :id AND NOT EXISTS (
        SELECT FROM suppression AS other WHERE other.store_id = one.store_id AND other.address_key = :key)
"""


def upgrade() -> None:
    bind = op.get_bind()
    for row_id, address in bind.execute(sa.text(_OTHERWISE)).all():
        local, _, domain = address.rpartition("@")
        try:
            key = f"{local}@{idna.encode(domain, uts46=True).decode('ascii')}"
        except UnicodeError:
            continue  # looked for as it stands
        bind.execute(sa.text(_RESPELL), {"id": row_id, "key": key})


def downgrade() -> None:
    """How each was spelt before is not kept."""
