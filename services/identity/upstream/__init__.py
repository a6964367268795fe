"""Signing in through another identity provider: we are the relying party of an OpenID provider in the VNeID style.

upstream.begin(return_to)             -> where the browser goes, and what to keep of this browser meanwhile
upstream.complete(parameters, kept)   -> the Person who comes back
"""

from services.identity.upstream.persons import Person
from services.identity.upstream.relying_party import Upstream, from_settings

__all__ = ["Person", "Upstream", "from_settings"]
