"""People's data goes through whole journeys, and is then found nowhere that it is kept or written down."""

import secrets
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import httpx
import psycopg2
import pytest
from psycopg2 import sql

from deploy.demo.client import Client, eventually, pdf
from deploy.demo.journeys import EXTRACT, LICENCE, Journey, required_papers, sign
from deploy.demo.people import AGENCY, PASSWORD, People
from deploy.local import control
from deploy.local.passwords import SERVICES
from deploy.local.state import State
from services.identity.tax_codes import is_tax_code
from tests.support.canaries import digits, search, word
from tests.support.platform import Platform


class Canaries:
    """Values seeded so far, by what they are."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    def put(self, what: str, value: str) -> str:
        self.values[what] = value
        return value

    def words(self, what: str) -> str:
        return self.put(what, f"Đường {word()} ngõ {word()}")

    def name(self, what: str) -> str:
        return self.put(what, f"Nguyễn Thị {word()}")

    def phone(self, what: str) -> str:
        return self.put(what, f"+84912{digits(6)}")

    def email(self, what: str) -> str:
        return self.put(what, f"{word().lower()}@{word().lower()}.vn")


class Filer:
    """A citizen of whom everything is a canary."""

    def __init__(self, number: int, url: str, canaries: Canaries) -> None:
        self.url, self._who, self._canaries = url, f"filer {number}", canaries
        year = 1910 + secrets.randbelow(40)
        personal = self.number = canaries.put(f"{self._who} number", f"0011{year % 100:02d}{digits(6)}")
        born = canaries.put(f"{self._who} birth date", f"{year}-{1 + secrets.randbelow(12):02d}-17")
        self.client = Client(url, language="en")
        self.name = canaries.name(f"{self._who} owner name")
        contacts = {
            "phone": canaries.phone(f"{self._who} phone"),
            "email": canaries.email(f"{self._who} email"),
        }
        details = {"personalNumber": personal, "name": self.name, "birthDate": born, "password": PASSWORD}
        self.client.post("/citizens", details | contacts)
        self.client.sign_in(personal)

    def answers(self, **own: Any) -> dict[str, Any]:
        seeded = {
            key: self._canaries.words(f"{self._who} answer {key}")
            for key in ("childName", "bornAt", "reason")
        }
        return own | {"form": {"rows": [seeded]}, "copies": 1}

    def papers(self, procedure: str) -> list[dict[str, str]]:
        name = self._canaries.words(f"{self._who} file name")
        return [
            {"code": code, "file": self.client.upload(f"{name}.pdf", pdf("a paper"))}
            for code in required_papers(self.client, procedure)
        ]

    def submit(self, people: People, procedure: str, **draft: Any) -> Journey:
        journey = Journey(self._who, people, lambda _words: None)
        answers, papers = self.answers(**{"class": "B"}), self.papers(procedure)
        journey.submit(self.client, {"procedure": procedure, "answers": answers, "papers": papers, **draft})
        return journey


def posted(filer: Filer, people: People, canaries: Canaries) -> None:
    """An extract that is paid for and comes by post; rated with a comment."""
    delivery = {
        "method": "post",
        "name": canaries.name("delivery name"),
        "phone": canaries.phone("delivery phone"),
        "address": canaries.words("delivery address"),
    }
    journey = filer.submit(people, EXTRACT, delivery=delivery)
    journey.pay(filer.client, 8_000)
    journey.act(people.desk, "reception")
    journey.act(people.specialist, "steps", {"note": canaries.words("step note")})
    sign(journey)
    journey.act(people.desk, "return", {"method": "post"})
    eventually("the parcel to be delivered", lambda: journey.state() == "returned", 60)
    assert journey.dossier()["delivery"]["address"] == canaries.values["delivery address"]
    scores = [{"indicator": number, "points": 2} for number in (1, 3, 4, 7)]
    rating = {"dossier": journey.reference, "scores": scores, "comment": canaries.words("rating comment")}
    eventually("the dossier to be known where it is rated", lambda: _rated(filer.client, rating))


def _rated(client: Client, rating: dict[str, Any]) -> bool:
    answer = client.ask_once(
        "POST", "/ratings", json=rating, headers={"Idempotency-Key": secrets.token_hex(8)}
    )
    return answer.status_code == httpx.codes.CREATED


def supplemented(filer: Filer, people: People, canaries: Canaries) -> None:
    """A licence for which a paper is asked, taken at the counter by somebody else."""
    journey = filer.submit(people, LICENCE)
    journey.pay(filer.client, 135_000)
    journey.act(people.desk, "reception")
    paper = required_papers(filer.client, LICENCE)[-1]
    asked = {"code": paper, "note": canaries.words("supplement note")}
    reason = canaries.words("supplement reason")
    journey.act(people.specialist, "supplement-request", {"reason": reason, "papers": [asked]})
    new = filer.client.upload(f"{canaries.words('supplement file name')}.pdf", pdf("again"))
    journey.dossier()
    journey.act(filer.client, "supplement", {"papers": [{"code": paper, "file": new}]})
    journey.act(people.specialist, "steps")
    result = people.leader.upload(f"{canaries.words('result file name')}.pdf", pdf("a result"))
    given = {"file": result, "name": canaries.words("result name"), "number": canaries.words("result number")}
    journey.act(people.leader, "decision", {"outcome": "approve", "results": [given]})
    journey.act(people.desk, "return", {"method": "counter", "receivedBy": canaries.name("received by")})
    assert canaries.values["received by"] in str(journey.timeline())


def refused(filer: Filer, people: People, canaries: Canaries) -> None:
    journey = filer.submit(people, EXTRACT)
    journey.act(people.desk, "refusal", {"reason": canaries.words("refusal reason")})
    assert journey.dossier()["reason"] == canaries.values["refusal reason"]


def withdrawn(filer: Filer, people: People, canaries: Canaries) -> None:
    journey = filer.submit(people, EXTRACT)
    journey.act(filer.client, "withdrawal", {"reason": canaries.words("withdrawal reason")})
    draft = {
        "procedure": EXTRACT,
        "agency": AGENCY,
        "answers": {"copies": 1, "kept": canaries.words("kept draft")},
    }
    filer.client.post("/drafts", draft)


def business(filer: Filer, sandbox_url: str, canaries: Canaries) -> None:
    """Registered by the representative whom the national register names, and acted for."""
    tax_code = next(code for code in iter(lambda: f"01{digits(8)}", "") if is_tax_code(code))
    entry = {
        "TEN_DN": canaries.words("business name"),
        "TRANG_THAI": "DANG_HOAT_DONG",
        "NGUOI_DAI_DIEN": [{"SO_DINH_DANH": filer.number, "HO_TEN": filer.name}],
    }
    added = httpx.put(f"{sandbox_url}/registers/admin", json={"businesses": {tax_code: entry}}, timeout=10)
    assert added.status_code == httpx.codes.OK, added.text
    contacts = {"phone": canaries.phone("business phone"), "email": canaries.email("business email")}
    details = {"taxCode": canaries.put("tax code", tax_code), **contacts}
    account = filer.client.post("/businesses", details)
    given = filer.client.post("/sessions/acting", {"subject": account["id"]}, key=None)
    company = Client(filer.url, token=given["accessToken"])
    assert company.get("/me")["representativeName"] == filer.name


def petition(filer: Filer, receiver: Client, canaries: Canaries) -> None:
    body = {
        "subject": "regulation",
        "title": canaries.words("petition title"),
        "content": canaries.words("petition content"),
        "agency": AGENCY,
        "name": canaries.name("petitioner name"),
        "address": canaries.words("petitioner address"),
        "phone": canaries.phone("petitioner phone"),
        "email": canaries.email("petitioner email"),
    }
    reference = filer.client.post("/petitions", body)["reference"]
    refusal = {"ground": "no-identity", "reason": canaries.words("petition rejection")}
    receiver.post(f"/petitions/{reference}/rejection", refusal)
    assert filer.client.get(f"/petitions/{reference}")["content"] == body["content"]


@pytest.fixture(scope="module")
def canaries(platform: Platform, people: People, url: str) -> Canaries:
    seeded = Canaries()
    for number, journey in enumerate((posted, supplemented, refused, withdrawn), 1):
        filer = Filer(number, url, seeded)
        journey(filer, people, seeded)
        assert filer.client.get("/me")["name"] == filer.name
    petition(filer, Client(url).sign_in("receiver.thu"), seeded)
    business(filer, platform.sandbox_url, seeded)
    assert len(seeded.values) >= 50
    return seeded


def dumps(platform: Platform) -> Iterator[tuple[str, bytes]]:
    """Every table of every service's database."""
    for service in SERVICES:
        told = control.ask(platform.directory, "environment", service=service)["environment"]
        connection = psycopg2.connect(told["DATABASE_URL"].replace("+psycopg2", "", 1))
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
                )
                for (table,) in cursor.fetchall():
                    copied = BytesIO()
                    cursor.copy_expert(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table)), copied)
                    yield f"{service}: table {table}", copied.getvalue()
        finally:
            connection.close()


