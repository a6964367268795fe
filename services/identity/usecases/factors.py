"""Setting up and taking away second factors; setting passwords."""

from sqlalchemy import delete

from chassis.errors import FieldError
from chassis.work import Work
from services.identity import ending, factors, passwords, recovery_codes, totp
from services.identity.errors import LastFactorNeedsLongPassword
from services.identity.tables import Account, Authenticator, Passkey, Password, RecoveryCode
from services.identity.usecases.proving import recovery_digest
from services.identity.vault import Vault


def offer_authenticator(account: str, work: Work, vault: Vault) -> str:
    """The secret of an app to be set up: a new one, or the one shown before and not yet confirmed."""
    app = work.get(Authenticator, account, lock=True)
    if app is None:
        app = Authenticator(account=account, sealed_secret=vault.seal(totp.new_secret()), last_step=0)
        work.add(app)
    return vault.unseal(app.sealed_secret)


def confirm_authenticator(account: str, typed: str, work: Work, vault: Vault) -> bool:
    """Whether the app makes the right codes; from now on it is asked for."""
    app = work.get(Authenticator, account, lock=True)
    if app is None or app.confirmed_at is not None:
        return False
    step = totp.accepted_step(vault.unseal(app.sealed_secret), typed, work.clock.now(), app.last_step)
    if step is None:
        return False
    app.confirmed_at, app.last_step = work.clock.now(), step
    return True


def remove_authenticator(account: str, work: Work) -> None:
    """Raises LastFactorNeedsLongPassword."""
    have = factors.serialised(account, work)
    _require_removable(have, have.totp and have.passkeys == 0)
    work.session.execute(delete(Authenticator).where(Authenticator.account == account))
    _forget_unneeded_codes(account, work)


def remove_passkey(passkey: str, account: str, work: Work) -> None:
    """Raises LastFactorNeedsLongPassword."""
    have = factors.serialised(account, work)
    _require_removable(have, not have.totp and have.passkeys == 1)
    work.session.execute(delete(Passkey).where(Passkey.id == passkey, Passkey.account == account))
    _forget_unneeded_codes(account, work)


def _require_removable(have: factors.Factors, last: bool) -> None:
    if last and have.short_password:
        raise LastFactorNeedsLongPassword


def _forget_unneeded_codes(account: str, work: Work) -> None:
    if not factors.of(account, work).second:
        work.session.execute(delete(RecoveryCode).where(RecoveryCode.account == account))


def new_recovery_codes(account: str, work: Work, vault: Vault) -> list[str]:
    """Ten codes, to be shown now and never again; those before them count no longer."""
    work.session.execute(delete(RecoveryCode).where(RecoveryCode.account == account))
    codes = recovery_codes.new_codes()
    work.add(*(RecoveryCode(account=account, digest=recovery_digest(account, c, vault)) for c in codes))
    return codes


def codes_if_none(account: str, work: Work, vault: Vault) -> list[str]:
    """Recovery codes for who has a first second factor, none for who has some left."""
    return [] if factors.of(account, work).recovery_codes else new_recovery_codes(account, work, vault)


def password_problem(typed: str, account: Account, *, second: bool) -> FieldError | None:
    """What is wrong with a new password for this account, if anything."""
    least = passwords.MIN_LENGTH_WITH_SECOND if second else passwords.MIN_LENGTH
    if len(passwords.normalised(typed)) < least:
        return FieldError(
            "/newPassword",
            "password-too-short",
            f"Mật khẩu cần ít nhất {least} ký tự.",
            f"A password needs at least {least} characters.",
        )
    if passwords.is_long(typed):
        return FieldError(
            "/newPassword",
            "password-too-long",
            f"Mật khẩu tối đa {passwords.MAX_LENGTH} ký tự.",
            f"A password has at most {passwords.MAX_LENGTH} characters.",
        )
    owner = (account.identifier, account.name, account.phone, account.email)
    if passwords.is_guessable(typed, owner=[text for text in owner if text]):
        return FieldError(
            "/newPassword",
            "password-guessable",
            "Mật khẩu này quá dễ đoán.",
            "This password is too easy to guess.",
        )
    return None


def set_password(account: Account, typed: str, work: Work, vault: Vault, keep: str | None = None) -> None:
    """Everybody who is signed in, but for the session to keep, must use it now. Raises LastFactorNeedsLongPassword."""
    # No connection is held while it is hashed.
    work.keep_so_far()
    hashed = vault.hashed(typed)
    short = passwords.is_short(typed)
    if short and not factors.serialised(account.id, work).second:
        raise LastFactorNeedsLongPassword
    stored = work.session.get_one(Password, account.id, with_for_update=True)
    stored.hash, stored.short, stored.changed_at = hashed, short, work.clock.now()
    ending.end_all(account.id, "password-changed", work, but=keep)
