"""What a contract was before the change at hand."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path


def earlier(root: Path, path: str) -> dict[str, str]:
    """The file in each revision the change is compared with; empty without git or without history."""
    found = {revision: _git(root, "show", f"{revision}:{path}") for revision in _revisions(root)}
    return {revision: text for revision, text in found.items() if text is not None}


def _revisions(root: Path) -> Iterator[str]:
    if named := os.environ.get("CONTRACT_BASE"):
        yield named
        return
    # What is not committed yet, the commit at hand, its branch, and what has been released.
    yield "HEAD"
    yield "HEAD~1"
    for words in (("merge-base", "origin/main", "HEAD"), ("describe", "--tags", "--abbrev=0")):
        if revision := (_git(root, *words) or "").strip():
            yield revision


def _git(root: Path, *words: str) -> str | None:
    try:
        # A checkout may belong to somebody else than who runs the tests.
        command = ["git", "-c", "safe.directory=*", *words]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
