"""Passkeys of accounts: added, and used to prove who it is."""

from sqlalchemy import select

from chassis.ids import new_id
from chassis.work import Work
from services.identity import assurance, passkeys
from services.identity.errors import BadPasskey
from services.identity.tables import Account, Passkey

NAME_LENGTH = 60
#: More than anyone needs, and an end for who only fills the table.
MOST = 20


def of(account: str, work: Work) -> list[Passkey]:
    wanted = select(Passkey).where(Passkey.account == account).order_by(Passkey.created_at)
    return list(work.session.scalars(wanted))


def add(account: str, issuer: str, credential: str, challenge: str, name: str, work: Work) -> Passkey:
    """Raises BadPasskey."""
    made = passkeys.registered(issuer, credential, challenge)
    taken = select(Passkey.id).where(Passkey.credential_id == made.credential_id)
    if work.session.scalars(taken).first() is not None or len(of(account, work)) >= MOST:
        raise BadPasskey
    passkey = Passkey(
        id=new_id(),
        account=account,
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        synced=made.synced,
        name=name.strip()[:NAME_LENGTH],
        created_at=work.clock.now(),
    )
    work.add(passkey)
    work.session.flush()
    return passkey


def prove(issuer: str, credential: str, challenge: str, work: Work) -> tuple[Account, tuple[str, ...]]:
    """Whose passkey it is, and the methods it stands for. Raises BadPasskey."""
    presented, owner = passkeys.presented(credential)
    wanted = select(Passkey).where(Passkey.credential_id == presented).with_for_update(key_share=True)
    known = work.session.scalars(wanted).one_or_none()
    if known is None or owner not in {None, known.account}:
        raise BadPasskey
    used = passkeys.used(issuer, credential, challenge, known.public_key, known.sign_count)
    known.sign_count, known.last_used_at = used.sign_count, work.clock.now()
    account = work.session.get_one(Account, known.account)
    return account, assurance.passkey_methods(synced=used.synced)


def rename(passkey: str, account: str, name: str, work: Work) -> bool:
    found = work.get(Passkey, passkey, lock=True)
    if found is None or found.account != account:
        return False
    found.name = name.strip()[:NAME_LENGTH]
    return True
