"""Let a transaction put a job into the queue without announcing it, and announce it by itself afterwards.

PostgreSQL commits transactions that NOTIFY one at a time, each with its own wait for the disk. Accepting mail would be
as slow as the disk turns round; so it says `pasokh.bell = off`, and a NOTIFY that needs no disk follows.
"""

from alembic import op

revision = "bell"
down_revision = "tables"
branch_labels = None
depends_on = None

_NAME = "procrastinate_jobs_notify_queue_job_inserted_v1"


def _create_trigger(when: str) -> None:
    op.execute(f"DROP TRIGGER {_NAME} ON procrastinate_jobs")
    op.execute(
        f"CREATE TRIGGER {_NAME} AFTER INSERT ON procrastinate_jobs FOR EACH ROW WHEN ({when}) "
        "EXECUTE PROCEDURE procrastinate_notify_queue_job_inserted_v1()"
    )


def upgrade() -> None:
    _create_trigger("new.status = 'todo' AND current_setting('pasokh.bell', true) IS DISTINCT FROM 'off'")


def downgrade() -> None:
    _create_trigger("new.status = 'todo'")
