"""The queue's tables, as its own package ships them.

Procrastinate's schema is the sum of its migration files, up to the one named here. A newer package brings newer
files: a test fails then, and a migration of ours that applies them is due.
"""

from pathlib import Path
from typing import Any

from alembic import op
from procrastinate.schema import migrations_path

revision = "queue"
down_revision = None
branch_labels = None
depends_on = None

LAST_FILE = "03.04.00_50_post_add_retry_failed_job_procedure.sql"

_DROP = """
DO $$
DECLARE thing record;
BEGIN
    FOR thing IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename LIKE 'procrastinate%'
    LOOP EXECUTE format('DROP TABLE %I CASCADE', thing.tablename); END LOOP;
    FOR thing IN SELECT oid::regprocedure AS signature FROM pg_proc
        WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'procrastinate%'
    LOOP EXECUTE format('DROP FUNCTION %s CASCADE', thing.signature); END LOOP;
    FOR thing IN SELECT typname FROM pg_type
        WHERE typnamespace = current_schema()::regnamespace AND typname LIKE 'procrastinate%' AND typtype IN ('e', 'c')
    LOOP EXECUTE format('DROP TYPE IF EXISTS %I CASCADE', thing.typname); END LOOP;
END $$;
"""


def _execute(sql: str) -> None:
    """Run many statements at once, as they stand: the driver would read % and : in them as parameters."""
    connection: Any = op.get_bind().connection.dbapi_connection
    connection.execute(sql)


def upgrade() -> None:
    for path in sorted(Path(migrations_path).glob("*.sql")):
        if path.name <= LAST_FILE:
            _execute(path.read_text(encoding="utf-8"))


def downgrade() -> None:
    _execute(_DROP)
