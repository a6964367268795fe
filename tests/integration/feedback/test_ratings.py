"""Rating finished dossiers, and what it makes of an agency's satisfaction."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from chassis.caller import Caller
from chassis.clock import FixedClock
from chassis.errors import Forbidden, NotFound, ServiceError, Unauthenticated, ValidationFailed
from chassis.ids import new_id
from services.feedback import api, queries, ratings
from services.feedback.errors import DossierAlreadyRated, DossierNotFinished
from tests.integration.feedback.support import AGENCY, ANSWERS, OTHER_AGENCY, Feedback
from tests.support.people import business, citizen, official


def rate(feedback: Feedback, caller: Caller, dossier: str, **more: Any) -> dict[str, Any]:
    body = {"dossier": dossier, "scores": ANSWERS} | more
    return feedback.do(api.RATE_DOSSIER, ratings.rate_dossier, caller, **body)


def satisfaction(feedback: Feedback, code: str = AGENCY, **more: Any) -> dict[str, Any]:
    return feedback.do(api.GET_SATISFACTION, queries.agency_satisfaction, Caller(), code=code, **more)


def points_given(view: dict[str, Any]) -> dict[int, int | None]:
    return {score["indicator"]: score["points"] for score in view["scores"]}


def test_the_owner_rates_a_finished_dossier(feedback: Feedback) -> None:
    hoa = citizen()
    reference = feedback.finished(hoa)
    view = rate(feedback, hoa, reference, comment="Nhanh, gọn")
    assert points_given(view) == {1: 2, 2: 2, 3: 2, 4: 2, 6: None, 7: 2}
    assert view["comment"] == "Nhanh, gọn"
    (event,) = (json.loads(body) for body in feedback.told())
    assert event["type"] == "vn.motcua.feedback.dossier-rated.v1"
    assert event["data"]["points"] == {"1": 2, "2": 2, "3": 2, "4": 2, "6": None, "7": 2}
    assert event["data"]["agency"] == AGENCY


def test_by_id_reference_or_code(feedback: Feedback) -> None:
    hoa, dossier = citizen(), new_id()
    feedback.finished(hoa, dossier=dossier, code="000.00.06.H26-261120-0001")
    assert rate(feedback, hoa, "000.00.06.H26-261120-0001")["dossier"] == dossier
    other = new_id()
    feedback.finished(hoa, dossier=other)
    assert rate(feedback, hoa, other)["dossier"] == other


def test_a_dossier_still_worked_on_cannot_be_rated(feedback: Feedback) -> None:
    hoa = citizen()
    reference = feedback.submitted(hoa)
    with pytest.raises(DossierNotFinished):
        rate(feedback, hoa, reference)


def test_twice_is_once_too_often(feedback: Feedback) -> None:
    hoa = citizen()
    reference = feedback.finished(hoa)
    rate(feedback, hoa, reference)
    with pytest.raises(DossierAlreadyRated):
        rate(feedback, hoa, reference)
    assert satisfaction(feedback)["dossiers"] == 1


def test_two_at_the_same_moment_are_one(feedback: Feedback) -> None:
    hoa = citizen()
    reference = feedback.finished(hoa)

    def attempt(_: int) -> str:
        try:
            rate(feedback, hoa, reference)
        except ServiceError as error:
            return error.code
        return "rated"

    with ThreadPoolExecutor(6) as pool:
        outcomes = sorted(pool.map(attempt, range(6)))
    assert outcomes == ["dossier-already-rated"] * 5 + ["rated"]
    assert satisfaction(feedback)["dossiers"] == 1


@pytest.mark.parametrize("dossier", ["HS-UNKNOWN", "0190b0c0-0000-7000-8000-000000000000"])
def test_anothers_dossier_looks_like_one_that_is_not_there(feedback: Feedback, dossier: str) -> None:
    feedback.finished(citizen(), reference="HS-ANOTHERS")
    for name in (dossier, "HS-ANOTHERS"):
        with pytest.raises(NotFound):
            rate(feedback, citizen("Trần Văn Nam"), name)


def test_only_citizens_and_businesses_rate(feedback: Feedback) -> None:
    with pytest.raises(Unauthenticated):
        rate(feedback, Caller(), "HS-1")
    with pytest.raises(Forbidden):
        rate(feedback, official(AGENCY, "desk"), "HS-1")
    company = business()
    assert rate(feedback, company, feedback.finished(company))["ratedBy"]["actsAs"] == "representative"


def test_bad_answers_are_all_named_at_once(feedback: Feedback) -> None:
    hoa = citizen()
    reference = feedback.finished(hoa)
    scores = [{"indicator": 1, "points": 2}, {"indicator": 2, "points": 2}, {"indicator": 1, "points": 0}]
    with pytest.raises(ValidationFailed) as caught:
        rate(feedback, hoa, reference, scores=scores)
    assert {(e.pointer, e.code) for e in caught.value.errors} == {
        ("/scores/1/indicator", "indicator-not-asked"),
        ("/scores/2/indicator", "answered-twice"),
        ("/scores", "answer-missing"),
    }
    with pytest.raises(ValidationFailed) as caught:
        rate(feedback, hoa, reference, scores=[{"indicator": 10, "points": 3}], mood="good")
    pointers = {e.pointer for e in caught.value.errors}
    assert pointers == {"/scores/0/indicator", "/scores/0/points", "/mood"}


def test_a_finish_told_before_the_submission_stays(feedback: Feedback) -> None:
    hoa, dossier = citizen(), new_id()
    reference = feedback.finished(hoa, dossier=dossier)
    feedback.submitted(hoa, dossier=dossier, reference=reference)
    assert rate(feedback, hoa, reference)["dossier"] == dossier


def test_satisfaction_of_an_agency(feedback: Feedback) -> None:
    hoa = citizen()
    rate(feedback, hoa, feedback.finished(hoa))
    low = [{"indicator": n, "points": p} for n, p in {1: 1, 3: 0, 4: 1, 7: 1}.items()]
    rate(feedback, hoa, feedback.finished(hoa, onTime="late"), scores=low)
    rate(feedback, hoa, feedback.finished(hoa, onTime="none"), scores=low)
    rate(feedback, hoa, feedback.finished(hoa, agency=OTHER_AGENCY))
    view = satisfaction(feedback)
    assert view["agency"] == {"code": AGENCY, "name": "UBND phường Ba Đình"}
    assert view["dossiers"] == 3
    scores = {one["indicator"]: one["score"] for one in view["indicators"]}
    # 2: one early, one late, one unknown, which does not count.
    assert scores == {1: 1.3, 2: 1.0, 3: 0.7, 4: 1.3, 5: None, 6: None, 7: 1.3, 8: None, 9: None}
    officers = view["officers"]
    assert (officers["total"], officers["outOf"], officers["band"]["code"]) == (5.6, 10, "full")
    assert view["overall"] == {"total": None, "outOf": 18, "band": None, "missing": [5, 6, 8, 9]}


def test_an_agency_nobody_rated_has_no_scores(feedback: Feedback) -> None:
    view = satisfaction(feedback)
    assert view["dossiers"] == 0
    assert {one["score"] for one in view["indicators"]} == {None}
    assert view["officers"]["total"] is None
    with pytest.raises(NotFound):
        satisfaction(feedback, "000.00.99.H99")


def test_satisfaction_over_a_period(feedback: Feedback, clock: FixedClock) -> None:
    hoa = citizen()
    rate(feedback, hoa, feedback.finished(hoa))
    # 18:00 UTC is the next day in Việt Nam.
    clock.move(timedelta(hours=15))
    rate(feedback, hoa, feedback.finished(hoa))
    assert satisfaction(feedback, until="2026-11-20")["dossiers"] == 1
    assert satisfaction(feedback, since="2026-11-21")["dossiers"] == 1
    assert satisfaction(feedback, since="2026-11-22")["dossiers"] == 0
    assert satisfaction(feedback)["dossiers"] == 2


def test_names_come_in_the_language_asked_for(feedback: Feedback) -> None:
    view = feedback.do(
        api.GET_SATISFACTION, queries.agency_satisfaction, Caller(), language="en", code=AGENCY
    )
    assert view["agency"]["name"] == "Ba Đình Ward"
    assert view["indicators"][6]["name"] == "Attitude of the officers"


def test_who_sees_which_ratings(feedback: Feedback) -> None:
    hoa, nam = citizen(), citizen("Trần Văn Nam")
    mine = feedback.finished(hoa)
    rate(feedback, hoa, mine)
    rate(feedback, nam, feedback.finished(nam, agency=OTHER_AGENCY))

    def seen(caller: Caller, **query: Any) -> list[str]:
        page = feedback.do(api.FIND_RATINGS, queries.ratings, caller, **query)
        return [one["reference"] for one in page["items"]]

    assert seen(hoa) == seen(hoa, dossier=mine) == seen(official(AGENCY, "leader")) == [mine]
    assert seen(nam, dossier=mine) == []
    assert seen(official(OTHER_AGENCY, "leader"), dossier=mine) == []


def test_an_agencys_new_name_is_taken_and_an_old_one_ignored(feedback: Feedback) -> None:
    feedback.tell_agency(AGENCY, "UBND phường Ba Đình mới", "New Ba Đình", sequence=3)
    feedback.tell_agency(AGENCY, "UBND phường Ba Đình cũ", "Old Ba Đình", sequence=2)
    assert satisfaction(feedback)["agency"]["name"] == "UBND phường Ba Đình mới"
