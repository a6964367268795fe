"""Pages for developers: the OpenAPI document, its reader, and what each problem type means."""

from functools import cache
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from chassis.errors import ServiceError
from chassis.texts import LANGUAGES, Language
from edge.asked import Asked
from edge.openapi import Description
from edge.services import Tables
from edge.settings import EdgeSettings

_CACHE = {"cache-control": "public, max-age=300", "vary": "Accept-Language, Accept"}
#: Everything from us and nothing inline but styles, which the reader sets on its elements.
_READER_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    b"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGE_POLICY = b"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"

_READER = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Một Cửa - API</title>
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
</head>
<body>
<div id="api" data-document="/openapi.json?lang={language}"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
_START = """const place = document.getElementById("api");
SwaggerUIBundle({ url: place.dataset.document, domNode: place, deepLinking: true, validatorUrl: null });
"""
_PROBLEM_PAGE = """<!doctype html>
<html lang="{language}">
<head><meta charset="utf-8"><title>{code}</title>
<style>body{{font:16px/1.5 sans-serif;max-width:40em;margin:3em auto;padding:0 1em}}</style></head>
<body><h1>{title}</h1><p>{detail}</p><p><code>{code}</code> - HTTP {status}</p></body>
</html>
"""


def routes(tables: Tables, settings: EdgeSettings) -> list[BaseRoute]:
    @cache
    def document(language: Language) -> bytes:
        return orjson.dumps(Description(tables, language, settings.public_url).document())

    async def openapi(request: Request) -> Response:
        return Response(document(_language(request)), media_type="application/json", headers=_CACHE)

    return [
        Route("/openapi.json", openapi),
        Route("/docs", _reader),
        Route("/docs/start.js", _start),
        Mount("/docs/assets", StaticFiles(directory=_assets())),
        Route("/problems/{code}", _problem_type),
    ]


def _assets() -> Path:
    """The reader's files; importing their package would pull in its web frameworks."""
    found = find_spec("swagger_ui")
    if found is None or found.origin is None:
        raise RuntimeError("the package swagger-ui-py is not installed")
    return Path(found.origin).parent / "static"


def _language(request: Request) -> Language:
    wanted = request.query_params.get("lang")
    asked: Asked = request.scope["asked"]
    return next((language for language in LANGUAGES if language == wanted), asked.language)


async def _reader(request: Request) -> Response:
    request.scope["asked"].policy = _READER_POLICY
    return HTMLResponse(_READER.format(language=_language(request)), headers=_CACHE)


async def _start(_: Request) -> Response:
    return Response(_START, media_type="text/javascript", headers=_CACHE)


async def _problem_type(request: Request) -> Response:
    """What a problem type means, as a page for people and as JSON for programs."""
    kind = ServiceError.registry.get(request.path_params["code"])
    if kind is None:
        raise HTTPException(404)
    language = _language(request)
    shown: dict[str, Any] = {
        "language": language,
        "code": kind.code,
        "status": kind.status,
        "title": kind.title_vi if language == "vi" else kind.title_en,
        "detail": kind.vi if language == "vi" else kind.en,
    }
    if "text/html" not in request.headers.get("accept", ""):
        shown |= {"type": f"/problems/{kind.code}", "retryable": kind.retryable}
        return Response(orjson.dumps(shown), media_type="application/json", headers=_CACHE)
    request.scope["asked"].policy = _PAGE_POLICY
    safe = {key: escape(str(value)) for key, value in shown.items()}
    return HTMLResponse(_PROBLEM_PAGE.format(**safe), headers=_CACHE)
