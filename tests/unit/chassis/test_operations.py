import pytest

from chassis.api import ANYONE, Download, Operation, Upload
from chassis.rpc import command, query
from chassis.schemas import Schema


def operation(**how):
    return Operation("do_it", takes=Schema, gives=Schema, allow=ANYONE, **how)


def test_path_parameters_are_found():
    assert operation(method="GET", path="/a/{first_one}/b/{second}").path_parameters == (
        "first_one",
        "second",
    )
    assert operation().path_parameters == ()


@pytest.mark.parametrize(
    ("method", "key", "needed"),
    [
        ("POST", None, True),
        ("POST", False, False),
        ("PATCH", None, False),
        ("PUT", True, True),
        ("GET", None, False),
    ],
)
def test_key_is_demanded_on_every_post_unless_said_otherwise(method, key, needed):
    assert operation(method=method, path="/x", key=key).needs_key is needed


@pytest.mark.parametrize(
    ("method", "reads"), [("POST", True), ("PUT", True), ("PATCH", True), ("GET", False), ("DELETE", False)]
)
def test_body_is_read_where_http_has_one(method, reads):
    assert operation(method=method, path="/x").reads_body is reads


def test_uploads_and_downloads_are_operations():
    assert issubclass(Upload, Operation)
    assert issubclass(Download, Operation)


@pytest.mark.parametrize("decorate", [command, query])
def test_method_must_be_called_like_its_operation(decorate):
    def something_else(self, asked, caller, work): ...

    with pytest.raises(TypeError, match="do_it"):
        decorate(operation())(something_else)
