"""Somebody rates or petitions for another: as far as the mandate reaches, and named by it."""

import pytest

from chassis.acting import OutsideMandate
from services.feedback import api, queries, ratings, usecases
from tests.integration.feedback.support import AGENCY, ANSWERS, Feedback
from tests.support.people import acting, citizen

PETITION = {
    "subject": "proposal",
    "title": "Thêm giờ làm việc",
    "content": "Xin mở cửa bộ phận một cửa sáng thứ Bảy.",
    "agency": AGENCY,
    "name": "Nguyễn Thị Hoa",
    "address": "12 Hàng Bông, Hà Nội",
    "phone": "0912345678",
}


def test_a_delegate_rates_and_is_named(feedback: Feedback) -> None:
    owner = citizen()
    dossier = feedback.finished(owner)
    caller = acting(owner, "delegate", ["2.000635"], ["submit", "read"])
    rated = feedback.do(api.RATE_DOSSIER, ratings.rate_dossier, caller, dossier=dossier, scores=ANSWERS)
    assert caller.actor is not None
    assert rated["ratedBy"] == {"id": caller.actor.subject, "actsAs": "delegate", "agency": None}
    shown = feedback.do(api.FIND_RATINGS, queries.ratings, owner)["items"]
    assert [one["ratedBy"] for one in shown] == [rated["ratedBy"]]


@pytest.mark.parametrize(
    ("acts_as", "procedures", "actions"),
    [("helper", ["2.000635"], ["submit"]), ("delegate", ["3.000347"], ["submit", "read"])],
)
def test_outside_the_scope_nothing_is_rated_or_petitioned(
    feedback: Feedback, acts_as: str, procedures: list[str], actions: list[str]
) -> None:
    owner = citizen()
    dossier = feedback.finished(owner)
    caller = acting(owner, acts_as, procedures, actions)
    with pytest.raises(OutsideMandate):
        feedback.do(api.RATE_DOSSIER, ratings.rate_dossier, caller, dossier=dossier, scores=ANSWERS)
    with pytest.raises(OutsideMandate):
        feedback.do(api.FILE_PETITION, usecases.file_petition, caller, **PETITION)
    with pytest.raises(OutsideMandate):
        feedback.do(api.MY_PETITIONS, queries.my_petitions, caller)
    assert feedback.told() == []


def test_a_guardian_petitions_and_is_named(feedback: Feedback) -> None:
    child = citizen("Phạm Minh An")
    feedback.tell_agency(AGENCY, "UBND phường", "")
    caller = acting(child, "guardian", ["*"], ["submit", "pay", "read"])
    filed = feedback.do(api.FILE_PETITION, usecases.file_petition, caller, **PETITION)
    assert caller.actor is not None
    assert filed["petitioner"]["filedBy"]["id"] == caller.actor.subject
    (mine,) = feedback.do(api.MY_PETITIONS, queries.my_petitions, child)["items"]
    assert mine["petitioner"]["filedBy"] == {"id": caller.actor.subject, "actsAs": "guardian", "agency": None}
