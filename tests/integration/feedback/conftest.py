"""A feedback database that has been told of two agencies and of dossiers."""

from collections.abc import Callable
from typing import Any

import pytest

from chassis.clock import FixedClock
from chassis.database import Sessions
from tests.integration.feedback.support import AGENCY, OTHER_AGENCY, START, Feedback
from tests.support.databases import FreshDatabase


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


@pytest.fixture
def database(make_database: Callable[[str], FreshDatabase], clock: FixedClock) -> Sessions:
    return make_database("feedback").sessions(clock)


@pytest.fixture
def feedback(database: Sessions) -> Feedback:
    made = Feedback(database)
    made.tell_agency(AGENCY, "UBND phường Ba Đình", "Ba Đình Ward")
    made.tell_agency(OTHER_AGENCY, "UBND phường Bến Thành", "Bến Thành Ward")
    return made


@pytest.fixture
def petition_body() -> dict[str, Any]:
    return {
        "subject": "behaviour",
        "title": "Cán bộ hướng dẫn sai",
        "content": "Tôi phải quay lại ba lần vì được hướng dẫn thiếu giấy tờ.",
        "agency": AGENCY,
        "name": "Nguyễn Thị Hoa",
        "address": "Số 1 Hoàng Hoa Thám, Hà Nội",
        "phone": "0912 345 678",
    }
