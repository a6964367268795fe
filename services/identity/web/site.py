"""What a handler of a carried request works with."""

from dataclasses import dataclass

from chassis.work import Work
from services.identity.settings import IdentitySettings
from services.identity.upstream import Upstream
from services.identity.vault import Vault


@dataclass(frozen=True, slots=True)
class Site:
    work: Work
    vault: Vault
    settings: IdentitySettings
    #: The provider people may come from; None where it is not offered.
    upstream: Upstream | None = None

    @property
    def issuer(self) -> str:
        return self.settings.issuer
