"""What a browser meets: the page to sign in with, and the end of a sign-in."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from deploy.sandbox.vneid import pages
from deploy.sandbox.vneid.provider import Client, Grant, person, provider


async def authorize(request: Request) -> Response:
    """The page of a request, or where to go with what is wrong about it."""
    asked, client = dict(request.query_params), Client.from_environment()
    language = "en" if asked.get("ui_locales", "").split(" ")[0].startswith("en") else "vi"
    if asked.get("client_id") != client.id:
        return HTMLResponse(pages.said("unknown-client", language), 400)
    if asked.get("redirect_uri") != client.redirect_uri:
        return HTMLResponse(pages.said("bad-redirect", language), 400)
    problem = _problem(asked)
    if problem:
        return _back(asked, error=problem)
    if request.method == "GET":
        return HTMLResponse(pages.choose(language))
    form = await request.form()
    chosen = person(str(form.get("person")))
    if chosen is None or form.get("action") == "cancel":
        return _back(asked, error="access_denied")
    grant = Grant(chosen, asked["code_challenge"], asked.get("nonce"), asked["scope"])
    return _back(asked, code=provider().new_code(grant))


def _problem(asked: dict[str, str]) -> str:
    if asked.get("response_type") != "code":
        return "unsupported_response_type"
    if "openid" not in asked.get("scope", "").split(" "):
        return "invalid_scope"
    with_pkce = asked.get("code_challenge") and asked.get("code_challenge_method") == "S256"
    return "" if with_pkce else "invalid_request"


def _back(asked: dict[str, str], **told: str) -> Response:
    state = {"state": asked["state"]} if "state" in asked else {}
    query = urlencode(told | state | {"iss": Client.from_environment().issuer})
    return RedirectResponse(f"{asked['redirect_uri']}?{query}", 303)


async def logout(request: Request) -> Response:
    """Back to an address of the client's, else a page."""
    asked, client = request.query_params, Client.from_environment()
    target = asked.get("post_logout_redirect_uri", "")
    if target == client.home or target.startswith(client.home + "/"):
        state = f"?{urlencode({'state': asked['state']})}" if "state" in asked else ""
        return RedirectResponse(target + state, 303)
    return HTMLResponse(pages.said("left", "vi"))


routes = [
    Route("/vneid/authorize", authorize, methods=["GET", "POST"]),
    Route("/vneid/logout", logout, methods=["GET"]),
]
