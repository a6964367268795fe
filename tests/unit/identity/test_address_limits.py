from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity import address_limits
from services.identity.address_limits import CODE, SIGN_IN, SIGN_IN_ONE, SIGN_UP, Seen
from services.identity.device_names import device_name

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("limit", "count", "seconds"),
    [(SIGN_IN, 20, 20), (SIGN_IN_ONE, 5, 60), (SIGN_UP, 20, 20), (CODE, 25, 300)],
)
def test_limits_are_at_least_as_strict_as_those_of_login_gov(limit, count, seconds):
    assert limit.count <= count
    assert limit.count / limit.period.total_seconds() <= count / seconds


@given(st.lists(st.timedeltas(timedelta(0), timedelta(seconds=90)), max_size=80), st.integers(1, 3))
def test_nobody_gets_more_than_the_limit_into_a_period_and_everybody_gets_in_again(gaps, factor):
    now, seen, admitted = NOW, Seen(0, NOW), []
    for gap in gaps:
        now += gap
        seen = address_limits.one_more(seen, SIGN_IN_ONE, factor, now)
        pause = address_limits.wait(seen, SIGN_IN_ONE, factor, now)
        if pause is None:
            admitted.append(now)
        else:
            assert timedelta(0) < pause <= SIGN_IN_ONE.period
    for start in admitted:
        # Counted in periods that begin with a first try: at the seam of two, twice as many at most.
        within = sum(start <= moment < start + SIGN_IN_ONE.period for moment in admitted)
        assert within <= 2 * SIGN_IN_ONE.count * factor
    later = now + SIGN_IN_ONE.period
    fresh = address_limits.one_more(seen, SIGN_IN_ONE, factor, later)
    assert address_limits.wait(fresh, SIGN_IN_ONE, factor, later) is None


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("", ""),
        ("nonsense", ""),
    ],
)
def test_whom_an_address_stands_for(address, network):
    assert address_limits.network(address) == network


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome, Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("", None),
        ("curl/8", None),
    ],
)
def test_browsers_are_named_as_people_know_them(user_agent, name):
    assert device_name(user_agent) == name
