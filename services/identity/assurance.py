"""How well a sign-in proves who it is: methods (RFC 8176) give a level, and a level asks for methods.

`low`: a password alone, or an e-ID of level 1. `substantial`: two factors, or an e-ID of level 2. `high`: a passkey that verified its user, for an account whose
identity somebody proved: what a person only claims of itself is never highly assured.
"""

from collections.abc import Collection

LEVELS = ("low", "substantial", "high")
SELF_ASSERTED, VERIFIED = "self-asserted", "verified"

PASSWORD = ("pwd",)
CODE = ("otp",)
MULTI = "mfa"
#: The state's electronic identity, of its first level and of the second, which proved the person with two factors.
E_ID_BASIC, E_ID = ("eid1",), ("eid2",)


def passkey_methods(*, synced: bool) -> tuple[str, ...]:
    """A key, in hardware or copied around, and the user it verified: two factors in one."""
    return ("swk" if synced else "hwk", "user")


def combined(*parts: Collection[str]) -> list[str]:
    """All methods together, with `mfa` where they are two factors."""
    methods = list(dict.fromkeys(method for part in parts for method in part if method != MULTI))
    return [*methods, MULTI] if _is_multi(methods) else methods


def _is_multi(methods: Collection[str]) -> bool:
    return not {"user", *E_ID}.isdisjoint(methods) or {"pwd", "otp"} <= set(methods)


def level(methods: Collection[str], proofing: str) -> str:
    if not _is_multi(methods):
        return "low"
    return "high" if "user" in methods and proofing == VERIFIED else "substantial"


def meets(acr: str, wanted: str) -> bool:
    """Whether a level is enough; an unknown one never is, nor is anything for an unknown wish."""
    return acr in LEVELS and wanted in LEVELS and LEVELS.index(acr) >= LEVELS.index(wanted)


def reachable(wanted: str, *, proofing: str, code: bool, passkey: bool) -> tuple[str, ...]:
    """With which of its factors an account gets to a level: `password`, `code`, `passkey`."""
    if wanted == "low":
        return ("password", "passkey") if passkey else ("password",)
    if wanted == "substantial":
        return (("code",) if code else ()) + (("passkey",) if passkey else ())
    return ("passkey",) if wanted == "high" and passkey and proofing == VERIFIED else ()
