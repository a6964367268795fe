"""The end of the demo is readable on any screen."""

import io

import pytest
from rich.console import Console

from deploy.demo.journeys import Journey
from deploy.demo.outcome import shown
from deploy.demo.people import People

CODE, NAME = "000.00.06.H26-261122-0001", "Thủ tục cấp bản sao Trích lục hộ tịch"


class Played(Journey):
    """As it is at the end, without the platform."""

    def dossier(self):
        return {"code": CODE, "procedure": {"code": "2.000635", "name": NAME}}

    def timeline(self):
        states = ((1, "new", "Mới đăng ký"), (1, "new", "Mới đăng ký"), (9, "done", "Đã xử lý xong"))
        return [
            {"at": "2026-11-22T02:00:00Z", "state": {"number": number, "code": code, "name": name}}
            for number, code, name in states
        ]


@pytest.mark.parametrize("width", [60, 80, 175, 176, 200])
def test_codes_and_states_are_never_torn_apart(width):
    journey = Played("a. Trích lục / extract", People("http://nowhere"), print, reference="HS-RWJNKV3TV37K")
    journey.money = ["16,000 đ (000.00.06.H26-2026-00000001)"]
    out = io.StringIO()
    Console(file=out, width=width).print(shown([journey, journey], width))
    said = out.getvalue()
    assert max(map(len, said.splitlines())) <= width
    for whole in (
        CODE,
        "HS-RWJNKV3TV37K",
        "16,000 đ",
        "(000.00.06.H26-2026-00000001)",
        "09:00:00 1 Mới đăng ký",
        "09:00:00 9 Đã xử lý xong",
    ):
        assert said.count(whole) == 2, whole
