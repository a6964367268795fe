"""Moments as people in Việt Nam read them."""

from datetime import datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def local(moment: str) -> datetime:
    """A moment of the API (ISO 8601, UTC) in Vietnamese time."""
    return datetime.fromisoformat(moment).astimezone(VIETNAM)
