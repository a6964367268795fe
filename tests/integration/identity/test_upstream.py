"""Signing in through the provider's real process: what is sent, what is believed, and what each fault ends in."""

import socket
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import requests

from chassis.clock import FixedClock, SystemClock
from services.identity.errors import (
    UpstreamBusy,
    UpstreamNotBelieved,
    UpstreamSignInOver,
    UpstreamSignInRefused,
    UpstreamUnavailable,
)
from services.identity.upstream import Person, Upstream
from services.identity.upstream.guard import Circuit, Guard
from tests.integration.identity.outside import DINH, HOA, MAI, NAM, SAU, query_of
from tests.support.processes import free_port


@pytest.fixture
def upstream(sandbox):
    return Upstream(sandbox.upstream_settings)


def completed(upstream, sandbox, techid=HOA):
    address, kept = upstream.begin("/home")
    return upstream.complete(sandbox.sign_in(address, techid), kept)


def refused(kind, upstream, sandbox, **faults):
    address, kept = upstream.begin("/home")
    parameters = sandbox.sign_in(address)
    sandbox.faults(**faults)
    with pytest.raises(kind) as caught:
        upstream.complete(parameters, kept)
    return caught.value


def test_a_person_comes_back_as_the_provider_knows_them(upstream, sandbox):
    assert completed(upstream, sandbox) == Person(
        issuer=sandbox.upstream_settings.issuer,
        sub="vneid-T0000000011",
        techid=HOA,
        personal_number="001190000011",
        name="Nguyễn Thị Hoa",
        birth_date="1990-05-17",
        level="substantial",
    )
    assert sandbox.calls() == {"discovery": 1, "token": 1, "jwks": 1, "userinfo": 1}


@pytest.mark.parametrize(
    ("techid", "birth_date", "level"),
    [
        (NAM, "1985", "substantial"),
        (MAI, "1992-03", "substantial"),
        (SAU, "1978", "substantial"),
        (DINH, "1960", "low"),
    ],
)
def test_partial_birth_dates_and_levels_are_kept(upstream, sandbox, techid, birth_date, level):
    person = completed(upstream, sandbox, techid)
    assert (person.birth_date, person.level) == (birth_date, level)


def test_what_is_published_is_asked_for_once(upstream, sandbox):
    for _ in range(3):
        completed(upstream, sandbox)
    assert sandbox.calls() == {"discovery": 1, "token": 3, "jwks": 1, "userinfo": 3}


def test_the_request_carries_fresh_state_nonce_and_challenge(upstream, sandbox):
    (first, kept), (second, other) = upstream.begin("/home", "en"), upstream.begin("/home")
    asked = query_of(first)
    assert (asked["response_type"], asked["scope"], asked["ui_locales"]) == ("code", "openid", "en")
    assert (asked["state"], asked["nonce"]) == (kept["state"], kept["nonce"])
    assert asked["code_challenge_method"] == "S256" and kept["verifier"] not in first
    for name in ("state", "nonce", "code_challenge"):
        assert asked[name] != query_of(second)[name]
    assert kept["return_to"] == "/home" and kept["verifier"] != other["verifier"]
    page = requests.get(first, timeout=5).text
    assert "Who are you?" in page and "<script" not in page and "Bạn là ai?" in requests.get(second).text


def test_only_the_browser_that_began_may_come_back_and_only_in_time(sandbox):
    clock = FixedClock(datetime.now(UTC))
    upstream = Upstream(sandbox.upstream_settings, clock=clock)
    address, kept = upstream.begin("/home")
    _, others = upstream.begin("/home")
    parameters = sandbox.sign_in(address)
    for wrong in (others, None):
        with pytest.raises(UpstreamSignInOver):
            upstream.complete(parameters, wrong)
    with pytest.raises(UpstreamSignInOver):
        upstream.complete({name: parameters[name] for name in ("code", "iss")}, kept)
    clock.move(timedelta(minutes=10, seconds=1))
    with pytest.raises(UpstreamSignInOver):
        upstream.complete(parameters, kept)
    assert "token" not in sandbox.calls()


