"""Who carries messages to people: a mail server by SMTP, an SMS gateway by HTTP."""

import smtplib
import ssl
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote, urlsplit

import requests

from services.identity.messages import Carrier, Channel, Letter, NotSent, Refused
from services.identity.outside_settings import MessageSettings

#: For one message; those of a batch together must be done before others may take them.
SECONDS = 5.0
_ACCEPTED = (200, 201, 202)
#: Timeouts and limits pass; any other refusal of a request is for good, a wrong key among them being ours to mend.
_PASSING = (401, 403, 408, 425, 429)

Limit = Callable[[float], AbstractContextManager[Any]]


class Smtp:
    """`smtp://`, `smtp+starttls://` or `smtps://`, with user and password if need be."""

    def __init__(self, url: str, sender: str, limit: Limit) -> None:
        self._url, self._sender, self._limit = urlsplit(url), sender, limit

    def send(self, letter: Letter) -> None:
        try:
            with self._limit(SECONDS), self._connection() as server:
                server.send_message(self._written(letter))
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as error:
            raise (Refused if _is_final(error) else NotSent)(_code_of(error)) from None
        except (smtplib.SMTPException, OSError) as error:
            raise NotSent(type(error).__name__) from None
        except ValueError:
            # The library's words would show the address.
            raise Refused("not an address") from None

    def _connection(self) -> smtplib.SMTP:
        host, tls = self._url.hostname or "", ssl.create_default_context()
        server: smtplib.SMTP
        if self._url.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, self._url.port or 465, timeout=SECONDS, context=tls)
        else:
            server = smtplib.SMTP(host, self._url.port or 25, timeout=SECONDS)
        try:
            if self._url.scheme == "smtp+starttls":
                server.starttls(context=tls)
            if self._url.username:
                server.login(unquote(self._url.username), unquote(self._url.password or ""))
        except BaseException:
            server.close()
            raise
        return server

    def _written(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["From"] = Address("Một Cửa", addr_spec=self._sender)
        message["To"] = letter.to
        message["Subject"] = letter.subject
        message["Message-ID"] = f"<{letter.id}@{self._sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        message["Content-Language"] = letter.language
        return message


def _is_final(error: smtplib.SMTPException) -> bool:
    return _code_of(error).startswith("5")


def _code_of(error: smtplib.SMTPException) -> str:
    """The number alone: what the server says besides may name the recipient."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return str(next(iter(error.recipients.values()))[0])
    return str(getattr(error, "smtp_code", ""))


class SmsGateway:
    """JSON over HTTP: {id, to, text} with the key in X-Api-Key; a repeated id is the same message."""

    def __init__(self, url: str, key: str, limit: Limit) -> None:
        self._url, self._key, self._limit = url, key, limit

    def send(self, letter: Letter) -> None:
        body = {"id": letter.id, "to": letter.to, "text": letter.text}
        headers = {"X-Api-Key": self._key}
        try:
            with (
                self._limit(SECONDS),
                requests.post(
                    self._url,
                    json=body,
                    headers=headers,
                    timeout=(1.0, SECONDS),
                    allow_redirects=False,
                    # Its words do not matter, however many they are.
                    stream=True,
                ) as answer,
            ):
                status = int(answer.status_code)
        except (requests.RequestException, OSError) as error:
            raise NotSent(type(error).__name__) from None
        if status in _ACCEPTED:
            return
        final = 400 <= status < 500 and status not in _PASSING
        raise (Refused if final else NotSent)(f"HTTP {status}")


def from_settings(
    settings: MessageSettings, limit: Limit = lambda _seconds: nullcontext()
) -> dict[Channel, Carrier]:
    """Those the settings name."""
    carriers: dict[Channel, Carrier] = {}
    if settings.sms_url:
        carriers["sms"] = SmsGateway(settings.sms_url, settings.sms_key, limit)
    if settings.smtp_url:
        carriers["email"] = Smtp(settings.smtp_url, settings.mail_from, limit)
    return carriers
