"""The `pasokh` command. Each command imports what it needs when it runs, so that `--help` is quick."""

import io
import signal
import sys
import warnings
from types import FrameType

import typer

from app.cli import doctor, key, mail, mailbox, migrate, sandbox, serve, store, user, worker
from app.cli.demo import demo
from app.cli.eval import evaluate

app = typer.Typer(
    name="pasokh",
    help="Answers a Shopify store's support mail.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("demo")(demo)
app.command("serve")(serve.serve)
app.command("worker")(worker.worker)
app.command("sandbox")(sandbox.sandbox)
app.command("migrate")(migrate.migrate)
app.command("doctor")(doctor.doctor)
app.command("eval")(evaluate)
app.add_typer(store.app, name="store")
app.add_typer(user.app, name="user")
app.add_typer(key.app, name="key")
app.add_typer(mailbox.app, name="mailbox")
app.add_typer(mail.app, name="mail")


def main() -> None:
    """Run the command line: errors that we raise on purpose are one sentence, and exit code 1."""
    from app.errors import PasokhError

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A mail may hold odd characters, and a terminal need not know UTF-8.
            stream.reconfigure(errors="backslashreplace")
    # The embedded PostgreSQL says so on every start; it changes nothing.
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        app()
    except PasokhError as error:
        print(f"pasokh: {error.message}", file=sys.stderr)
        sys.exit(1)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """Being told to end is Ctrl-C: everything is closed in order, and no embedded PostgreSQL is left running."""
    signal.raise_signal(signal.SIGINT)