def test_a_code_is_good_once_and_only_with_its_verifier(upstream, sandbox):
    address, kept = upstream.begin("/home")
    parameters = sandbox.sign_in(address)
    upstream.complete(parameters, kept)
    with pytest.raises(UpstreamSignInOver):
        upstream.complete(parameters, kept)
    address, kept = upstream.begin("/home")
    with pytest.raises(UpstreamSignInOver):
        upstream.complete(sandbox.sign_in(address), kept | {"verifier": "x" * 64})


def test_a_code_of_another_sign_in_is_not_believed(upstream, sandbox):
    """Injected into our browser with our state; the other person's nonce betrays it, though PKCE comes first."""
    theirs, their_kept = upstream.begin("/home")
    ours, kept = upstream.begin("/home")
    stolen = sandbox.sign_in(theirs, NAM)["code"]
    with pytest.raises(UpstreamSignInOver):
        upstream.complete(sandbox.sign_in(ours) | {"code": stolen}, kept)
    stolen = sandbox.sign_in(theirs, NAM)["code"]
    with pytest.raises(UpstreamNotBelieved) as caught:
        upstream.complete(
            sandbox.sign_in(ours) | {"code": stolen}, kept | {"verifier": their_kept["verifier"]}
        )
    assert caught.value.values == {"reason": "nonce"}


@pytest.mark.parametrize("change", [{"iss": "https://elsewhere.example"}, {"iss": None}])
def test_an_answer_of_another_issuer_is_not_believed(upstream, sandbox, change):
    address, kept = upstream.begin("/home")
    parameters = sandbox.sign_in(address) | change
    with pytest.raises(UpstreamNotBelieved):
        upstream.complete({name: value for name, value in parameters.items() if value}, kept)
    assert "token" not in sandbox.calls()


def test_metadata_of_another_issuer_is_not_believed(sandbox):
    settings = replace(sandbox.upstream_settings, issuer="https://id.example")
    with pytest.raises(UpstreamNotBelieved) as caught:
        Upstream(settings).begin("/home")
    assert caught.value.values == {"reason": "issuer"}


def test_saying_no_is_no_failure_of_the_provider(upstream, sandbox):
    address, kept = upstream.begin("/home")
    with pytest.raises(UpstreamSignInRefused):
        upstream.complete(sandbox.sign_in(address, action="cancel"), kept)
    with pytest.raises(UpstreamUnavailable):
        upstream.complete({"state": kept["state"], "error": "temporarily_unavailable"}, kept)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ("signature", "signature"),
        ("nonce", "nonce"),
        ("issuer", "iss"),
        ("audience", "aud"),
        ("expired", "exp"),
        ("kid", "kid"),
        ("at_hash", "at_hash"),
        ("sub", "sub"),
        ("claims", "SoDinhDanh"),
    ],
)
def test_a_wrong_answer_is_not_believed(upstream, sandbox, wrong, reason):
    assert refused(UpstreamNotBelieved, upstream, sandbox, wrong=wrong).values == {"reason": reason}


@pytest.mark.parametrize("fault", [{"wrong": "huge"}, {"wrong": "garbage"}, {"down": "500"}, {"down": "cut"}])
@pytest.mark.parametrize("place", ["discovery", "token", "jwks", "userinfo"])
def test_no_usable_answer_is_unavailable_at_once(sandbox, fault, place):
    upstream, started = Upstream(sandbox.upstream_settings), time.monotonic()
    if place == "discovery":
        sandbox.faults(at=[place], **fault)
        with pytest.raises(UpstreamUnavailable):
            upstream.begin("/home")
    else:
        refused(UpstreamUnavailable, upstream, sandbox, at=[place], **fault)
    assert time.monotonic() - started < 2


def test_a_provider_that_refuses_connections_is_unavailable_at_once(sandbox):
    nowhere = replace(sandbox.upstream_settings, discovery_url=f"http://127.0.0.1:{free_port()}/x")
    started = time.monotonic()
    with pytest.raises(UpstreamUnavailable):
        Upstream(nowhere).begin("/home")
    assert time.monotonic() - started < 2


