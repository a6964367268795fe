"""Accounts to try the platform with; loaded only where `--sandbox` is asked for."""

from datetime import date
from typing import Any

from chassis.caller import Caller
from chassis.schemas import Command
from chassis.work import Work
from services.identity import accounts, linking
from services.identity.registers import Person, RegisteredBusiness
from services.identity.tables import UpstreamLink
from services.identity.usecases.businesses import sign_up_business
from services.identity.usecases.officials import appoint
from services.identity.usecases.sign_up import sign_up_citizen
from services.identity.vault import Vault

PASSWORD = "MotCua-2026-sandbox"  # noqa: S105 - public on purpose, printed by `up`
WARD, OTHER_DISTRICT, CENTRE = "000.00.06.H26", "000.00.07.H29", "000.00.00.G22"

CITIZENS = (
    {
        "personal_number": "001190000011",
        "name": "Nguyễn Thị Hoa",
        "birth_date": "1990-05-17",
        "phone": "0912345601",
        "techid": "T0000000011",
    },
    {
        "personal_number": "079085000022",
        "name": "Trần Văn Nam",
        "birth_date": "1985",
        "phone": "0912345602",
        "techid": "T0000000022",
    },
)
BUSINESS = "0100109106"
#: As the register of the sandbox has it.
REGISTERED = RegisteredBusiness(
    name="Công ty TNHH Thử nghiệm Sao Mai",
    active=True,
    representatives=(Person("001190000011", "Nguyễn Thị Hoa"),),
    answer=b"",
)
OFFICIALS = (
    {"username": "desk.hoa", "name": "Lê Thị Hoa", "agency": WARD, "roles": ["desk"]},
    {"username": "specialist.minh", "name": "Đỗ Văn Minh", "agency": WARD, "roles": ["specialist"]},
    {"username": "leader.lan", "name": "Hoàng Thị Lan", "agency": WARD, "roles": ["leader"]},
    {"username": "postal.tuan", "name": "Vũ Anh Tuấn", "agency": WARD, "roles": ["postal"]},
    {
        "username": "operator.binh",
        "name": "Ngô Thanh Bình",
        "agency": CENTRE,
        "roles": ["operator", "publisher"],
    },
    {"username": "desk.other", "name": "Bùi Thị Mai", "agency": OTHER_DISTRICT, "roles": ["desk"]},
    {"username": "receiver.thu", "name": "Mai Thị Thu", "agency": CENTRE, "roles": ["receiver"]},
    {"username": "operator.chi", "name": "Đặng Linh Chi", "agency": CENTRE, "roles": ["operator"]},
    {"username": "inspector.yen", "name": "Phan Hải Yến", "agency": CENTRE, "roles": ["inspector"]},
)
_IN_OFFICE_SINCE = date(2025, 7, 1)
_LOADER = Caller(subject="sandbox")


def load(work: Work, vault: Vault) -> None:
    for citizen in _missing("citizen", "personal_number", CITIZENS, work):
        sign_up_citizen(_command(citizen, vault), _LOADER, work)
    if accounts.find("business", BUSINESS, work) is None:
        _load_business(work, vault)
    for official in _missing("official", "username", OFFICIALS, work):
        details = _command(official | {"valid_from": _IN_OFFICE_SINCE, "reason": "sandbox"}, vault)
        appoint(accounts.add("official", official["username"], details, work), details, "sandbox", work)


def _load_business(work: Work, vault: Vault) -> None:
    person = REGISTERED.representatives[0]
    account = accounts.find("citizen", person.number, work)
    representative = Caller(account.id if account else "", "citizen", person.name, person.number)
    proof = {"found": REGISTERED, "digest": vault.digest("sandbox")}
    sign_up_business(Command({"tax_code": BUSINESS, **proof}), representative, work)


def link(issuer: str, work: Work, vault: Vault) -> None:
    """The citizens are linked to their persons at the provider from the start, and so keep their passwords."""
    for citizen in CITIZENS:
        digest = linking.techid_digest(issuer, citizen["techid"], vault)
        account = accounts.find("citizen", citizen["personal_number"], work)
        if account is not None and work.get(UpstreamLink, (issuer, digest)) is None:
            linking.link_to(account, issuer, digest, work)


def _missing(kind: str, key: str, entries: tuple[dict[str, Any], ...], work: Work) -> list[dict[str, Any]]:
    return [entry for entry in entries if accounts.find(kind, entry[key], work) is None]


def _command(entry: dict[str, Any], vault: Vault) -> Command:
    return Command(entry | {"password": PASSWORD, "password_hash": vault.hashed(PASSWORD)})
