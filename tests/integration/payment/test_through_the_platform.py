"""The whole way over real processes: broker, service, edge and gateway; only the dossier's event is the test's own."""

import json
import re
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pika
import pytest
import requests
from sqlalchemy import text

from chassis.ids import new_id
from chassis.jobs import consumed_types
from chassis.topology import declare, events_exchange
from services.payment import events
from tests.integration.conftest import WAITING_DELAY_MS
from tests.integration.payment.processes import SECRET, Sandbox, eventually
from tests.integration.payment.story import AGENCY, CHARGE, Story
from tests.support.databases import DATA_SECRET
from tests.support.databases import SECRET as SERVICE_SECRET
from tests.support.people import Issuer, citizen, official
from tests.support.processes import Running, free_port
from tests.support.servers import fresh_name


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    return tmp_path_factory.mktemp("platform")


@pytest.fixture(scope="module")
def edge_url():
    return f"http://127.0.0.1:{free_port()}"


@pytest.fixture(scope="module")
def simulator(directory, edge_url):
    simulator = Sandbox(directory, edge_url)
    yield simulator.start()
    simulator.kill()


@pytest.fixture(scope="module")
def shared(broker, simulator, edge_url):
    """The environment of the service and the edge."""
    return {
        "AMQP_URL": broker.add_vhost(fresh_name("payment")),
        "SERVICE_SECRET": SERVICE_SECRET,
        "DATA_SECRET": DATA_SECRET,
        "PUBLIC_URL": edge_url,
        "PAYMENT_GATEWAY_URL": f"{simulator.url}/vnpay",
        "PAYMENT_TMN_CODE": "MOTCUA01",
        "PAYMENT_HASH_SECRET": SECRET,
        "PAYMENT_QUERY_SECONDS": "1",
        "PYTHONWARNINGS": "ignore",
    }


@pytest.fixture(scope="module")
def stored(databases):
    database = databases.fresh("payment")
    yield database
    databases.drop(database)


@pytest.fixture(scope="module")
def process(shared, stored, directory):
    declare(shared["AMQP_URL"], "dossier", [], [])
    declare(shared["AMQP_URL"], "payment", consumed_types("payment"), [200, WAITING_DELAY_MS])
    port = free_port()
    environment = shared | {
        "DATABASE_URL": stored.url,
        "METRICS_PORT": str(port),
        "RETRY_DELAYS_MS": "200",
        "WAITING_DELAY_MS": str(WAITING_DELAY_MS),
    }
    process = Running(["-m", "chassis", "serve", "payment"], environment, directory / "payment.log", port)
    yield process.start()
    process.kill()


@pytest.fixture(scope="module")
def edge(shared, edge_url, directory):
    port = free_port()
    places = {"EDGE_PORT": edge_url.rsplit(":", 1)[1], "OBJECT_STORE_URL": f"file://{directory}"}
    process = Running(
        ["-m", "edge"], shared | places | {"METRICS_PORT": str(port)}, directory / "edge.log", port
    )
    yield process.start()
    process.kill()


@pytest.fixture(scope="module")
def issuer(stored):
    issuer = Issuer()
    issuer.introduce(stored.sessions())
    return issuer


@pytest.fixture
def platform(shared, stored, simulator, process, edge, issuer):
    return Platform(shared, stored.sessions(), simulator, process, issuer)


