"""Setting up an authenticator app, and recovery codes."""

from typing import Any

import segno

from services.identity import address_limits, totp
from services.identity.tables import Authenticator
from services.identity.usecases import factors as changing
from services.identity.web.freshness import AUTHENTICATOR, RECOVERY_CODES, fresh_form, fresh_page
from services.identity.web.http import Answer
from services.identity.web.signing_in import count_address
from services.identity.web.visit import HOME, Visit

_WRONG = (
    "Mã không đúng. Kiểm tra giờ trên điện thoại rồi thử mã mới.",
    "This code is wrong. Check the time on your phone and try a new one.",
)


def show(visit: Visit) -> Answer:
    known = visit.work.get(Authenticator, visit.account.id)
    if known is not None and known.confirmed_at is not None:
        return visit.show("authenticator.html", confirmed=True)
    return _offer(visit)


def _offer(visit: Visit, **values: Any) -> Answer:
    secret = changing.offer_authenticator(visit.account.id, visit.work, visit.vault)
    address = totp.address(secret, visit.account.identifier)
    picture = segno.make(address, error="m").svg_data_uri(scale=5, border=3, light="white")
    grouped = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
    return visit.show("authenticator.html", confirmed=False, secret=grouped, picture=picture, **values)


def confirm(visit: Visit) -> Answer:
    count_address(visit, address_limits.CODE)
    if not changing.confirm_authenticator(visit.account.id, visit.typed("code"), visit.work, visit.vault):
        return _offer(visit, status=422, errors={"code": _WRONG})
    return codes_page(visit)


def codes_page(visit: Visit) -> Answer:
    """After a second factor was added: recovery codes, if there are none yet."""
    codes = changing.codes_if_none(visit.account.id, visit.work, visit.vault)
    return visit.show("codes.html", codes=codes) if codes else visit.to(HOME, notice="factor-added")


def remove(visit: Visit) -> Answer:
    changing.remove_authenticator(visit.account.id, visit.work)
    return visit.to(HOME, notice="factor-removed")


def ask_codes(visit: Visit) -> Answer:
    return visit.show("new_codes.html")


def new_codes(visit: Visit) -> Answer:
    codes = changing.new_recovery_codes(visit.account.id, visit.work, visit.vault)
    return visit.show("codes.html", codes=codes)


ROUTES = {
    AUTHENTICATOR: {"GET": fresh_page(show), "POST": fresh_form(confirm)},
    f"{AUTHENTICATOR}/remove": {"POST": fresh_form(remove)},
    RECOVERY_CODES: {"GET": fresh_page(ask_codes), "POST": fresh_form(new_codes)},
}
