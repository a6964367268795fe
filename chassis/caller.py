"""Who asks: the caller's verified identity, and what the operation grants them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from chassis.errors import Forbidden, NotFound
from chassis.texts import Language

#: What somebody who acts for another may be allowed to do.
Action = Literal["submit", "pay", "read"]
ACTIONS: tuple[Action, ...] = ("submit", "pay", "read")
#: Every procedure, and what belongs to none.
ALL_PROCEDURES = "*"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts for the subject of a token: a representative, a delegate, a guardian or a helper (RFC 8693, `act`)."""

    subject: str
    kind: str
    name: str
    #: `representative`, `delegate`, `guardian` or `helper`.
    acts_as: str
    #: The mandate, guardianship or consent that allows it.
    mandate: str
    #: A helper's agency.
    agency: str = ""
    #: The procedures it reaches (`*` for all) and what may be done in them: submit, pay, read. Without a word, nothing.
    procedures: frozenset[str] = frozenset()
    actions: frozenset[str] = frozenset()


class Granted(Protocol):
    """What an operation grants its caller (`chassis.grants`; the edge, which knows callers too, has no database)."""

    by: set[str]
    purpose: str | None
    shown: set[tuple[str, str | None, str]]

    def begin(self, work: Any, purpose: str | None) -> None: ...
    def end(self) -> None: ...
    def authorise(
        self, caller: "Caller", is_open: bool, owner: str | None, agency: str | None, step: str | None
    ) -> bool: ...
    def scope(self, caller: "Caller", owner: Any, agency: Any) -> Any: ...
    def covers(self, caller: "Caller", agency: str | None) -> bool: ...
    def agencies(self, caller: "Caller") -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class Caller:
    """The person, business, official or service behind a request."""

    subject: str = ""
    kind: str = "anonymous"
    name: str = ""
    identity_number: str = ""
    acr: str = ""
    agency: str = ""
    roles: frozenset[str] = field(default_factory=frozenset)
    #: The steps a role is limited to; a role that is not named may do every step.
    steps: Mapping[str, frozenset[str]] = field(default_factory=dict)
    session: str = ""
    #: Who acts for the subject, when somebody does.
    actor: Actor | None = None
    language: Language = "vi"
    #: What the operation grants them; given at its door.
    grant: "Granted | None" = field(default=None, compare=False, repr=False)

    @classmethod
    def from_claims(cls, claims: dict[str, Any], language: Language) -> "Caller":
        return cls(
            subject=claims["sub"],
            kind=claims["knd"],
            name=claims.get("nam", ""),
            identity_number=claims.get("idn", ""),
            acr=claims.get("acr", ""),
            agency=claims.get("agc", ""),
            roles=frozenset(claims.get("rol", ())),
            steps={role: frozenset(steps) for role, steps in claims.get("stp", {}).items()},
            session=claims.get("sid", ""),
            actor=_actor(claims.get("act"), claims.get("scp", {})),
            language=language,
        )

    @property
    def signed_in(self) -> bool:
        return self.kind != "anonymous"

    def has_role(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)

    def does(self, role: str, step: str | None) -> bool:
        """Whether they hold the role for this step."""
        return role in self.roles and (role not in self.steps or step in self.steps[role])

    def authorise(
        self,
        *,
        owner: str | None = None,
        agency: str | None = None,
        step: str | None = None,
        is_open: bool = False,
        hidden: type[NotFound] = NotFound,
    ) -> None:
        """Say whose an object is; raises Forbidden for officials who may not, `hidden` for everybody else."""
        if not self.granted.authorise(self, is_open, owner, agency, step):
            raise Forbidden if self.kind == "official" else hidden

    def scope(self, *, owner: Any = None, agency: Any = None) -> Any:
        """The condition for what a list may hold, given the columns that say whose each object is."""
        return self.granted.scope(self, owner, agency)

    def covers(self, agency: str) -> bool:
        """Whether an agency is theirs, or was merged into it."""
        return self.granted.covers(self, agency)

    @property
    def acting_as(self) -> frozenset[str]:
        """The roles by which they were granted what they asked for: not all they hold, when steps limit some."""
        return self.roles & self.granted.by

    @property
    def agencies(self) -> frozenset[str]:
        """Their agency and those merged into it."""
        return self.granted.agencies(self)

    def sees(self, owner: str, reference: str, dossier: str | None = None) -> None:
        """The answer shows this account's personal data: an official's reading of it is told to the owner."""
        self.granted.shown.add((owner, dossier, reference))

    @property
    def reads_in_office(self) -> bool:
        """Whether an official was shown personal data; who acts for an account reads as its owner does."""
        return self.kind == "official" and bool(self.granted.shown)

    @property
    def granted(self) -> "Granted":
        """What the operation they were admitted to grants them."""
        if self.grant is None:
            raise TypeError("nobody was admitted to an operation")
        return self.grant


def _actor(claim: dict[str, Any] | None, scope: dict[str, Any]) -> Actor | None:
    if claim is None:
        return None
    return Actor(
        claim["sub"],
        claim["knd"],
        claim["nam"],
        claim["as"],
        claim["mnd"],
        claim.get("agc", ""),
        frozenset(scope.get("prc", ())),
        frozenset(scope.get("do", ())),
    )