class Platform:
    """What a citizen's front end and the dossier service see of payment."""

    def __init__(self, shared, database, simulator, process, issuer):
        self.url, self.amqp_url = shared["PUBLIC_URL"], shared["AMQP_URL"]
        self.gateway, self.process, self.issuer = simulator, process, issuer
        self.citizen = citizen("Lê Thị Mai")
        self.story = Story(database, None)

    def tell(self, reader, data):
        """Publish a dossier's event, as the dossier service's relay would."""
        body = {
            "specversion": "1.0",
            "id": new_id(),
            "type": reader.type,
            "subject": data["dossier"],
            "sequence": 1,
            "time": datetime.now(UTC).isoformat(),
            "data": data,
        }
        with pika.BlockingConnection(pika.URLParameters(self.amqp_url)) as connection:
            channel = connection.channel()
            for _ in range(2):  # at least once means sometimes twice
                channel.basic_publish(
                    events_exchange("dossier"),
                    reader.type,
                    json.dumps(body).encode(),
                    pika.BasicProperties(
                        content_type="application/cloudevents+json", content_encoding="utf-8"
                    ),
                    mandatory=True,
                )

    def charge(self):
        """An obligation of 16,000 đ, as the citizen sees it."""
        owner = {"owner": self.citizen.subject, "ownerName": self.citizen.name}
        dossier = {"dossier": self.story.dossier, "reference": self.story.reference, "agency": AGENCY}
        self.tell(events.DossierCharged, dossier | owner | {"procedure": "2.000635", "charges": [CHARGE]})
        mine = f"/obligations?dossier={self.story.reference}"
        return eventually(lambda: self.get(mine).json()["items"])[0]

    def get(self, path, who=None, language="vi"):
        headers = {
            "Authorization": f"Bearer {self.issuer.token(who or self.citizen)}",
            "Accept-Language": language,
        }
        return requests.get(f"{self.url}/v1{path}", headers=headers, timeout=10)

    def start_payment(self, obligation, key=None):
        return requests.post(
            f"{self.url}/v1/obligations/{obligation['id']}/payments",
            headers={
                "Authorization": f"Bearer {self.issuer.token(self.citizen)}",
                "Idempotency-Key": key or new_id(),
            },
            timeout=10,
        )

    def settled(self, obligation, seconds=20):
        return eventually(
            lambda: self.is_settled(self.get(f"/obligations/{obligation['id']}").json()), seconds
        )

    def balance_of(self, obligation):
        """What the books hold of one obligation, by account; accounts that are even are left out."""
        sums = text(
            "SELECT account, sum(CASE side WHEN 'debit' THEN amount ELSE -amount END)::bigint"
            " FROM journal_postings JOIN journal_entries ON id = entry WHERE obligation = :id GROUP BY account"
        )
        with self.story.database.work(read_only=True) as work:
            rows = work.session.execute(sums, {"id": obligation["id"]}).all()
        return {account: balance for account, balance in rows if balance}

    @staticmethod
    def is_settled(view):
        return view["receipt"] and view


def test_a_citizen_pays_and_gets_a_receipt(platform):
    obligation = platform.charge()
    answer = platform.start_payment(obligation, key="k1")
    started = answer.json()
    back = platform.gateway.pay(started["redirectUrl"])
    settled = platform.settled(obligation)
    payment = platform.get(f"/payments/{started['payment']}").json()
    receipts = [
        platform.get(f"/receipts/{settled['receipt']}", language=code).json() for code in ("vi", "en")
    ]

    assert (answer.status_code, answer.headers["location"]) == (201, f"/v1/payments/{started['payment']}")
    assert platform.start_payment(obligation, key="k1").json() == started
    assert (settled["state"], settled["amount"]) == ({"code": "settled", "name": "Đã nộp"}, 16_000)
    assert (payment["state"]["code"], payment["receipts"]) == ("settled", [settled["receipt"]])
    assert payment["obligations"] == [obligation["id"]]
    assert [receipt["title"] for receipt in receipts] == ["Biên lai thu phí", "Receipt for a charge"]
    assert receipts[0]["amountInWords"] == "Mười sáu nghìn đồng"
    assert receipts[1]["amountInWords"] == "Sixteen thousand dong"
    assert receipts[0]["lines"][0] == {
        "code": "phi-ban-sao",
        "name": "Phí bản sao trích lục",
        "quantity": 2,
        "unitAmount": 8_000,
        "amount": 16_000,
    }
    assert receipts[0]["payer"] == "Lê Thị Mai"
    assert re.fullmatch(r"[0-9]{8}", receipts[0]["serial"])
    # The browser's way back shows where the payment stands; it needs no sign-in.
    returned = requests.get(back, timeout=10)
    assert (returned.status_code, returned.json()["state"]["code"]) == (200, "settled")
    assert platform.start_payment(obligation).json()["type"].endswith("/obligation-closed")


def test_who_may_see_what(platform):
    obligation = platform.charge()
    path, mine = f"/obligations/{obligation['id']}", f"/obligations?dossier={obligation['dossier']}"
    desk, stranger, elsewhere = official(AGENCY, "desk"), citizen(), official("000.00.07.H29", "desk")

    assert [platform.get(path, who).status_code for who in (None, desk, stranger, elsewhere)] == [
        200,
        200,
        404,
        403,
    ]
    assert [platform.get(mine, who).status_code for who in (None, desk, elsewhere)] == [200, 200, 403]
    assert platform.get(mine, stranger).json()["items"] == []
    assert requests.get(platform.url + "/v1" + path, timeout=10).status_code == 401
    assert platform.get("/receipts/nothing").status_code == 404


