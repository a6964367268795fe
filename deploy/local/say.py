"""What the command says while it works."""

import sys

from rich.console import Console
from rich.table import Table

_console = Console(highlight=False, soft_wrap=True)


def say(text: str = "") -> None:
    """One line (or block) for the person who runs the command."""
    _console.print(text, markup=False)
    sys.stdout.flush()


def show_table(table: Table) -> None:
    """A table, as wide as it needs when the output is not a terminal."""
    console = _console if _console.is_terminal else Console(highlight=False, width=200)
    console.print(table)
