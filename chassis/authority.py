"""Who may do what on whose object: a table per operation, decided by the service that owns the object.

A table names who has which reach. Who is not named is refused; what somebody anonymous may do, everybody may. The door
decides by role alone; a reach that depends on the object is decided by the handler, which says whose the object is
(`Caller.authorise`) or filters a list by what the caller reaches (`Caller.scope`). A handler that did neither gets no
answer out and nothing committed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Flag, auto

from chassis.caller import Caller
from chassis.errors import Forbidden, Unauthenticated


class Reach(Flag):
    """How far a right goes."""

    #: What is published.
    OPEN = auto()
    #: The object's owner is the caller's subject.
    OWN = auto()
    #: The object's agency is the caller's, or one merged into it.
    AGENCY = auto()
    #: The same, and the object stands at a step that the caller's role may do.
    STEP = auto()
    #: Whatever the object; also where there is none.
    ANY = auto()


OPEN, OWN, AGENCY, STEP, ANY = Reach.OPEN, Reach.OWN, Reach.AGENCY, Reach.STEP, Reach.ANY

PEOPLE = ("citizen", "business")
INSPECTOR = "inspector"
#: `receiver`: the body that petitions are filed with. Operators and inspectors see, and decide nothing.
ROLES = ("desk", "specialist", "leader", "postal", "publisher", "receiver", "operator", INSPECTOR)
EVERYBODY = ("anonymous", *PEOPLE, *ROLES, "service")


@dataclass(frozen=True, slots=True)
class Access:
    """The row of one operation: who has which reach."""

    cells: Mapping[str, Reach] = field(hash=False)

    def __post_init__(self) -> None:
        unknown = {who for who in self.cells if who.partition(":")[0] not in EVERYBODY}
        if unknown:
            raise TypeError(f"nobody is called {', '.join(sorted(unknown))}")

    @property
    def anonymous(self) -> bool:
        return "anonymous" in self.cells

    def reaches(self, caller: Caller) -> dict[str, Reach]:
        """What this caller may, by each of the hats they wear."""
        return {hat: self.cells[hat] for hat in hats(caller) if hat in self.cells}

    def check(self, caller: Caller) -> None:
        """Raise unless there is anything this caller may have here."""
        if not self.reaches(caller):
            raise Forbidden if caller.signed_in else Unauthenticated


def named(reach: Reach) -> str:
    """`own or open`"""
    return " or ".join(part.name.lower() for part in reach if part.name)


def may(*, services: Iterable[str] = (), **reaches: Reach) -> Access:
    """`may(citizen=OWN, desk=AGENCY, services=("payment",))`"""
    return Access(reaches | {f"service:{name}": ANY for name in services})


def kinds(*names: str) -> Access:
    """Callers of these kinds, whatever the object."""
    return Access(dict.fromkeys(names, ANY))


def roles(*names: str) -> Access:
    """Officials who hold at least one of these roles, whatever the object."""
    return Access(dict.fromkeys(names, ANY))


ANYONE = kinds("anonymous")
OFFICIALS = roles(*ROLES)
SIGNED_IN = kinds(*PEOPLE, *ROLES)
SERVICES = kinds("service")


def hats(caller: Caller) -> tuple[str, ...]:
    """The names under which a caller may stand in a table."""
    match caller.kind:
        case "official":
            return ("anonymous", *(role for role in ROLES if role in caller.roles))
        case "service":
            return ("anonymous", "service", f"service:{caller.subject}")
        case kind if kind in PEOPLE:
            return ("anonymous", kind)
    return ("anonymous",)