def test_the_gateway_repeats_itself_until_a_killed_service_is_back(platform):
    obligation = platform.charge()
    started = platform.start_payment(obligation).json()
    platform.process.kill()
    platform.gateway.pay(started["redirectUrl"])
    reference = dict(parse_qsl(urlsplit(started["redirectUrl"]).query))["vnp_TxnRef"]
    eventually(lambda: platform.gateway.order(reference)["notifications"])
    platform.process.start()

    platform.settled(obligation)
    assert len(platform.story.receipts) == 1


def test_five_notifications_at_once_and_five_forged_ones_count_once(platform):
    obligation = platform.charge()
    started = platform.start_payment(obligation).json()
    reference = dict(parse_qsl(urlsplit(started["redirectUrl"]).query))["vnp_TxnRef"]
    platform.gateway.faults(reference, copies=5, wrongSignatures=1, wrongAmounts=1)
    platform.gateway.pay(started["redirectUrl"])
    platform.settled(obligation)
    answers = eventually(lambda: answers_of(platform.gateway.order(reference), 15))

    assert answers[:10] == ["97"] * 5 + ["04"] * 5
    assert sorted(answers[10:]) in (["00"] + ["02"] * 4, ["02"] * 5)
    assert len(platform.story.receipts) == 1
    assert [(row.state, row.refund_due) for row in platform.story.payments] == [("settled", 0)]


def answers_of(order, count):
    answers = [sent["answer"] for sent in order["notifications"]]
    return len(answers) >= count and answers


def test_a_lost_notification_is_found_by_the_service_itself(platform):
    obligation = platform.charge()
    started = platform.start_payment(obligation).json()
    reference = dict(parse_qsl(urlsplit(started["redirectUrl"]).query))["vnp_TxnRef"]
    platform.gateway.faults(reference, dropIpns=10)
    platform.gateway.pay(started["redirectUrl"])

    platform.settled(obligation)
    assert platform.story.payments[0].confirmed_by == "query"
    assert 'motcua_payment_outcomes_total{state="settled",told_by="query"}' in platform.process.metrics()


def test_the_end_of_the_dossier_cancels_what_is_unpaid(platform):
    obligation = platform.charge()
    platform.tell(events.DossierFinished, {"dossier": obligation["dossier"]})
    path = f"/obligations/{obligation['id']}"

    eventually(lambda: platform.get(path).json()["state"]["code"] == "cancelled")
    assert platform.start_payment(obligation).status_code == 409


def test_money_that_comes_after_the_end_is_shown_at_the_obligation_as_to_be_refunded(platform):
    obligation = platform.charge()
    path = f"/obligations/{obligation['id']}"
    started = platform.start_payment(obligation).json()
    platform.tell(events.DossierFinished, {"dossier": obligation["dossier"]})
    cancelled = eventually(lambda: in_state(platform.get(path).json(), "cancelled"))
    platform.gateway.pay(started["redirectUrl"])
    late = eventually(lambda: platform.get(path).json()["refundDue"] and platform.get(path).json())

    assert (cancelled["refundDue"], cancelled["state"]["name"]) == (0, "Đã hủy")
    assert (late["refundDue"], late["receipt"]) == (16_000, None)
    assert late["state"] == {"code": "cancelled", "name": "Đã hủy; số tiền nộp muộn sẽ được hoàn lại"}
    in_english = platform.get(path, language="en").json()["state"]["name"]
    assert in_english == "Cancelled; the late payment is to be refunded"
    assert platform.get(path, official(AGENCY, "desk")).json() == late
    assert platform.get(path, citizen()).status_code == 404
    assert platform.get(f"/obligations?dossier={obligation['reference']}").json()["items"] == [late]
    assert platform.balance_of(obligation) == {"gateway:vnpay": 16_000, f"refunds-due:{AGENCY}": -16_000}
    assert sum(platform.story.accounts().values()) == 0


def in_state(view, state):
    return view["state"]["code"] == state and view
