"""${message}.

Deploy rules: a migration runs before the code that needs it, while the code before it still serves. So add columns
nullable or with a server default; drop them one release after the code stopped using them; build indexes on
big tables CONCURRENTLY, in a migration of their own.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
