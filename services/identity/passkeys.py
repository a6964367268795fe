"""Passkeys (WebAuthn): discoverable, verifying their user, good for the very origin we are known by."""

import ipaddress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import orjson
import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from services.identity.errors import BadPasskey

NAME = "Một Cửa"
#: What the library may say to a credential that is not as it should be.
_REFUSALS = (WebAuthnException, ValueError, KeyError, TypeError)


@dataclass(frozen=True, slots=True)
class NewPasskey:
    credential_id: str
    public_key: str
    sign_count: int
    synced: bool


@dataclass(frozen=True, slots=True)
class Used:
    sign_count: int
    synced: bool


def host(issuer: str) -> str:
    return urlsplit(issuer).hostname or ""


def possible(issuer: str) -> bool:
    """Browsers make passkeys for names alone, not for addresses of numbers."""
    try:
        ipaddress.ip_address(host(issuer))
    except ValueError:
        return True
    return False


def _origin(issuer: str) -> str:
    parts = urlsplit(issuer)
    return f"{parts.scheme}://{parts.netloc}"


def registration(issuer: str, account: str, user_name: str, known: list[str]) -> dict[str, Any]:
    """What the browser is asked to make; its challenge is to be kept."""
    options = webauthn.generate_registration_options(
        rp_id=host(issuer),
        rp_name=NAME,
        user_id=account.encode(),
        user_name=user_name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in known],
    )
    return _plain(options)


def registered(issuer: str, credential: str, challenge: str) -> NewPasskey:
    """Raises BadPasskey."""
    try:
        made = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=host(issuer),
            expected_origin=_origin(issuer),
            require_user_verification=True,
        )
    except _REFUSALS:
        raise BadPasskey from None
    return NewPasskey(
        bytes_to_base64url(made.credential_id),
        bytes_to_base64url(made.credential_public_key),
        made.sign_count,
        made.credential_device_type == CredentialDeviceType.MULTI_DEVICE,
    )


def authentication(issuer: str, known: list[str]) -> dict[str, Any]:
    """What the browser is asked to sign; without known ones its user chooses."""
    options = webauthn.generate_authentication_options(
        rp_id=host(issuer),
        allow_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in known]
        or None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _plain(options)


def presented(credential: str) -> tuple[str, str | None]:
    """Which credential it says it is, and whose. Raises BadPasskey."""
    try:
        read = orjson.loads(credential)
        handle = read["response"].get("userHandle")
        return str(read["id"]), base64url_to_bytes(handle).decode() if handle else None
    except (*_REFUSALS, AttributeError):
        raise BadPasskey from None


def used(issuer: str, credential: str, challenge: str, public_key: str, sign_count: int) -> Used:
    """Raises BadPasskey, for a count that goes back as well: somebody copied the key."""
    try:
        verified = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=host(issuer),
            expected_origin=_origin(issuer),
            credential_public_key=base64url_to_bytes(public_key),
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except _REFUSALS:
        raise BadPasskey from None
    synced = verified.credential_device_type == CredentialDeviceType.MULTI_DEVICE
    return Used(verified.new_sign_count, synced)


def _plain(options: Any) -> dict[str, Any]:
    plain: dict[str, Any] = orjson.loads(webauthn.options_to_json(options))
    return plain
