"""What the command says while it works: a moving line on a terminal, plain lines elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

_console = Console(highlight=False, soft_wrap=True)


def say(text: str = "") -> None:
    """One line (or block) for the person who runs the command."""
    _console.print(text, markup=False)
    sys.stdout.flush()


@contextmanager
def waiting(text: str) -> Iterator[Callable[[str], None]]:
    """A line that can be changed while something goes on; silent when the output is not a terminal."""
    if not _console.is_terminal:
        yield lambda _text: None
        return
    with _console.status(text) as status:
        yield status.update
