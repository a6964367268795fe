"""Which of our paths answers what."""

from services.identity.oidc import authorize, consent_page, discovery, endpoints, logout
from services.identity.web.http import Answer, Request
from services.identity.web.site import Site


def _preflight(request: Request, site: Site) -> Answer:
    """Scripts of any origin may call: no cookie counts here, so a stranger's page gains nothing."""
    return Answer(
        204,
        "",
        [
            ("access-control-allow-origin", "*"),
            ("access-control-allow-methods", "GET, POST"),
            ("access-control-allow-headers", "authorization, content-type"),
            ("access-control-max-age", "600"),
        ],
    )


ROUTES = {
    "/.well-known/openid-configuration": {"GET": discovery.configuration, "OPTIONS": _preflight},
    "/oauth/jwks": {"GET": endpoints.jwks, "OPTIONS": _preflight},
    "/oauth/authorize": {"GET": authorize.authorize, "POST": authorize.authorize},
    "/oauth/continue": {"GET": authorize.go_on},
    "/oauth/par": {"POST": authorize.push},
    "/oauth/token": {"POST": endpoints.token, "OPTIONS": _preflight},
    "/oauth/userinfo": {"GET": endpoints.userinfo, "POST": endpoints.userinfo, "OPTIONS": _preflight},
    "/oauth/revoke": {"POST": endpoints.revoke, "OPTIONS": _preflight},
    "/oauth/introspect": {"POST": endpoints.introspect},
    "/oauth/logout": {"GET": logout.logout, "POST": logout.logout},
    "/account/consent": {"GET": consent_page.show, "POST": consent_page.answer},
}
