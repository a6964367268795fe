"""The rights of everybody as one page (`docs/authority.md`), so that a review sees when one changes."""

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

from chassis.api import Operation
from chassis.authority import PEOPLE, ROLES, Access, Reach, named
from chassis.contract import services

PAGE = Path(__file__).resolve().parents[1] / "docs" / "authority.md"
_COLUMNS = ("anonymous", *PEOPLE, *ROLES, "services")
_REFUSED = "–"
_HEAD = """# Who may do what

Written by `./motcua authority` from the services' tables of operations (`services/*/api.py`); a test compares.

`any`: whatever the object, or there is none. `own`: the caller's own. `agency`: of the official's agency, or of one merged
into it. `step`: the same, at a step that the role may do. `open`: what is published. `–`: refused. What somebody anonymous
may do, everybody may. *Recorded*: an official's reading is told to whose data it shows.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *(_table(service) for service in services())])


def _table(service: str) -> str:
    operations: Iterable[Operation] = import_module(f"services.{service}.api").OPERATIONS
    head = [
        f"## {service}",
        "",
        _row(("operation", *_COLUMNS, "recorded")),
        _row(["---"] * (len(_COLUMNS) + 2)),
    ]
    return "\n".join([*head, *(_line(operation) for operation in operations), ""])


def _line(operation: Operation) -> str:
    cells = [_cell(operation.allow, who) for who in _COLUMNS]
    return _row([f"`{operation.rpc}`", *cells, "yes" if operation.records else ""])


def _cell(access: Access, who: str) -> str:
    if who == "services":
        return _services(access)
    reach = access.cells.get(who, Reach(0)) | access.cells.get("anonymous", Reach(0))
    return named(reach) or _REFUSED


def _services(access: Access) -> str:
    if access.anonymous or "service" in access.cells:
        return "all"
    names = [who.partition(":")[2] for who in access.cells if who.startswith("service:")]
    return ", ".join(sorted(names)) or _REFUSED


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def main() -> int:
    PAGE.write_text(page())
    print("docs/authority.md")
    return 0
