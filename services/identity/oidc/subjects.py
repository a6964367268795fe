"""What an account and its sessions are called towards a client."""

from services.identity.oidc.tables import Client
from services.identity.tables import Account
from services.identity.vault import Vault


def of(account: Account, client: Client, vault: Vault) -> str:
    """TechID, or a name that only the clients of one sector share."""
    return vault.pairwise(client.sector, account.tech_id) if client.sector else account.tech_id


def session_id(session: str, client: str, vault: Vault) -> str:
    """A name of the session (`sid`) by which two clients cannot compare notes."""
    return vault.digest(f"sid {client} {session}")[:40]
