"""Who is it: a password for an identifier, and a code for an account."""

from dataclasses import dataclass

from sqlalchemy import case, select, update

from chassis.work import Work
from services.identity import assurance, devices, recovery_codes, totp, tries, usernames
from services.identity.errors import WrongCredentials, WrongFactor
from services.identity.tables import Account, Authenticator, Password, RecoveryCode
from services.identity.vault import Vault


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed, and the cookie their browser is known by, if it is."""

    identifier: str
    password: str
    kind: str | None = None
    device: str = ""


def password(typed: Typed, work: Work, vault: Vault) -> Account:
    """The account of an identifier and its password. Raises WrongCredentials or SignInPaused."""
    identifier = usernames.canonical(typed.identifier)
    counted = vault.digest(_counted_as(identifier, typed.device, work))
    tries.count_one(counted, work)
    account, password_hash = _find(identifier, typed.kind, work)
    # The try stays counted whatever happens next, and no connection is held while the password is hashed.
    work.keep_so_far()
    if not vault.matches(password_hash, typed.password) or account is None:
        raise WrongCredentials
    tries.forget(counted, work)
    return account


def _counted_as(identifier: str, device: str, work: Work) -> str:
    """Whose tries these are: the identifier's, unless its owner was signed in with this browser before."""
    if device and devices.knows(device, identifier, work):
        return f"device:{devices.digest(device)}:{identifier}"
    return identifier


def _find(identifier: str, kind: str | None, work: Work) -> tuple[Account | None, str | None]:
    """The account and its password hash; of a number with two accounts the citizen's, unless a kind is named."""
    wanted = select(Account, Password.hash).join(Password, Password.account == Account.id)
    wanted = wanted.where(Account.identifier_digest == identifier)
    if kind:
        wanted = wanted.where(Account.kind == kind)
    citizens_first = case((Account.kind == "citizen", 0), else_=1)
    found = work.session.execute(wanted.order_by(citizens_first).limit(1)).one_or_none()
    return (found.Account, found.hash) if found else (None, None)


def own_password(account: Account, typed: str, device: str, work: Work, vault: Vault) -> None:
    """The password once more, of somebody who is signed in. Raises WrongCredentials or SignInPaused."""
    password(Typed(account.identifier, typed, account.kind, device), work, vault)


def code(account: Account, typed: str, work: Work, vault: Vault, device: str = "") -> tuple[str, ...]:
    """A code of the authenticator app, or a recovery code. Raises WrongFactor or SignInPaused."""
    counted = vault.digest(f"second factor:{_counted_as(account.identifier, device, work)}:{account.id}")
    tries.count_one(counted, work)
    if not (_is_of_app(account.id, typed, work, vault) or _is_recovery_code(account.id, typed, work, vault)):
        work.keep_so_far()
        raise WrongFactor
    tries.forget(counted, work)
    return assurance.CODE


def _is_of_app(account: str, typed: str, work: Work, vault: Vault) -> bool:
    app = work.get(Authenticator, account, lock=True)
    if app is None or app.confirmed_at is None:
        return False
    step = totp.accepted_step(vault.unseal(app.sealed_secret), typed, work.clock.now(), app.last_step)
    if step is None:
        return False
    app.last_step = step
    return True


def _is_recovery_code(account: str, typed: str, work: Work, vault: Vault) -> bool:
    canonical = recovery_codes.canonical(typed)
    if canonical is None:
        return False
    used = (
        update(RecoveryCode)
        .where(
            RecoveryCode.account == account,
            RecoveryCode.digest == recovery_digest(account, canonical, vault),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=work.clock.now())
    )
    return bool(getattr(work.session.execute(used), "rowcount", 0))


def recovery_digest(account: str, canonical: str, vault: Vault) -> str:
    return vault.digest(f"recovery code:{account}:{canonical}")
