"""Whether a contract may replace its predecessor, and whether a reader can live on what a producer gives."""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

#: Limits, and whether one says how much there may be at the most.
LIMITS = {
    "maxLength": True,
    "maxItems": True,
    "maximum": True,
    "minLength": False,
    "minItems": False,
    "minimum": False,
}


def compare(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """What breaks for those who rely on the old contract; works on both files of a contract."""
    return [*_operations(old, new), *_published(old, new)]


def _operations(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for name, before in old.get("operations", {}).items():
        after = new["operations"].get(name)
        if after is None:
            yield f"{name}: the operation is gone"
            continue
        if before["http"] and before["http"] != after["http"]:
            yield f"{name}: it moved from {before['http']} to {after['http']}"
        yield from narrowed(before["request"], after["request"], f"{name}: request")
        yield from weakened(before["answer"], after["answer"], f"{name}: answer")


def _published(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for kind, before in old.get("publishes", {}).items():
        after = new["publishes"].get(kind)
        if after is None:
            yield f"{kind}: it is not published any more"
        else:
            yield from weakened(before["data"], after["data"], kind)


def narrowed(old: Schema, new: Schema, where: str) -> Iterator[str]:
    """What was accepted and is not any more."""
    yield from _retyped(accepted=new, given=old, where=where)
    before, after = old.get("properties", {}), new.get("properties", {})
    for key in sorted(set(new.get("required", ())) - set(old.get("required", ()))):
        yield f"{where}/{key} is newly required"
    for key, value in before.items():
        if key in after:
            yield from narrowed(value, after[key], f"{where}/{key}")
        elif new.get("additionalProperties") is False:
            yield f"{where}/{key} is not accepted any more"
    if "items" in old and "items" in new:
        yield from narrowed(old["items"], new["items"], f"{where}/*")


def weakened(old: Schema, new: Schema, where: str) -> Iterator[str]:
    """What was given and is not any more."""
    yield from _retyped(accepted=old, given=new, where=where, values=False)
    before, after = old.get("properties", {}), new.get("properties", {})
    for key, value in before.items():
        if key not in after:
            yield f"{where}/{key} is gone"
            continue
        if key in old.get("required", ()) and key not in new.get("required", ()):
            yield f"{where}/{key} is not always given any more"
        yield from weakened(value, after[key], f"{where}/{key}")
    if "items" in old and "items" in new:
        yield from weakened(old["items"], new["items"], f"{where}/*")


def unreadable(reader: Schema, given: Schema, where: str) -> Iterator[str]:
    """What a reader needs and a producer does not give it, or gives it otherwise."""
    yield from _retyped(accepted=reader, given=given, where=where)
    found = given.get("properties", {})
    for key, value in reader.get("properties", {}).items():
        if key not in found:
            yield f"{where}/{key} is never given"
            continue
        if key in reader.get("required", ()) and key not in given.get("required", ()):
            yield f"{where}/{key} is not always given"
        yield from unreadable(value, found[key], f"{where}/{key}")
    if "items" in reader and "items" in given:
        yield from unreadable(reader["items"], given["items"], f"{where}/*")


def _retyped(*, accepted: Schema, given: Schema, where: str, values: bool = True) -> Iterator[str]:
    kinds, known = _types(given), _types(accepted)
    if "number" in known:
        known |= {"integer"}
    if not kinds <= known:
        yield f"{where} is {_said(kinds)}, not {_said(known)}"
    elif accepted.get("format") not in (None, given.get("format")):
        yield f"{where} is not surely a {accepted['format']}"
    elif values and "enum" in accepted and not set(given.get("enum", ["anything"])) <= set(accepted["enum"]):
        yield f"{where} may be something else than {accepted['enum']}"
    if values:
        yield from _beyond(accepted, given, where)


def _beyond(accepted: Schema, given: Schema, where: str) -> Iterator[str]:
    """Limits that what is given may exceed."""
    if "enum" in given or "format" in given:
        # Words that both sides know, and forms of a length of their own.
        return
    for limit, is_most in LIMITS.items():
        if limit not in accepted:
            continue
        told = given.get(limit)
        if told is None or (told > accepted[limit] if is_most else told < accepted[limit]):
            yield f"{where} has {limit} {told}, not {accepted[limit]}"


def _types(schema: Schema) -> set[str]:
    kind = schema["type"]
    return set(kind) if isinstance(kind, list) else {kind}


def _said(kinds: set[str]) -> str:
    return " or ".join(sorted(kinds))
