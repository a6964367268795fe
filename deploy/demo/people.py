"""The people of the journeys."""

import secrets
from dataclasses import dataclass
from functools import cached_property

from deploy.demo.client import PASSWORD, Client

AGENCY = "000.00.06.H26"


@dataclass
class People:
    """Everybody who takes part, signed in when first needed."""

    base_url: str
    language: str = "vi"

    def sign_up(self, name: str) -> tuple[Client, str]:
        """A new citizen with a personal number nobody has: signed in, and the number."""
        number = f"001{secrets.choice('13')}{secrets.randbelow(20):02d}{secrets.randbelow(10**6):06d}"
        born = ("19" if number[3] == "1" else "20") + number[4:6]
        citizen = Client(self.base_url, language=self.language)
        details = {"personalNumber": number, "name": name, "birthDate": born, "password": PASSWORD}
        citizen.post("/citizens", details)
        return citizen.sign_in(number), number

    def _sign_in(self, identifier: str) -> Client:
        return Client(self.base_url, language=self.language).sign_in(identifier)

    @cached_property
    def citizen(self) -> Client:
        return self._sign_in("001190000011")

    @cached_property
    def other_citizen(self) -> Client:
        return self._sign_in("079085000022")

    @cached_property
    def desk(self) -> Client:
        return self._sign_in("desk.hoa")

    @cached_property
    def specialist(self) -> Client:
        return self._sign_in("specialist.minh")

    @cached_property
    def leader(self) -> Client:
        return self._sign_in("leader.lan")

    @cached_property
    def other_desk(self) -> Client:
        return self._sign_in("desk.other")