def test_a_provider_that_takes_connections_and_says_nothing_costs_a_few_seconds(sandbox):
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/x"
        started = time.monotonic()
        with pytest.raises(UpstreamUnavailable):
            Upstream(replace(sandbox.upstream_settings, discovery_url=url)).begin("/home")
        assert 3 < time.monotonic() - started < 4.5


def test_a_second_per_answer_is_slow_but_works_and_three_are_too_slow(upstream, sandbox):
    completed(upstream, sandbox)
    address, kept = upstream.begin("/home")
    parameters = sandbox.sign_in(address)
    sandbox.faults(delaySeconds=1)
    assert upstream.complete(parameters, kept).techid == HOA
    started = time.monotonic()
    refused(UpstreamUnavailable, upstream, sandbox, delaySeconds=3)
    assert time.monotonic() - started < 4.5


def test_a_new_key_is_looked_for_and_an_unknown_one_not_again_and_again(upstream, sandbox, monkeypatch):
    completed(upstream, sandbox)
    sandbox.rotate()
    with pytest.raises(UpstreamNotBelieved):
        completed(upstream, sandbox)
    assert sandbox.calls()["jwks"] == 1, "looked again at once"
    monkeypatch.setattr("services.identity.upstream.published.LOOK_AGAIN_SECONDS", 0.0)
    assert completed(upstream, sandbox).techid == HOA
    assert sandbox.calls()["jwks"] == 2
    monkeypatch.undo()
    for _ in range(3):
        refused(UpstreamNotBelieved, upstream, sandbox, wrong="kid")
    assert sandbox.calls()["jwks"] == 2


def test_only_so_many_wait_at_a_time_and_the_others_are_told_at_once(sandbox):
    upstream = Upstream(sandbox.upstream_settings, guard=Guard(at_once=2))
    begun = [upstream.begin("/home") for _ in range(5)]
    brought = [(sandbox.sign_in(address), kept) for address, kept in begun]
    sandbox.faults(delaySeconds=0.5)
    outcomes = []

    def complete(parameters, kept):
        started = time.monotonic()
        try:
            upstream.complete(parameters, kept)
            outcomes.append(("ok", time.monotonic() - started))
        except UpstreamBusy as error:
            outcomes.append((error.values["retry_after"], time.monotonic() - started))

    threads = [threading.Thread(target=complete, args=one) for one in brought]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(str(outcome) for outcome, _ in outcomes) == ["1", "1", "1", "ok", "ok"]
    assert all(seconds < 0.3 for outcome, seconds in outcomes if outcome == 1)


def test_a_dead_provider_is_left_alone_and_tried_again_later(sandbox):
    seconds = [0.0]
    guard = Guard(circuit=Circuit(failures=3, pause=10), clock=lambda: seconds[0])
    upstream = Upstream(sandbox.upstream_settings, guard=guard, clock=SystemClock())
    upstream.begin("/home")
    for _ in range(3):
        refused(UpstreamUnavailable, upstream, sandbox, down="500", at=["token"])
    told = refused(UpstreamUnavailable, upstream, sandbox)
    assert told.values == {"retry_after": 10}
    assert sandbox.calls()["token"] == 3
    seconds[0] = 10.0
    refused(UpstreamUnavailable, upstream, sandbox)
    assert sandbox.calls()["token"] == 4, "one try after the pause"
    sandbox.well()
    seconds[0] = 20.0
    assert completed(upstream, sandbox).techid == HOA
    assert completed(upstream, sandbox).techid == HOA


@pytest.mark.parametrize("faults", [{"nonsense": 1}, {"down": "x"}, {"delaySeconds": -1}, {"at": ["x"]}])
def test_unknown_faults_are_refused(sandbox, faults):
    assert requests.post(f"{sandbox.url}/vneid/sandbox/faults", json=faults, timeout=5).status_code == 422


@pytest.mark.parametrize("change", [{"client_id": "other"}, {"redirect_uri": "https://elsewhere.example/"}])
def test_the_provider_sends_nobody_to_an_unknown_place(upstream, sandbox, change):
    address, _ = upstream.begin("/home")
    asked = query_of(address) | change
    answer = requests.get(address.partition("?")[0], params=asked, timeout=5, allow_redirects=False)
    assert answer.status_code == 400
