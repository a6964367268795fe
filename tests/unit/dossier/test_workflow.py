"""The table of legal moves against the national one, and an agency's local steps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.texts import Language
from services.dossier import actions, workflow
from services.dossier.errors import IllegalMove, NotYourStep
from services.dossier.states import TERMINAL, State
from services.dossier.workflow import DESK, LEADER, MOVES, OWNER, SPECIALIST, Steps

NATIONAL = {
    1: {2, 3, 5, 7},
    2: {4, 5, 6, 7, 8},
    3: set(),
    4: {5, 6, 7, 8, 9},
    5: {2, 4, 7, 8},
    6: {4, 8},
    7: set(),
    8: {4},
    9: {10},
    10: set(),
}
ACTIONS = sorted({move.action for move in MOVES})
ACTORS = sorted(frozenset().union(*(move.by for move in MOVES)))


def test_the_table_is_the_national_one() -> None:
    between = {state: {move.target for move in MOVES if move.origin is state} - {state} for state in State}
    assert between == NATIONAL


def test_terminal_states_have_no_way_out() -> None:
    assert {state for state in State if not workflow.legal(state)} == TERMINAL


def test_every_move_is_written_once() -> None:
    keys = [(move.origin, move.action, move.target) for move in MOVES]
    assert len(keys) == len(set(keys))


def test_every_state_has_both_names() -> None:
    assert all(state.text.vi and state.text.en for state in State)
    assert State.NEW.code == "new"


@given(st.sampled_from(State), st.sampled_from(ACTIONS), st.sets(st.sampled_from(ACTORS)))
def test_a_move_is_made_only_where_and_by_whom_the_table_says(
    state: State, action: str, actors: set[str]
) -> None:
    rows = [move for move in MOVES if move.origin is state and move.action == action]
    if not rows:
        with pytest.raises(IllegalMove) as refused:
            workflow.require(state, action, actors)
        assert refused.value.values == {"state": state.code, "legal": workflow.legal(state)}
    elif not any(move.by & actors for move in rows):
        with pytest.raises(NotYourStep):
            workflow.require(state, action, actors)
    else:
        workflow.require(state, action, actors)
        assert workflow.targets(state, action) == {move.target for move in rows}


def test_an_illegal_move_names_the_legal_ones() -> None:
    problem = workflow.illegal(State.NEW).as_problem("en")
    assert problem["status"] == 409
    assert problem["extra"]["legal"] == ["receive", "refuse", "request-supplement", "withdraw"]
    assert "receive, refuse" in problem["detail"]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("state", State)
def test_what_is_possible_is_said_in_words(state: State, language: Language) -> None:
    detail = workflow.illegal(state).detail(language)
    assert state.text.render(language) in detail
    for action in workflow.legal(state):
        assert actions.possible([action], language)[:-1].partition(": ")[2] in detail
        assert language == "en" or action not in detail


def test_where_nothing_is_possible_a_sentence_says_so() -> None:
    for state in TERMINAL:
        assert (
            workflow.illegal(state)
            .detail("vi")
            .endswith("Hiện không có việc nào thực hiện được với hồ sơ này.")
        )
        assert workflow.illegal(state).detail("en").endswith("Nothing can be done with it at present.")
        assert workflow.illegal(state).as_problem("vi")["extra"]["legal"] == []


def test_what_only_events_bring_is_not_offered_to_people() -> None:
    assert workflow.legal(State.FINANCIAL) == ["suspend"]
    assert workflow.legal(State.DONE) == ["post", "return"]


def test_only_the_desk_receives_and_only_the_owner_withdraws() -> None:
    assert workflow.makers("receive") == {DESK}
    assert workflow.makers("withdraw") == {OWNER}
    assert workflow.makers("decide") == {LEADER}


class TestSteps:
    def test_without_data_a_specialist_prepares_and_a_leader_signs(self) -> None:
        steps = Steps([])
        assert [steps.first.role, steps.after("prepare").role] == [SPECIALIST, LEADER]
        assert steps.is_last("sign")

    def test_the_procedures_own_steps_in_their_order(self) -> None:
        rows = [
            {"code": "check", "name": "Kiểm tra", "name_en": "Check", "role": SPECIALIST},
            {"code": "verify", "name": "Xác minh", "name_en": "", "role": SPECIALIST},
            {"code": "sign", "name": "Ký", "name_en": "Sign", "role": LEADER},
        ]
        steps = Steps(rows)
        assert steps.first.code == "check"
        assert steps.after("check").code == "verify"
        assert steps.step("verify").name_en == "Xác minh"
        assert steps.before("sign").code == "verify"
        assert steps.before("check").code == "check"
        assert not steps.is_last("verify")

    @pytest.mark.parametrize(
        "codes", [["sign"], ["check", "sign"], ["sign", "sign-2"], ["sign-2"], ["check"]]
    )
    def test_the_signature_that_is_added_has_a_code_of_its_own(self, codes: list[str]) -> None:
        steps = Steps([{"code": code, "name": code, "role": SPECIALIST} for code in codes])
        walked = [steps.first]
        while not steps.is_last(walked[-1].code):
            walked.append(steps.after(walked[-1].code))
        assert [step.code for step in walked[:-1]] == codes
        assert walked[-1].role == LEADER
        assert walked[-1].code not in codes
        assert steps.before(walked[-1].code).code == codes[-1]


class TestWhoseTurn:
    @pytest.mark.parametrize(
        ("state", "expected"),
        [
            (State.NEW, DESK),
            (State.RECEIVED, SPECIALIST),
            (State.PROCESSING, SPECIALIST),
            (State.SUPPLEMENT, None),
            (State.FINANCIAL, None),
            (State.SUSPENDED, LEADER),
            (State.DONE, DESK),
            (State.REFUSED, None),
            (State.WITHDRAWN, None),
            (State.RETURNED, None),
        ],
    )
    def test_by_state(self, state: State, expected: str | None) -> None:
        assert workflow.waiting_on(state, SPECIALIST) == expected

    def test_an_answered_supplement_waits_for_the_desk(self) -> None:
        assert workflow.waiting_on(State.SUPPLEMENT, None, answered=True) == DESK

    def test_a_posted_result_waits_for_the_post(self) -> None:
        assert workflow.waiting_on(State.DONE, None, posted=True) is None
