"""Registering a business: its legal representative, proven by the national register, acts for it."""

from typing import Any

from sqlalchemy import select

from chassis import acting
from chassis.caller import ACTIONS, ALL_PROCEDURES, Caller
from chassis.errors import FieldError, ValidationFailed
from chassis.schemas import Command
from chassis.work import Work
from services.identity import accounts, mandate_endings, mandates, metrics, names, tax_codes
from services.identity.errors import BusinessNotActive, NotLegalRepresentative
from services.identity.registers import Person, RegisteredBusiness
from services.identity.tables import Account, Business, Mandate, Proof


def sign_up_business(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """The account of a business, new or known, and the caller's right to act for it, new or renewed."""
    acting.require_self(caller)
    problems = _problems(command, caller)
    if problems:
        raise ValidationFailed(problems)
    found: RegisteredBusiness = command.found
    named = next((one for one in found.representatives if one.number == caller.identity_number), None)
    if named is None:
        raise NotLegalRepresentative
    if not found.active:
        raise BusinessNotActive
    tax_code = tax_codes.canonical(command.tax_code)
    account = accounts.find("business", tax_code, work) or _new(tax_code, command, named, work)
    _end_of_those_not_named(account, found, caller, work)
    _represented_by(account, caller, command.digest, work)
    return accounts.view(account)


def _problems(command: Command, caller: Caller) -> list[FieldError]:
    found: RegisteredBusiness | None = command.found
    checks = (
        (
            command.password is not None,
            FieldError(
                "/password",
                "not-for-businesses",
                "Doanh nghiệp không có mật khẩu riêng: người đại diện đăng nhập bằng tài khoản của mình.",
                "A business has no password: its representative signs in with their own account.",
            ),
        ),
        (
            command.representative_number not in (None, caller.identity_number),
            FieldError(
                "/representativeNumber",
                "not-your-own",
                "Chỉ chính người đại diện mới đăng ký được doanh nghiệp.",
                "Only the representative in person can register the business.",
            ),
        ),
        (
            found is None and command.password is None,
            FieldError(
                "/taxCode",
                "not-registered",
                "Không có doanh nghiệp nào đăng ký với mã số thuế này.",
                "No business is registered under this tax code.",
            ),
        ),
        (
            found is not None and _differs(command.name, found.name),
            FieldError(
                "/name",
                "not-as-registered",
                "Tên này khác tên đã đăng ký của doanh nghiệp.",
                "This is not the name the business is registered under.",
            ),
        ),
    )
    return [problem for applies, problem in checks if applies]


def _differs(given: str | None, registered: str) -> bool:
    return given is not None and names.tidy(given).casefold() != registered.casefold()


def _new(tax_code: str, command: Command, representative: Person, work: Work) -> Account:
    found: RegisteredBusiness = command.found
    details = Command({"name": found.name, "phone": command.phone, "email": command.email})
    account = accounts.add("business", tax_code, details, work)
    work.add(
        Business(
            account=account.id,
            representative_name=representative.name,
            representative_number=representative.number,
        )
    )
    metrics.SIGN_UPS.labels("business").inc()
    return account


def _representations(business: Account, work: Work) -> list[Mandate]:
    """Those that count, held until the work ends."""
    return list(
        work.session.scalars(
            select(Mandate)
            .where(
                Mandate.principal == business.id,
                Mandate.acts_as == "representative",
                Mandate.revoked_at.is_(None),
            )
            .with_for_update()
        )
    )


def _end_of_those_not_named(business: Account, found: RegisteredBusiness, caller: Caller, work: Work) -> None:
    """Whom the register does not name any more acts no longer."""
    numbers = [person.number for person in found.representatives]
    named = select(Account.id).where(Account.kind == "citizen", Account.identifier_digest.in_(numbers))
    still = set(work.session.scalars(named))
    for mandate in _representations(business, work):
        if mandate.delegate not in still:
            mandate_endings.end(mandate, caller, work)


def _represented_by(business: Account, caller: Caller, digest: str, work: Work) -> None:
    now, today = work.clock.now(), work.clock.today()
    proof = Proof(register="business", asked_by=caller.subject, asked_at=now, digest=digest)
    work.add(proof)
    work.session.flush()
    until = today + mandates.PROOF_LASTS
    for mandate in _representations(business, work):
        if mandate.delegate == caller.subject:
            mandate.valid_to, mandate.proof = until, proof.id
            return
    work.add(
        Mandate(
            principal=business.id,
            delegate=caller.subject,
            acts_as="representative",
            procedures=[ALL_PROCEDURES],
            actions=list(ACTIONS),
            valid_from=today,
            valid_to=until,
            granted_by=caller.subject,
            granted_at=now,
            accepted_at=now,
            proof=proof.id,
        )
    )
