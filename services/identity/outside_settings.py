"""Settings of what identity needs from the world outside: an identity provider, mail and SMS."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from chassis.settings import BadSettings

#: Where the upstream provider sends the browser back to; registered with it.
CALLBACK_PATH = "/account/vneid/return"
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True, slots=True)
class UpstreamSettings:
    """The identity provider people may sign in with, and what it knows us as."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    discovery_url: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "UpstreamSettings | None":
        """None when there is no VNEID_ISSUER: then this way to sign in is not offered."""
        issuer = environment.get("VNEID_ISSUER", "").rstrip("/")
        if not issuer:
            return None
        needed = _needed(environment, "VNEID_CLIENT_ID", "VNEID_CLIENT_SECRET", "PUBLIC_URL")
        address = urlsplit(issuer)
        if address.scheme != "https" and address.hostname not in _LOOPBACK:
            raise BadSettings("VNEID_ISSUER must start with https://")
        return cls(
            issuer=issuer,
            client_id=needed["VNEID_CLIENT_ID"],
            client_secret=needed["VNEID_CLIENT_SECRET"],
            redirect_uri=needed["PUBLIC_URL"].rstrip("/") + CALLBACK_PATH,
            # Inside a network of containers the provider may have another address than browsers know it by.
            discovery_url=environment.get("VNEID_DISCOVERY_URL")
            or f"{issuer}/.well-known/openid-configuration",
        )


@dataclass(frozen=True, slots=True)
class MessageSettings:
    """The servers that carry messages to people; a channel without one is not offered."""

    smtp_url: str = field(default="", repr=False)
    mail_from: str = ""
    sms_url: str = ""
    sms_key: str = field(default="", repr=False)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "MessageSettings":
        smtp_url, sms_url = environment.get("SMTP_URL", ""), environment.get("SMS_URL", "")
        if smtp_url:
            _needed(environment, "MAIL_FROM")
            if urlsplit(smtp_url).scheme not in ("smtp", "smtp+starttls", "smtps"):
                raise BadSettings("SMTP_URL must start with smtp://, smtp+starttls:// or smtps://")
        if sms_url:
            _needed(environment, "SMS_KEY")
        return cls(smtp_url, environment.get("MAIL_FROM", ""), sms_url, environment.get("SMS_KEY", ""))


def _needed(environment: Mapping[str, str], *names: str) -> dict[str, str]:
    missing = [name for name in names if not environment.get(name)]
    if missing:
        raise BadSettings(f"{', '.join(missing)} must be set")
    return {name: environment[name] for name in names}
