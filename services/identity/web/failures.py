"""What a browser is shown when there is nothing to show."""

from collections.abc import Iterable

from chassis.errors import NotFound, ServiceError
from services.identity.web.http import Answer, Request
from services.identity.web.rendering import page


def refused(request: Request, error: ServiceError) -> Answer:
    """A refusal as a page, in its own words."""
    problem = error.as_problem(request.language)
    answer = page(
        "failure.html",
        request.language,
        status=error.status,
        title=problem["title"],
        detail=problem.get("detail", ""),
    )
    if "retry_after" in error.values:
        answer.with_header("retry-after", str(error.values["retry_after"]))
    return answer


def not_found(request: Request) -> Answer:
    return refused(request, NotFound())


def method_not_allowed(request: Request, allowed: Iterable[str]) -> Answer:
    return Answer(405, "", [("allow", ", ".join(sorted(allowed))), ("cache-control", "no-store")])
