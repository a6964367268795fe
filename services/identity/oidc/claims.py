"""What a client is told about an account."""

from collections.abc import Iterable
from typing import Any

from chassis.work import Work
from services.identity.oidc import scopes
from services.identity.oidc.levels import LEVELS
from services.identity.oidc.tables import ClientGrant
from services.identity.tables import Account, Business, Citizen

_SEX = {"male": "Nam", "female": "Nữ"}


def allowed(grant: ClientGrant, granted: Iterable[str], where: str, registered: Iterable[str]) -> set[str]:
    """The names of claims that scopes and single wishes allow in one place, as the client is registered today."""
    still = set(registered)
    names = scopes.claims_of(set(granted) & still) if where == "userinfo" else set()
    single = grant.claims.get(where, ())
    return names | {name for name in single if scopes.SCOPE_OF.get(name) in still}


def about(account: Account, acr: str, names: set[str], work: Work) -> dict[str, Any]:
    """The claims of these names that are known."""
    if not names:
        return {}
    everything = _common(account, acr)
    if account.kind == "citizen":
        everything |= _of_citizen(account, work.session.get_one(Citizen, account.id))
    elif account.kind == "business":
        everything |= _of_business(account, work.session.get_one(Business, account.id))
    return {name: value for name, value in everything.items() if name in names and value is not None}


def _common(account: Account, acr: str) -> dict[str, Any]:
    return {
        "name": account.name,
        "locale": "vi-VN",
        "updated_at": int(account.created_at.timestamp()),
        "email": account.email,
        "email_verified": False if account.email else None,
        "ThuDienTu": account.email,
        "phone_number": account.phone,
        "phone_number_verified": False if account.phone else None,
        "SoDienThoai": account.phone,
        "LoaiTaiKhoan": account.kind,
        "TechID": account.tech_id,
        "loAs": str(LEVELS.index(acr) + 1) if acr in LEVELS else None,
    }


def _of_citizen(account: Account, citizen: Citizen) -> dict[str, Any]:
    return {
        "HoVaTen": account.name,
        "birthdate": birthdate(citizen.birth_date),
        "NgayThangNamSinh": citizen.birth_date,
        "gender": citizen.sex,
        "GioiTinh": _SEX.get(citizen.sex),
        "SoDinhDanh": account.identifier,
    }


def _of_business(account: Account, business: Business) -> dict[str, Any]:
    return {
        "TenDoanhNghiep": account.name,
        "NguoiDaiDien": business.representative_name,
        "MaSoThue": account.identifier,
    }


def birthdate(written: str) -> str:
    """As OpenID Connect can say it: a whole date or a year; a year with a month is only said by NgayThangNamSinh."""
    return written if len(written) == len("1990-05-17") else written[:4]
