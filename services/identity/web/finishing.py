"""A person is proven: a new session, or the same one lifted, always under a new cookie."""

from collections.abc import Collection

from services.identity import assurance, device_names, devices, ending, holders, metrics
from services.identity.tables import Account
from services.identity.web import browsing, cookies
from services.identity.web.http import Answer
from services.identity.web.visit import Visit


def finish(visit: Visit, account: Account, methods: Collection[str], answer: Answer | None = None) -> Answer:
    """On to where the person was going, signed in. Raises NotInOffice."""
    holders.of(account, visit.work)
    before = visit.session
    if before is not None and before.account == account.id:
        return step_up(visit, account, methods, answer)
    if before is not None:
        ending.end(before, "signed-in-anew", visit.work)
    cookie = visit.device or cookies.new_value()
    name = device_names.device_name(visit.request.header("user-agent"))
    device = devices.remember(cookie, account.id, name or "", visit.work)
    acr = assurance.level(methods, account.proofing)
    _, value = browsing.start(account.id, acr, list(methods), visit.work, name, device)
    metrics.SIGN_INS.labels(account.kind, "ok").inc()
    answer = browsing.remember(answer or visit.onward(), value, visit.site)
    cookies.write(answer, "device", cookie, visit.site, lasting=True)
    return answer


def step_up(visit: Visit, account: Account, methods: Collection[str], answer: Answer | None = None) -> Answer:
    """The session proven anew: what proved it before still counts."""
    session = visit.session
    assert session is not None
    together = assurance.combined(session.amr, methods)
    acr = assurance.level(together, account.proofing)
    value = browsing.lift(session, acr, together, visit.work)
    return browsing.remember(answer or visit.onward(), value, visit.site)