def files(platform: Platform, folder: str) -> Iterator[tuple[str, bytes]]:
    """The files below a folder of the platform, and what they are called."""
    for path in sorted((platform.directory / folder).rglob("*")):
        yield f"name of {path.relative_to(platform.directory)}", str(path).encode()
        if path.is_file():
            yield str(path.relative_to(platform.directory)), path.read_bytes()


def metrics(platform: Platform) -> Iterator[tuple[str, bytes]]:
    ports = State(platform.directory).ports
    for name in ("edge-metrics", *SERVICES, *(f"{service}-relay" for service in SERVICES)):
        answer = httpx.get(f"http://127.0.0.1:{ports[name]}/metrics", timeout=10)
        assert answer.status_code == httpx.codes.OK
        yield f"{name} /metrics", answer.content


def test_databases_hold_nobodys_data_in_the_clear(platform: Platform, canaries: Canaries) -> None:
    tables = list(dumps(platform))
    for expected in ("identity: table accounts", "dossier: table timeline", "payment: table receipts"):
        assert dict(tables)[expected], expected
    assert search(canaries.values, tables) == []


def test_every_value_has_its_key(platform: Platform, canaries: Canaries) -> None:
    told = platform.command("seal", "status", "dossier").stdout
    [line] = told.splitlines()
    assert line.startswith("dossier: key ")
    assert int(line.split()[-2]) > 50


def test_logs_name_nobody(platform: Platform, canaries: Canaries) -> None:
    logs = list(files(platform, "log"))
    assert len(logs) > 2 * len(SERVICES)
    assert search(canaries.values, logs) == []


def test_metrics_name_nobody(platform: Platform, canaries: Canaries) -> None:
    measured = list(metrics(platform))
    assert all(b"# HELP" in content for _, content in measured)
    assert search(canaries.values, measured) == []


def test_the_brokers_files_name_nobody(platform: Platform, canaries: Canaries) -> None:
    kept = list(files(platform, "rabbitmq"))
    assert any(b"rpc-dossier" in content or b"events-dossier" in content for _, content in kept)
    assert search(canaries.values, kept) == []


def test_objects_are_not_called_after_people(platform: Platform, canaries: Canaries) -> None:
    names = [
        (place, content) for place, content in files(platform, "objects") if place.startswith("name of ")
    ]
    assert names
    assert search(canaries.values, names) == []
