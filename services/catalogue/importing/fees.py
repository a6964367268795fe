"""What may be charged: only amounts nobody has to doubt; the rest stays for a person to review."""

from services.catalogue.importing.channels import Channel, Fee
from services.catalogue.importing.remarks import Remarks

FEE, CHARGE = "fee", "charge"


def chargeable(channels: list[Channel], remarks: Remarks) -> list[dict[str, object]]:
    """One fee for all channels when they agree, else one per channel; none where the case decides."""
    stated = {channel.channel: _amounts(channels, channel.channel) for channel in channels}
    undecided = [name for name, amounts in stated.items() if len(amounts) > 1]
    if undecided:
        said = "; ".join(f"{name}: {', '.join(map(_shown, sorted(stated[name])))}" for name in undecided)
        remarks.add("fee-depends-on-case", f"several fees in one channel, none is charged by itself: {said}")
        return []
    if any(channel.fee.state in {"doubtful", "foreign"} for channel in channels):
        return []
    charged = {name: next(iter(amounts)) for name, amounts in stated.items() if amounts}
    distinct = set(charged.values())
    if len(distinct) == 1 and len(charged) == len(stated):
        charged = {"any": distinct.pop()}
    return [_fee(channels, name, amount) for name, amount in charged.items() if amount]


def _amounts(channels: list[Channel], name: str) -> set[int]:
    return {
        channel.fee.amount or 0
        for channel in channels
        if channel.channel == name and channel.fee.state in {"free", "stated"}
    }


def _fee(channels: list[Channel], name: str, amount: int) -> dict[str, object]:
    source = next(
        channel.fee
        for channel in channels
        if channel.fee.amount == amount and name in ("any", channel.channel)
    )
    kind = kind_of(source)
    return {
        "code": "fee" if name == "any" else f"fee-{name.replace('_', '-')}",
        "name": "Phí" if kind == CHARGE else "Lệ phí",
        "name_en": "Charge" if kind == CHARGE else "Fee",
        "kind": kind,
        "amount": amount,
        "channel": name,
        "per": None,
        "valid_from": None,
        "valid_to": None,
        "collect": "before-reception",
    }


def kind_of(fee: Fee) -> str:
    """Phí pays for a service (charge), lệ phí goes to the budget (fee); unsaid, it is a fee."""
    said = fee.remark.lower()
    return CHARGE if "phí" in said and "lệ phí" not in said else FEE


def _shown(amount: int) -> str:
    return f"{amount:,}"
