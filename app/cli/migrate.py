"""`pasokh migrate`."""


def migrate() -> None:
    """Bring the database up to this version's tables."""
    from app.cli import database, runtime

    with database.open_url(runtime.load()) as url:
        database.migrate(url)
    print("The database is up to date.")
