"""What the tests of the payment service tell and ask: events, notifications, books."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

from sqlalchemy import select, text

from chassis.caller import Caller
from chassis.events import Event, Meta
from chassis.grants import admit
from chassis.schemas import Command
from services.payment import api, events, usecases, vnpay
from services.payment.tables import Obligation, Payment, Receipt

AGENCY = "000.00.06.H26"
NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
QUERY_AFTER = timedelta(seconds=30)
COPIES = {
    "code": "phi-ban-sao",
    "name": "Phí bản sao trích lục",
    "kind": "charge",
    "collect": "before-reception",
}
CHARGE = COPIES | {"amount": 16_000, "quantity": 2, "unitAmount": 8_000, "nameEn": "Charge for copies"}
FEE = {"code": "le-phi", "name": "Lệ phí", "kind": "fee", "amount": 135_000, "quantity": 1}


def event(reader, data, sequence=1):
    meta = Meta(str(uuid4()), reader.type, data.get("dossier") or data["code"], sequence, NOON)
    return Event(meta, reader.read(data))


class Story:
    """One dossier of one citizen, told to a service's use cases as its doors would tell it."""

    def __init__(self, database, gateway, agency=AGENCY):
        self.database, self.gateway, self.agency = database, gateway, agency
        self.dossier, self.reference = str(uuid4()), f"HS-{uuid4().hex[:12].upper()}"
        self.citizen = Caller(subject=str(uuid4()), kind="citizen", name="Nguyễn Thị Hoa")
        self.official = Caller(subject=str(uuid4()), kind="official", agency=agency)

    def charged(self, *charges):
        data = {
            "dossier": self.dossier,
            "reference": self.reference,
            "procedure": "2.000635",
            "agency": self.agency,
            "owner": self.citizen.subject,
            "charges": list(charges or [CHARGE]),
        }
        with self.database.work() as work:
            usecases.charge_dossier(event(events.DossierCharged, data), work)
        return self

    def finished(self):
        with self.database.work() as work:
            usecases.close_dossier(event(events.DossierFinished, {"dossier": self.dossier}), work)
        return self

    @property
    def obligations(self):
        return self._all(
            select(Obligation).where(Obligation.dossier == self.dossier).order_by(Obligation.line)
        )

    @property
    def obligation(self):
        (only,) = self.obligations
        return only

    @property
    def payments(self):
        return self._all(select(Payment).where(Payment.dossier == self.dossier).order_by(Payment.created_at))

    @property
    def receipts(self):
        return self._all(select(Receipt).where(Receipt.dossier == self.dossier).order_by(Receipt.number))

    def _all(self, statement):
        with self.database.work() as work:
            return work.session.scalars(statement).all()

    def pay(self, caller=None, obligation=None):
        """Start a payment; what the citizen is answered."""
        command = Command({"id": (obligation or self.obligation).id})
        with self.database.work() as work:
            who = admit(api.START_PAYMENT.allow, caller or self.citizen)
            return usecases.start_payment(command, who, work, self.gateway)

    def notice(self, started, **changes):
        """The gateway's signed notification that a started payment was paid, with changes."""
        asked = dict(parse_qsl(urlsplit(started["redirect_url"]).query))
        params = {
            "vnp_Amount": asked["vnp_Amount"],
            "vnp_BankCode": "NCB",
            "vnp_OrderInfo": asked["vnp_OrderInfo"],
            "vnp_PayDate": vnpay.stamp(self.database.clock.now()),
            "vnp_ResponseCode": "00",
            "vnp_TmnCode": asked["vnp_TmnCode"],
            "vnp_TransactionNo": "14422574",
            "vnp_TransactionStatus": "00",
            "vnp_TxnRef": asked["vnp_TxnRef"],
        } | changes
        return params | {"vnp_SecureHash": vnpay.sign(params, self.gateway.merchant.secret)}

    def notify(self, notice):
        """Hand a notification in; our RspCode."""
        with self.database.work() as work:
            return usecases.take_notice(notice, work, self.gateway)["code"]

    def accounts(self):
        """The balance (debits less credits) of every account that is not even."""
        sums = (
            "SELECT account, sum(CASE side WHEN 'debit' THEN amount ELSE -amount END)::bigint"
            " FROM journal_postings GROUP BY account"
        )
        with self.database.work(read_only=True) as work:
            return {account: balance for account, balance in work.session.execute(text(sums)) if balance}

    def said(self):
        """The kinds of event in the outbox, in order."""
        with self.database.work(read_only=True) as work:
            types = work.session.scalars(text("SELECT type FROM outbox ORDER BY position")).all()
        return [kind.split(".")[3] for kind in types]

    def facts(self):
        """Everything that must not change when a message is refused or repeated."""
        return (
            self.accounts(),
            self.said(),
            [receipt.number for receipt in self.receipts],
            [(row.state, row.receipt) for row in self.obligations],
            [(row.state, row.refund_due) for row in self.payments],
        )
