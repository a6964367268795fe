"""An identity provider in the VNeID style to practise on: OpenID Connect code flow with PKCE, VNeID's claims, faults.

GET      /vneid/.well-known/openid-configuration   what the provider offers, and where
GET      /vneid/jwks                               its public keys (RS256)
GET|POST /vneid/authorize                          the page where one picks a person, and its form
POST     /vneid/token                              tokens for a code
GET      /vneid/userinfo                           the person's claims
GET      /vneid/logout                             the end of a sign-in
GET|POST|DELETE /vneid/sandbox/faults              see, set and end what goes wrong; how often was called
POST     /vneid/sandbox/rotate                     another signing key; the old one is forgotten
"""

from deploy.sandbox.vneid.admin import routes as _admin
from deploy.sandbox.vneid.backchannel import routes as _backchannel
from deploy.sandbox.vneid.browser import routes as _browser

__all__ = ["routes"]

routes = [*_browser, *_backchannel, *_admin]
