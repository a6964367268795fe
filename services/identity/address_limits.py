"""How often the same may be tried from one address, at least as strict as login.gov's published configuration."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Limit:
    name: str
    count: int
    period: timedelta


#: `logins_per_ip_limit` 20 per `logins_per_ip_period` 20 s
SIGN_IN = Limit("sign-in", 20, timedelta(seconds=20))
#: `logins_per_email_and_ip_limit` 5 per 60 s, `logins_per_email_and_ip_bantime` 60 s
SIGN_IN_ONE = Limit("sign-in-one", 5, timedelta(minutes=1))
#: `email_registrations_per_ip_limit` 20 per 20 s
SIGN_UP = Limit("sign-up", 20, timedelta(minutes=1))
#: `otps_per_ip_limit` 25 per `otps_per_ip_period` 300 s
CODE = Limit("code", 25, timedelta(minutes=5))


@dataclass(frozen=True, slots=True)
class Seen:
    count: int
    since: datetime


def one_more(seen: Seen, limit: Limit, factor: int, now: datetime) -> Seen:
    """One more try; the first that is too many starts a whole period of waiting, and those in it are not counted."""
    if now - seen.since >= limit.period:
        return Seen(1, now)
    most = limit.count * factor
    if seen.count < most:
        return Seen(seen.count + 1, seen.since)
    return seen if seen.count > most else Seen(most + 1, now)


def wait(seen: Seen, limit: Limit, factor: int, now: datetime) -> timedelta | None:
    """How long to wait when there were too many; None while there were not."""
    return seen.since + limit.period - now if seen.count > limit.count * factor else None


def network(address: str) -> str:
    """Whom an address stands for: of IPv6, everybody gets 2^64 of them."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
