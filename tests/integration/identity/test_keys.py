from datetime import timedelta

import orjson
import pytest
from joserfc.jws import extract_compact
from sqlalchemy import select, text

from chassis.errors import Unavailable
from chassis.schemas import Nothing
from services.identity import jobs, key_schedule, queries, tables
from services.identity.key_schedule import OUTLIVES, PUBLISHED_AHEAD, SIGNS_FOR


def published(identity):
    with identity.sessions.work() as work:
        bodies = work.session.scalars(text("SELECT body FROM outbox ORDER BY position")).all()
    return [orjson.loads(body) for body in bodies]


def signer(identity):
    token = identity.sign_in()["access_token"]
    return extract_compact(token.encode()).headers()["kid"]


def test_a_key_is_made_once_and_published_without_its_private_half(identity):
    assert identity.make_due_key() is None
    (event,) = published(identity)
    with identity.sessions.work() as work:
        key = work.session.scalars(select(tables.SigningKey)).one()
    assert event["type"] == "vn.motcua.identity.token-key-published.v1"
    assert (event["subject"], event["sequence"]) == (key.kid, 1)
    assert set(event["data"]) == {"kid", "publicJwk", "notBefore", "notAfter"}
    assert event["data"]["publicJwk"] == key.public_jwk
    assert "d" not in key.public_jwk


def test_the_next_key_is_published_before_it_signs_and_the_old_outlives_its_tokens(identity):
    identity.sign_up()
    first = signer(identity)
    identity.clock.move(SIGNS_FOR)
    jobs.rotate_keys(identity.sessions, identity.vault)
    jobs.rotate_keys(identity.sessions, identity.vault)
    second = published(identity)[1]["subject"]
    assert signer(identity) == first
    identity.clock.move(PUBLISHED_AHEAD)
    assert signer(identity) == second

    def in_key_set():
        return [key["kid"] for key in identity.ask(queries.key_set, Nothing, {})["keys"]]

    assert in_key_set() == [first, second]
    identity.clock.move(OUTLIVES + timedelta(seconds=1))
    jobs.forget_what_is_over(identity.sessions)
    assert in_key_set() == [second]


def test_without_a_key_nobody_signs_in_until_there_is_one(identity):
    identity.sign_up()
    identity.clock.move(key_schedule.SIGNS_FOR * 2)
    with pytest.raises(Unavailable):
        identity.sign_in()
    jobs.rotate_keys(identity.sessions, identity.vault)
    identity.sign_in()
