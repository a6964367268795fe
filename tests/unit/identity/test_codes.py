"""Codes of authenticator apps and recovery codes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity import recovery_codes, totp

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOW = datetime(2026, 11, 22, 3, 0, 15, tzinfo=UTC)
STEP = timedelta(seconds=totp.STEP_SECONDS)
CURRENT = int(NOW.timestamp()) // totp.STEP_SECONDS


def test_the_codes_are_those_of_the_rfc():
    # RFC 6238, appendix B: the secret "12345678901234567890", SHA-1, at 59 s and 1111111109 s.
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert totp.code_at(secret, datetime.fromtimestamp(59, UTC)) == "287082"
    assert totp.code_at(secret, datetime.fromtimestamp(1111111109, UTC)) == "081804"


@pytest.mark.parametrize(("steps", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_wrong_by_one_step(steps, accepted):
    typed = totp.code_at(SECRET, NOW + steps * STEP)
    found = totp.accepted_step(SECRET, typed, NOW, 0)
    assert found == (CURRENT + steps if accepted else None)


def test_a_code_counts_once_and_none_before_it_any_more():
    typed = totp.code_at(SECRET, NOW)
    assert totp.accepted_step(SECRET, f" {typed[:3]} {typed[3:]} ", NOW, CURRENT - 1) == CURRENT
    assert totp.accepted_step(SECRET, typed, NOW, CURRENT) is None
    assert totp.accepted_step(SECRET, totp.code_at(SECRET, NOW - STEP), NOW, CURRENT) is None
    assert totp.accepted_step(SECRET, totp.code_at(SECRET, NOW + STEP), NOW, CURRENT) == CURRENT + 1


@given(st.text(max_size=50))
def test_anything_may_be_typed(text):
    totp.accepted_step(SECRET, text, NOW, 0)
    recovery_codes.canonical(text)


def test_an_app_is_told_whose_it_is():
    address = totp.address(SECRET, "001190000011")
    assert address.startswith("otpauth://totp/")
    assert f"secret={SECRET}" in address
    assert "issuer=M" in address


def test_recovery_codes_are_ten_and_all_different():
    codes = recovery_codes.new_codes()
    assert len(set(codes)) == recovery_codes.COUNT
    for code in codes:
        assert recovery_codes.canonical(code) == code
        assert recovery_codes.canonical(f" {code.upper().replace('-', ' ')}") == code
        assert recovery_codes.canonical(code[:-1]) is None
        assert recovery_codes.canonical(code.replace(code[0], "0")) is None
