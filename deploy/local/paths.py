"""Where the checkout and its state are."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def var() -> Path:
    """The state directory: `var/` of the checkout, or what MOTCUA_VAR names."""
    return Path(os.environ.get("MOTCUA_VAR") or ROOT / "var").absolute()
