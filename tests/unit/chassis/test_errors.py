import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

import chassis.tokens  # noqa: F401 - registers its errors
from chassis import errors
from chassis.errors import (
    Conflict,
    FieldError,
    InternalError,
    NotFound,
    ServiceError,
    ValidationFailed,
    camel,
    from_problem,
    kebab,
)

#: The chassis's own: what else is loaded depends on the tests that ran before.
KINDS = sorted(
    (kind for kind in ServiceError.registry.values() if kind.__module__.startswith("chassis.")),
    key=lambda kind: kind.__name__,
)


class TooNoisy(Conflict):
    vi = "Ồn {level} lần: {people}."
    en = "{level} times too loud: {people}."


def test_code_is_the_class_name_in_kebab_case():
    assert TooNoisy.code == "too-noisy"
    assert ServiceError.registry["too-noisy"] is TooNoisy


def test_two_errors_cannot_share_a_code():
    with pytest.raises(TypeError, match="too-noisy"):
        type("TooNoisy", (NotFound,), {"__qualname__": "Other.TooNoisy"})


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_has_both_texts_and_a_status(kind):
    for text in (kind.vi, kind.en, kind.title_vi, kind.title_en):
        assert text.strip()
    assert 400 <= kind.status <= 599
    assert kind.code == kind.code.lower()


@pytest.mark.parametrize(
    ("kind", "status", "retryable"),
    [
        ("ValidationFailed", 422, False),
        ("Unauthenticated", 401, False),
        ("Forbidden", 403, False),
        ("NotFound", 404, False),
        ("Conflict", 409, False),
        ("PreconditionFailed", 412, False),
        ("TooLarge", 413, False),
        ("UnsupportedType", 415, False),
        ("TooManyRequests", 429, True),
        ("Unavailable", 503, True),
        ("DeadlineExceeded", 504, True),
        ("RequestInProgress", 409, True),
        ("Busy", 409, True),
        ("KeyReused", 422, False),
        ("InternalError", 500, False),
    ],
)
def test_kinds_have_their_status_and_say_whether_to_try_again(kind, status, retryable):
    found = getattr(errors, kind)
    assert (found.status, found.retryable) == (status, retryable)


def test_values_fill_the_text_and_travel_in_camel_case():
    problem = TooNoisy(level=3, people=["An", "Bình"], legal_limit=2).as_problem("en")
    assert problem["detail"] == "3 times too loud: An, Bình."
    assert problem["extra"] == {"level": 3, "people": ["An", "Bình"], "legalLimit": 2}
    assert TooNoisy(level=3, people=["An"]).as_problem("vi")["detail"] == "Ồn 3 lần: An."


def test_missing_value_does_not_turn_one_error_into_another():
    assert TooNoisy(level=3).as_problem("en")["detail"] == "3 times too loud: …."


def test_value_of_any_type_travels():
    problem = TooNoisy(level=object, people={"b", "a"}, at=(1, 2)).as_problem("en")
    assert problem["extra"]["people"] == ["a", "b"]
    assert problem["extra"]["at"] == [1, 2]
    assert isinstance(problem["extra"]["level"], str)


@given(st.dictionaries(st.text(string.ascii_lowercase + "_", min_size=1), st.text(), max_size=4))
def test_any_words_in_values_are_only_words(values):
    values.pop("self", None)
    TooNoisy(**values).as_problem("en")


def test_field_errors_are_in_the_language_asked_for():
    failure = ValidationFailed(
        [FieldError("/a", "bad", "Xấu", "Bad"), FieldError("/b", "worse", "Tệ", "Worse")]
    )
    assert [error["detail"] for error in failure.as_problem("vi")["errors"]] == ["Xấu", "Tệ"]
    assert [error["detail"] for error in failure.as_problem("en")["errors"]] == ["Bad", "Worse"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_error_crosses_to_another_service_and_on_to_its_caller_unchanged(kind, language):
    error = (
        ValidationFailed.on("/a", "bad", vi="Xấu", en="Bad")
        if kind is ValidationFailed
        else kind.__new__(kind)
    )
    if kind is not ValidationFailed:
        ServiceError.__init__(error, state="{new}", legal=["a"])
    problem = error.as_problem(language)
    again = from_problem(problem)
    assert type(again) is kind
    assert again.as_problem(language) == problem


def test_error_only_the_other_service_knows_keeps_its_kind_code_and_words():
    problem = NotFound().as_problem("en") | {"code": "no-such-procedure", "detail": "No {such} procedure."}
    error = from_problem(problem)
    assert isinstance(error, NotFound)
    assert error.as_problem("en")["code"] == "no-such-procedure"
    assert error.as_problem("en")["detail"] == "No {such} procedure."


@pytest.mark.parametrize("problem", [{}, {"status": 418, "code": "teapot"}])
def test_problem_of_no_known_kind_is_an_internal_error(problem):
    assert isinstance(from_problem(problem), InternalError)


@pytest.mark.parametrize(
    ("name", "kebabed"), [("NotFound", "not-found"), ("A", "a"), ("IllegalMoveNow", "illegal-move-now")]
)
def test_kebab(name, kebabed):
    assert kebab(name) == kebabed


@pytest.mark.parametrize(("name", "camelled"), [("due_at", "dueAt"), ("x", "x"), ("a_b_c", "aBC")])
def test_camel(name, camelled):
    assert camel(name) == camelled
