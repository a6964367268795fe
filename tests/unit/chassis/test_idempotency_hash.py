from hypothesis import given
from hypothesis import strategies as st

from chassis.idempotency import body_hash

BODIES = st.dictionaries(st.text(max_size=5), st.integers(-(2**60), 2**60) | st.text(max_size=5), max_size=6)
SECRET = "a-secret"


@given(BODIES, st.randoms())
def test_order_of_fields_does_not_matter(body, random):
    shuffled = list(body.items())
    random.shuffle(shuffled)
    assert body_hash(dict(shuffled), SECRET) == body_hash(body, SECRET)


@given(BODIES, BODIES)
def test_different_bodies_differ(one, two):
    assert (body_hash(one, SECRET) == body_hash(two, SECRET)) == (one == two)


def test_without_the_secret_a_body_cannot_be_guessed_from_its_hash():
    body = {"password": "123456"}
    assert body_hash(body, SECRET) != body_hash(body, "another")


def test_number_and_text_differ():
    assert body_hash({"a": 1}, SECRET) != body_hash({"a": "1"}, SECRET)
