"""The request of another organisation that a sign-in is for."""

from typing import Any

from chassis.work import Work


def summary(request_id: str, work: Work) -> dict[str, Any] | None:
    """{client_name, login_hint, ui_locales, acr, reauthenticate} of a request that waits, or None."""
    return None
