"""What a fresh identity service needs: a signing key; in a sandbox also accounts."""

from chassis.database import Sessions
from services.identity import sandbox as sandbox_accounts
from services.identity.oidc import sandbox as sandbox_clients
from services.identity.settings import IdentitySettings
from services.identity.usecases import keys
from services.identity.vault import Vault


def load(database: Sessions, sandbox: bool) -> None:
    settings = IdentitySettings.from_environment()
    vault = Vault(settings.secret)
    with database.work() as work:
        keys.make_due_key(work, vault)
        keys.make_due_provider_keys(work, vault)
        keys.require_readable(work, vault)
        if sandbox:
            sandbox_accounts.load(work, vault)
            if settings.upstream is not None:
                sandbox_accounts.link(settings.upstream.issuer, work, vault)
            sandbox_clients.load(work)
