"""What an account can prove itself with besides the password."""

from dataclasses import dataclass

from sqlalchemy import func, select

from chassis.work import Work
from services.identity.tables import Account, Authenticator, Passkey, Password, RecoveryCode


@dataclass(frozen=True, slots=True)
class Factors:
    totp: bool
    passkeys: int
    recovery_codes: int
    short_password: bool

    @property
    def second(self) -> bool:
        """Whoever has a second factor is always asked for it."""
        return self.totp or self.passkeys > 0

    @property
    def code(self) -> bool:
        return self.totp or (self.second and self.recovery_codes > 0)


def of(account: str, work: Work) -> Factors:
    """In one round trip: it is asked at every sign-in."""
    counts = select(
        select(func.count())
        .where(Authenticator.account == account, Authenticator.confirmed_at.is_not(None))
        .scalar_subquery(),
        select(func.count()).where(Passkey.account == account).scalar_subquery(),
        select(func.count())
        .where(RecoveryCode.account == account, RecoveryCode.used_at.is_(None))
        .scalar_subquery(),
        select(func.count()).where(Password.account == account, Password.short).scalar_subquery(),
    )
    totp, passkeys, codes, short = work.session.execute(counts).one()
    return Factors(totp > 0, passkeys, codes, short > 0)


def serialised(account: str, work: Work) -> Factors:
    """The same, with the account locked: what is decided on it stays true until the commit."""
    work.get(Account, account, lock=True)
    return of(account, work)
