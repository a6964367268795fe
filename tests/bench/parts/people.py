"""Who signs in, and to what: accounts and a client, put straight into the database of the identity service."""

from chassis.database import Sessions
from chassis.ids import new_id
from services.identity.oidc import registering
from services.identity.oidc.registering import Registration
from services.identity.tables import Account, Citizen, Password
from services.identity.usecases import keys
from services.identity.vault import Vault

IDENTITY_SECRET = "a secret of the benchmark, 32 characters or more"
PASSWORD = "sáu con vịt xòe ra hai cái cánh"
CLIENT, CALLBACK = "bench-bank", "https://bank.example/callback"
SCOPE = "openid profile phone"


def prepare(sessions: Sessions, many: int) -> list[str]:
    """Keys, a public client, and so many citizens with one password; their numbers."""
    vault = Vault(IDENTITY_SECRET)
    with sessions.work() as work:
        keys.make_due_key(work, vault)
        keys.make_due_provider_keys(work, vault)
        registering.add(
            Registration(
                id=CLIENT,
                name="Ngân hàng Thử tải",
                name_en="Bank under load",
                kind="bank",
                auth_method="none",
                redirect_uris=[CALLBACK],
                scopes=SCOPE.split(),
            ),
            work,
        )
    numbers = [f"001090{n:06}" for n in range(many)]
    _add(numbers, vault.hashed(PASSWORD), sessions)
    return numbers


def _add(numbers: list[str], password_hash: str, sessions: Sessions) -> None:
    """One hash for all: making one takes as long as a sign-in."""
    with sessions.work() as work:
        now = work.clock.now()
        for number in numbers:
            account = Account(
                id=new_id(),
                kind="citizen",
                identifier=number,
                identifier_digest=number,
                name=f"Nguyễn Văn {number}",
                phone="0912345678",
                email=None,
                created_at=now,
            )
            work.add(account, Citizen(account=account.id, birth_date="1990", sex="male"))
            work.add(Password(account=account.id, hash=password_hash, changed_at=now))
