"""A national row over a version that was set up here: the newer law, and what the law's export cannot say.

See docs/adr/0004-imports-over-local-versions.md.
"""

from collections.abc import Mapping
from typing import Any

from services.catalogue.importing.remarks import Remark

#: What an export does not hold at all.
_OURS = ("name_en", "level", "acr", "receiving", "steps", "keywords", "curated")


def merged(export: Mapping[str, Any], local: Mapping[str, Any] | None) -> tuple[dict[str, Any], list[Remark]]:
    """The content to publish. `local` is what is in force now, None when nothing curated is."""
    if local is None or not local.get("curated"):
        return dict(export), []
    content = {**export, **{name: local[name] for name in _OURS if local.get(name)}}
    remarks: list[Remark] = []
    for name, explain in (("papers", _papers), ("fees", _fees)):
        content[name] = local.get(name) or export[name]
        if content[name] != export[name] and (why := explain(export, local)):
            remarks.append(Remark(f"kept-local-{name}", why))
    if not export["results"]:
        content["results"] = local.get("results") or []
    content["channels"] = [_channel(channel, local, remarks) for channel in export["channels"]]
    return content, remarks


def _papers(export: Mapping[str, Any], local: Mapping[str, Any]) -> str:
    return f"the row lists {len(export['papers'])} papers; the {len(local['papers'])} set here stay"


def _fees(export: Mapping[str, Any], local: Mapping[str, Any]) -> str | None:
    """Nothing to say when the row names the very amounts charged here."""
    ours = sorted({fee["amount"] for fee in local["fees"]})
    theirs = sorted({fee["amount"] for fee in export["fees"]})
    if ours == theirs:
        return None
    said = ", ".join(f"{amount:,}" for amount in theirs) or "no amount that may be charged"
    return f"the row states {said}; {', '.join(f'{amount:,}' for amount in ours)} stay"


def _channel(channel: dict[str, Any], local: Mapping[str, Any], remarks: list[Remark]) -> dict[str, Any]:
    """A time limit without a unit is none: then the one set here stays."""
    if channel["time_unit"] is not None:
        return channel
    ours = next((each for each in local["channels"] if each["channel"] == channel["channel"]), None)
    if ours is None or ours.get("time_unit") is None:
        return channel
    limit, unit = ours.get("time_limit"), ours["time_unit"]
    shown = unit if limit is None else f"{limit} {unit}"
    remarks.append(Remark("kept-local-time-limit", f"{channel['channel']}: {shown}"))
    return {**channel, "time_limit": limit, "time_unit": unit}
