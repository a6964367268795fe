"""Who asks, and who may: the caller's verified identity and the access rules of operations."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from chassis.errors import Forbidden, Unauthenticated
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

    def require_agency(self, agency: str) -> None:
        if self.agency != agency:
            raise Forbidden


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


@dataclass(frozen=True, slots=True)
class Access:
    """Which callers an operation admits; checked by the service that owns it."""

    kinds: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    anonymous: bool = False

    def check(self, caller: Caller) -> None:
        if self.anonymous:
            return
        if not caller.signed_in:
            raise Unauthenticated
        if self.kinds and caller.kind not in self.kinds:
            raise Forbidden
        if self.roles and not caller.has_role(*self.roles):
            raise Forbidden


ANYONE = Access(anonymous=True)
SIGNED_IN = Access(kinds=frozenset({"citizen", "business", "official"}))
OFFICIALS = Access(kinds=frozenset({"official"}))
SERVICES = Access(kinds=frozenset({"service"}))


def kinds(*names: str) -> Access:
    return Access(kinds=frozenset(names))


def roles(*names: str) -> Access:
    """Officials who hold at least one of these roles."""
    return Access(kinds=frozenset({"official"}), roles=frozenset(names))
