import asyncio
import base64
import json

import pytest

from chassis.api import ANYONE, SIGNED_IN, Operation
from chassis.errors import TooManyRequests
from chassis.schemas import Nothing
from edge import limits
from edge.asked import Asked
from edge.limits import Limiter, Windows


def token(subject):
    claims = base64.urlsafe_b64encode(json.dumps({"sub": subject}).encode()).decode().rstrip("=")
    return f"header.{claims}.signature"


def rule(default="2/minute", *, allow=SIGNED_IN, rate=None):
    operation = Operation("x", "GET", "/x", takes=Nothing, gives=Nothing, allow=allow, rate=rate)
    return Limiter(default, "memory").rule(operation)


def admit(rule, *callers):
    """The headers of each request, or None where it was one too many."""

    async def run():
        found = []
        for who, address in callers:
            asked = Asked({"headers": [], "path": "/"})
            try:
                await rule.admit(asked, who, address)
            except TooManyRequests as error:
                assert error.values["retry_after"] >= 1
                found.append(None)
            else:
                found.append(dict(asked.answer_headers))
        return found

    return asyncio.run(run())


def test_one_too_many_is_refused_and_each_answer_says_what_is_left():
    first, second, third = admit(rule(), *[(token("a"), "1.1.1.1")] * 3)
    assert first[b"ratelimit-policy"] == b'"default";q=2;w=60'
    assert first[b"ratelimit"].startswith(b'"default";r=1;t=')
    assert second[b"ratelimit"].startswith(b'"default";r=0;t=')
    assert third is None


def test_each_account_has_its_own_share():
    assert None not in admit(rule(), *[(token(who), "1.1.1.1") for who in "aabb"])


def test_without_a_token_the_address_counts():
    assert admit(rule(), *[(None, "1.1.1.1")] * 3)[2] is None
    assert None not in admit(rule(), (None, "1.1.1.1"), (None, "1.1.1.1"), (None, "2.2.2.2"))


def test_an_invented_token_buys_nothing_where_none_is_needed():
    assert admit(rule(allow=ANYONE), *[(token(who), "1.1.1.1") for who in "abc"])[2] is None


def test_an_operation_has_its_own_limit():
    first, second = admit(rule("100/minute", rate="1/hour"), *[(token("a"), "1.1.1.1")] * 2)
    assert first[b"ratelimit-policy"] == b'"x";q=1;w=3600'
    assert second is None


@pytest.mark.parametrize("bad", ["x", "a.b.c", "a.e30.c", "a.W10.c", "a.=.c", "."])
def test_a_token_that_says_nothing_still_counts(bad):
    assert admit(rule(), *[(bad, "1.1.1.1")] * 3)[2] is None


def test_without_its_storage_the_limit_is_off():
    class Unreachable(Windows):
        STORAGE_SCHEME = ["async+unreachable"]  # noqa: RUF012

        async def incr(self, key, expiry, amount=1):
            raise ValueError("down")

    limiter = Limiter("1/minute", "unreachable://")
    operation = Operation("x", "GET", "/x", takes=Nothing, gives=Nothing, allow=ANYONE)
    assert isinstance(limiter._storage, Unreachable)
    assert admit(limiter.rule(operation), *[(None, "1.1.1.1")] * 3) == [{}, {}, {}]


def test_windows_end_and_are_forgotten(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(limits.time, "time", lambda: now[0])

    async def run():
        windows = Windows()
        assert [await windows.incr("a", 60), await windows.incr("a", 60)] == [1, 2]
        assert await windows.get_expiry("a") == 1060
        now[0] += 61
        assert await windows.get("a") == 0
        assert await windows.incr("b", 60) == 1
        assert "a" not in windows._windows
        assert await windows.reset() == 1

    asyncio.run(run())


def test_made_up_people_buy_no_quota_without_end(monkeypatch):
    """A token is not verified here: one address uses up some people's quotas, not everybody's."""
    monkeypatch.setattr(limits, "_PEOPLE_PER_ADDRESS", 3)
    headers = admit(rule(), *[(token(f"person-{number}"), "1.1.1.1") for number in range(20)])
    assert None not in headers[:5]
    assert set(map(str, headers[6:])) == {"None"}
    assert None not in admit(rule(), (token("a"), "2.2.2.2"))
