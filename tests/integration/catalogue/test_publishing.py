"""Publishing: dated versions, what the others are told, and what is refused."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from chassis.errors import ServiceError, ValidationFailed
from services.catalogue import starter
from services.catalogue.errors import (
    NothingToWithdraw,
    NoVersionInForce,
    ProcedureNotFound,
    VersionLeavesGap,
    VersionOutOfOrder,
)
from tests.integration.catalogue.conftest import Catalogue


def pointers(error: ValidationFailed) -> dict[str, str]:
    return {each.pointer: each.code for each in error.errors}


def test_a_version_is_published_and_told(catalogue: Catalogue, body: dict[str, Any]) -> None:
    made = catalogue.ask("publish_version", **body)
    assert (made["versionNo"], made["source"], made["validTo"]) == (1, "publisher", None)
    assert made["publisher"] == {
        "code": "000.00.00.G15",
        "name": "Bộ Tư pháp",
        "nameEn": "Ministry of Justice",
    }
    [(kind, told)] = catalogue.events("1.999999")
    assert kind == "procedure-published"
    assert told == {
        "code": "1.999999",
        "versionNo": 1,
        "validFrom": "2026-12-01",
        "validTo": None,
        "name": "Cấp thẻ thử nghiệm",
        "nameEn": None,
        "field": "Hộ tịch",
        "agency": "000.00.00.G15",
        "level": "full",
        "acr": "low",
        "receiving": [],
        "channels": [{"channel": "online", "timeLimit": 3, "timeUnit": "working-day"}],
        "papers": [
            {
                "code": "request",
                "name": "Tờ khai",
                "nameEn": None,
                "required": True,
                "originals": 1,
                "copies": 0,
                "digital": True,
            }
        ],
        "fees": [
            {
                "code": "card",
                "name": "Lệ phí thẻ",
                "nameEn": None,
                "kind": "fee",
                "amount": 30_000,
                "channel": "any",
                "per": None,
                "validFrom": None,
                "validTo": None,
                "collect": "before-reception",
            }
        ],
        "results": [{"code": "KQ.G15.999999", "name": "Thẻ"}],
        "steps": [
            {
                "code": "prepare",
                "name": "Thụ lý, chuẩn bị kết quả",
                "nameEn": "Prepare the result",
                "role": "specialist",
            },
            {"code": "sign", "name": "Ký duyệt kết quả", "nameEn": "Approve and sign", "role": "leader"},
        ],
    }


def test_a_procedure_is_read_as_of_a_day(catalogue: Catalogue, body: dict[str, Any]) -> None:
    catalogue.ask("publish_version", **body)
    catalogue.ask("publish_version", **body | {"validFrom": "2027-02-01", "name": "Cấp thẻ mới"})
    names = {
        day: catalogue.ask("get_procedure", code="1.999999", on=day)["name"]
        for day in ("2026-12-01", "2027-01-31", "2027-02-01", "2027-12-31")
    }
    assert names == {
        "2026-12-01": "Cấp thẻ thử nghiệm",
        "2027-01-31": "Cấp thẻ thử nghiệm",
        "2027-02-01": "Cấp thẻ mới",
        "2027-12-31": "Cấp thẻ mới",
    }
    with pytest.raises(NoVersionInForce):
        catalogue.ask("get_procedure", code="1.999999")
    catalogue.clock.move(timedelta(days=9))
    assert catalogue.ask("get_procedure", code="1.999999")["versionNo"] == 1


def test_the_version_that_ends_is_told_before_the_one_that_replaces_it(
    catalogue: Catalogue, body: dict[str, Any]
) -> None:
    catalogue.ask("publish_version", **body)
    catalogue.ask("publish_version", **body | {"validFrom": "2027-02-01"})
    told = [(data["versionNo"], data["validTo"]) for _, data in catalogue.events("1.999999")]
    assert told == [(1, None), (1, "2027-01-31"), (2, None)]


def test_two_versions_may_start_on_one_day_and_the_last_one_counts(
    catalogue: Catalogue, body: dict[str, Any]
) -> None:
    catalogue.ask("publish_version", **body)
    catalogue.ask("publish_version", **body | {"name": "Sửa lỗi chính tả"})
    assert catalogue.ask("get_procedure", code="1.999999", on="2026-12-01")["versionNo"] == 2
    versions = catalogue.all("list_versions", code="1.999999")
    assert [(version["versionNo"], version["validTo"]) for version in versions] == [
        (2, None),
        (1, "2026-11-30"),
    ]


def test_versions_out_of_order_and_gaps_are_refused(catalogue: Catalogue, body: dict[str, Any]) -> None:
    catalogue.ask("publish_version", **body | {"validTo": "2026-12-31"})
    with pytest.raises(VersionOutOfOrder):
        catalogue.ask("publish_version", **body | {"validFrom": "2026-11-25"})
    later = body | {"validFrom": "2027-02-01"}
    with pytest.raises(VersionLeavesGap):
        catalogue.ask("publish_version", **later)
    assert catalogue.ask("publish_version", **later, reopens=True)["versionNo"] == 2
    assert len(catalogue.events("1.999999")) == 2


def test_everything_wrong_is_named_at_once(catalogue: Catalogue, body: dict[str, Any]) -> None:
    wrong = body | {
        "validTo": "2026-11-01",
        "agency": "G07",
        "receiving": ["000.00.06.H26", "H99"],
        "papers": [{"code": "a", "name": "Một"}, {"code": "a", "name": "Hai"}],
        "fees": [body["fees"][0] | {"validFrom": "2027-01-02", "validTo": "2027-01-01"}],
    }
    with pytest.raises(ValidationFailed) as refusal:
        catalogue.ask("publish_version", **wrong)
    assert pointers(refusal.value) == {
        "/validTo": "ends-before-it-starts",
        "/fees/0/validTo": "ends-before-it-starts",
        "/papers/1/code": "repeated",
        "/agency": "unknown-agency",
        "/receiving/1": "unknown-agency",
    }


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"code": "bad"}, "/code"),
        ({"channels": []}, "/channels"),
        ({"channels": [{"channel": "fax"}]}, "/channels/0/channel"),
        ({"level": "4"}, "/level"),
        ({"agency": "không"}, "/agency"),
        ({"decisionNumber": ""}, "/decisionNumber"),
        ({"fees": [{"code": "x", "name": "x", "kind": "tax", "amount": -1}]}, "/fees/0/kind"),
        ({"surprise": 1}, "/surprise"),
    ],
)
def test_bad_bodies(
    catalogue: Catalogue, body: dict[str, Any], changed: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(ValidationFailed) as refusal:
        catalogue.ask("publish_version", **body | changed)
    assert pointer in pointers(refusal.value)


def test_a_procedure_is_withdrawn(catalogue: Catalogue) -> None:
    ended = catalogue.ask("withdraw_procedure", code="2.000033", validTo="2026-12-31")
    assert ended["validTo"] == "2026-12-31"
    kinds = [kind for kind, _ in catalogue.events("2.000033")]
    assert kinds == ["procedure-published", "procedure-published", "procedure-withdrawn"]
    assert catalogue.events("2.000033")[-1][1] == {"code": "2.000033", "validTo": "2026-12-31"}
    assert catalogue.ask("get_procedure", code="2.000033", on="2026-12-31")
    with pytest.raises(NoVersionInForce):
        catalogue.ask("get_procedure", code="2.000033", on="2027-01-01")
    for day in ("2026-12-31", "2027-06-01"):
        with pytest.raises(NothingToWithdraw):
            catalogue.ask("withdraw_procedure", code="2.000033", validTo=day)
    with pytest.raises(ProcedureNotFound):
        catalogue.ask("withdraw_procedure", code="9.999999", validTo="2026-12-31")


def test_publishers_at_the_same_moment_never_share_a_number_or_a_day(
    catalogue: Catalogue, body: dict[str, Any]
) -> None:
    days = [f"2026-12-{day:02d}" for day in range(1, 9)]

    def publish(day: str) -> str:
        try:
            catalogue.ask("publish_version", **body | {"validFrom": day})
        except ServiceError as error:
            return error.code
        return "published"

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(publish, days))
    versions = catalogue.all("list_versions", code="1.999999")
    assert set(outcomes) <= {"published", "version-out-of-order"}
    assert sorted(version["versionNo"] for version in versions) == list(
        range(1, outcomes.count("published") + 1)
    )
    assert catalogue.ask("get_procedure", code="1.999999", on="2026-12-31")["validFrom"] == "2026-12-08"


def test_starting_again_adds_nothing(catalogue: Catalogue) -> None:
    before = {name: catalogue.all(name, limit=100) for name in ("procedure_snapshots", "agency_snapshots")}
    starter.load(catalogue.sessions, sandbox=True)
    after = {name: catalogue.all(name, limit=100) for name in ("procedure_snapshots", "agency_snapshots")}
    assert {item["subject"]: item["sequence"] for item in before["procedure_snapshots"]} == {
        item["subject"]: item["sequence"] for item in after["procedure_snapshots"]
    }
    assert [item["data"] for item in before["agency_snapshots"]] == [
        item["data"] for item in after["agency_snapshots"]
    ]
