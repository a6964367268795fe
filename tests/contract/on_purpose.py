"""What was taken from a contract on purpose, and why nobody is harmed; to be emptied at the next release."""

_PERSONAL = (
    "nobody may be told who the owner is (ADR 13); it is read by a rebuild alone, which ships with this"
)

ON_PURPOSE = {
    "charge_snapshots: answer/items/*/data/ownerName is gone": _PERSONAL,
    "open_dossier_snapshots: answer/items/*/data/ownerName is gone": _PERSONAL,
}
