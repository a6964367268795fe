"""One operation that does nothing, to measure what the way to it costs."""

from typing import Any

from chassis import fields
from chassis.api import ANYONE, Operation
from chassis.schemas import Schema


class Echo(Schema):
    text = fields.Text(required=True, max=200)


ECHO = Operation("echo", "POST", "/echo", takes=Echo, gives=Echo, allow=ANYONE, key=False)
OPERATIONS = (ECHO,)


def create_edge() -> Any:
    """The real edge, with this one operation behind it."""
    from chassis import logs
    from edge.app import build
    from edge.settings import EdgeSettings

    settings = EdgeSettings.from_environment()
    logs.configure("edge", settings.log_level)
    return build(settings, {"echo": OPERATIONS})
