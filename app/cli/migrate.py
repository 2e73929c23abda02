"""`pasokh migrate`."""


def migrate() -> None:
    """Bring the database up to this version's tables."""
    import sqlalchemy as sa

    from app import db
    from app.cli import runtime

    settings = runtime.load()
    with runtime.open_url(settings) as url:
        try:
            db.migrate(url)
        except sa.exc.OperationalError as error:
            raise db.unreachable(error) from error
    print("The database is up to date.")
