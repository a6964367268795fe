"""What concerns one's own account: who read it, mandates, help asked for, consents."""

from datetime import timedelta
from typing import Any

from chassis.caller import Caller
from chassis.clock import SystemClock
from chassis.ids import new_id
from chassis.work import Work
from services.identity import tables
from services.identity.oidc import tables as oidc_tables
from tests.integration.authority.cast import Many, One, Thing


def set_up(work: Work) -> None:
    """Nothing."""


def _read(work: Work, owner: str, agency: str, caller: Caller) -> Thing:
    id = new_id()
    told = {"roles": ["desk"], "purpose": "processing", "service": "dossier", "reference": id}
    work.add(
        tables.DataAccess(id=id, owner=owner, reader=new_id(), agency=agency, at=SystemClock().now(), **told)
    )
    return Thing(owner, agency, {}, id)


def account(work: Work, id: str | None = None, kind: str = "citizen") -> str:
    """Somebody with an account; one who asks gets theirs when first needed."""
    made = id or new_id()
    if work.get(tables.Account, made) is None:
        work.add(
            tables.Account(
                id=made,
                kind=kind,
                identifier=made,
                identifier_digest=made,
                name="Trần Văn Nam",
                created_at=SystemClock().now(),
            )
        )
        if kind == "business":
            # Nobody is in charge of it here: who acts for a business is asked for elsewhere.
            work.add(tables.Business(account=made, representative_name="", representative_number=""))
        else:
            work.add(tables.Citizen(account=made, birth_date="1990", sex="male"))
        work.session.flush()
    return made


def _kind(owner: str, caller: Caller) -> str:
    return caller.kind if owner == caller.subject else "citizen"


def _mandate(received: bool) -> Any:
    def make(work: Work, owner: str, agency: str, caller: Caller) -> Thing:
        now, mine, other = SystemClock().now(), account(work, owner, _kind(owner, caller)), account(work)
        # What a business gave, only its representative takes back.
        held = received or _kind(owner, caller) == "business"
        principal, delegate = (other, mine) if held else (mine, other)
        row = tables.Mandate(
            principal=principal,
            delegate=delegate,
            acts_as="delegate",
            procedures=["*"],
            actions=["read"],
            valid_from=now.date(),
            valid_to=now.date() + timedelta(days=30),
            granted_by=principal,
            granted_at=now,
            version=1,
        )
        work.add(row)
        work.session.flush()
        return Thing(owner, agency, {"id": row.id}, row.id)

    return make


def _assistance(work: Work, owner: str, agency: str, caller: Caller) -> Thing:
    now = SystemClock().now()
    row = tables.Assistance(
        helper=account(work, kind="official"),
        agency=agency,
        citizen=account(work, owner),
        procedure="1.000001",
        purpose="Nộp giúp.",
        requested_at=now,
        expires_at=now + timedelta(minutes=10),
    )
    work.add(row)
    work.session.flush()
    return Thing(owner, agency, {"id": row.id}, row.id)


def _consent(work: Work, owner: str, agency: str, caller: Caller) -> Thing:
    client, mine = f"bank-{new_id()}", account(work, owner, _kind(owner, caller))
    now = SystemClock().now()
    lists = {"redirect_uris": [], "post_logout_redirect_uris": [], "scopes": []}
    kind = {"kind": "bank", "auth_method": "none", "id_token_alg": "RS256"}
    rules = {"par_only": False, "native": False, "officials": False}
    work.add(
        oidc_tables.Client(id=client, name="Bank", name_en="Bank", created_at=now, **kind, **lists, **rules)
    )
    work.session.flush()
    given = {"scopes": ["openid"], "claims": [], "version": 1, "given_at": now}
    work.add(oidc_tables.Consent(account=mine, client=client, **given))
    work.session.flush()
    return Thing(owner, agency, {"client": client}, client)


CASES: dict[str, One | Many] = {
    "accept_mandate": One(_mandate(received=True)),
    "end_mandate": One(_mandate(received=True)),
    "end_mandate, which one gave": One(_mandate(received=False)),
    "withdraw_consent": One(_consent),
    "refuse_help": One(_assistance),
    "my_assistance": Many(_assistance, lambda answer: {item["id"] for item in answer["items"]}),
    "list_data_access": Many(_read, lambda answer: {item["reference"] for item in answer["items"]}),
}
