"""What the code offers to the outside: settings and commands. Documents and containers are held against it."""

import functools
from collections.abc import Iterator

import typer

from app.settings import Settings


def setting_names() -> set[str]:
    """Names of the settings as they stand in the environment."""
    return {field.alias or f"PASOKH_{name.upper()}" for name, field in Settings.model_fields.items()}


@functools.cache
def commands() -> dict[str, set[str]]:
    """The long options of every command, by its words without the program's name: `store add`."""
    from app.cli import app

    return dict(_leaves(typer.main.get_command(app), ()))


def _leaves(command: object, words: tuple[str, ...]) -> Iterator[tuple[str, set[str]]]:
    if isinstance(command, typer.core.TyperGroup):
        for name, child in command.commands.items():
            yield from _leaves(child, (*words, name))
    elif isinstance(command, typer.core.TyperCommand):
        options = {option for parameter in command.params for option in parameter.opts}
        yield " ".join(words), {option for option in options if option.startswith("--")}
