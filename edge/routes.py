"""From method and path to the operation behind it."""

from collections.abc import Iterable
from typing import Generic, TypeVar
from urllib.parse import unquote

from chassis.errors import NotFound
from edge.errors import MethodNotAllowed

T = TypeVar("T")


class _Node(Generic[T]):
    __slots__ = ("literal", "methods", "parameter")

    def __init__(self) -> None:
        self.literal: dict[str, _Node[T]] = {}
        self.parameter: _Node[T] | None = None
        self.methods: dict[str, T] = {}


class Routes(Generic[T]):
    """A tree of path segments, so that finding a route costs the same with 10 operations or 1,000."""

    def __init__(self) -> None:
        self._root: _Node[T] = _Node()

    def add(self, method: str, path: str, target: T) -> None:
        """`path` is a template such as /dossiers/{reference}."""
        node = self._root
        for segment in path.strip("/").split("/"):
            if segment.startswith("{"):
                node.parameter = node = node.parameter or _Node()
            else:
                node = node.literal.setdefault(segment, _Node())
        if method in node.methods:
            raise ValueError(f"two operations answer {method} {path}")
        node.methods[method] = target

    def find(self, method: str, raw_path: str) -> tuple[T, list[str]]:
        """The target and the values of its path parameters, in order.

        Raises NotFound, or MethodNotAllowed with the methods there are.
        """
        parameters: list[str] = []
        node = _walk(self._root, raw_path.split("/"), 1, parameters)
        if node is None:
            raise NotFound
        target = node.methods.get("GET" if method == "HEAD" else method)
        if target is None:
            raise MethodNotAllowed(allow=_allowed(node.methods))
        return target, parameters


def _walk(node: _Node[T], segments: list[str], at: int, parameters: list[str]) -> _Node[T] | None:
    if at == len(segments):
        return node if node.methods else None
    segment = segments[at]
    literal = node.literal.get(segment)
    if literal is not None:
        found = _walk(literal, segments, at + 1, parameters)
        if found is not None:
            return found
    if node.parameter is None or not segment:
        return None
    # What is not UTF-8 is kept, for the payload to refuse by the name of its field.
    parameters.append(unquote(segment, errors="surrogateescape") if "%" in segment else segment)
    found = _walk(node.parameter, segments, at + 1, parameters)
    if found is None:
        parameters.pop()
    return found


def _allowed(methods: Iterable[str]) -> list[str]:
    names = set(methods) | {"OPTIONS"}
    return sorted(names | {"HEAD"} if "GET" in names else names)
