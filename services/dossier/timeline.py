"""What happened to a dossier, told to its owner and its agency in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select

from chassis import acting
from chassis.caller import Caller
from chassis.clock import VIETNAM
from chassis.texts import Language, Text
from chassis.work import Work
from services.dossier import workflow
from services.dossier.tables import Dossier, TimelineEntry

TEXTS = {
    "submit": Text("Nộp hồ sơ {reference}.", "Submitted as {reference}."),
    "receive": Text(
        "Tiếp nhận hồ sơ, mã {code}; hẹn trả kết quả: {due}.",
        "Received under the code {code}; the result is due: {due}.",
    ),
    "refuse": Text("Không tiếp nhận hồ sơ: {reason}", "Reception refused: {reason}"),
    "request-supplement": Text(
        "Yêu cầu bổ sung giấy tờ ({papers}): {reason}", "Further papers asked for ({papers}): {reason}"
    ),
    "answer": Text(
        "Đã nộp giấy tờ bổ sung; chờ bộ phận một cửa tiếp nhận.",
        "The further papers were handed in and wait for reception.",
    ),
    "resubmit": Text(
        "Đã nộp giấy tờ bổ sung; thời hạn tính lại từ đầu, hẹn trả kết quả: {due} (trước đó: {due_before}).",
        "The further papers were handed in; the time limit starts again, due: {due} (before: {due_before}).",
    ),
    "withdraw": Text("Rút hồ sơ. {reason}", "Withdrawn. {reason}"),
    "complete-step": Text(
        "Hoàn thành bước “{step}”; bước tiếp theo: “{next}”.",
        "The step “{step_en}” is complete; next: “{next_en}”.",
    ),
    "begin": Text("Bắt đầu xử lý hồ sơ.", "Work on the dossier begins."),
    "send-back": Text(
        "Trả lại bước “{step}” để xử lý tiếp: {reason}", "Sent back to the step “{step_en}”: {reason}"
    ),
    "approve": Text("Đã ký duyệt kết quả.", "Approved; the result is signed."),
    "reject": Text("Không chấp thuận: {reason}", "Rejected: {reason}"),
    "request-payment": Text(
        "Yêu cầu nộp {amount} đồng phí, lệ phí; tạm dừng tính thời hạn.",
        "Payment of {amount} đồng asked for; the clock stands still.",
    ),
    "pay": Text("Đã nộp {amount} đồng.", "{amount} đồng were paid."),
    "overpay": Text(
        "Đã nhận {amount} đồng cho khoản không còn phải nộp; số tiền này sẽ được hoàn lại.",
        "{amount} đồng came for what was not owed any more; they are to be refunded.",
    ),
    "settle": Text(
        "Đã thực hiện nghĩa vụ tài chính; tiếp tục xử lý, hẹn trả kết quả: {due}.",
        "The payment is settled; work goes on, due: {due}.",
    ),
    "suspend": Text("Dừng xử lý hồ sơ: {reason}", "Suspended: {reason}"),
    "resume": Text(
        "Tiếp tục xử lý hồ sơ; hẹn trả kết quả: {due}.", "Work on the dossier goes on; due: {due}."
    ),
    "post": Text("Chuyển kết quả cho bưu chính.", "The result was given to the post."),
    "hand-over": Text(
        "Bưu chính đã nhận bưu gửi, số hiệu {tracking}.", "The post took the parcel, number {tracking}."
    ),
    "delivery-failed": Text(
        "Bưu chính không phát được; kết quả được trả tại bộ phận một cửa.",
        "The post could not deliver; the result can be had at the one-stop desk.",
    ),
    "return-counter": Text("Trả kết quả tại quầy cho {to}.", "Result handed to {to} at the counter."),
    "return-file": Text("Trả kết quả điện tử.", "Result returned as an electronic file."),
    "return-post": Text(
        "Bưu chính đã phát kết quả; thông tin bưu gửi cho biết ai đã ký nhận.",
        "The post delivered the result; its consignment tells who signed for it.",
    ),
}


#: Added to what somebody did for the owner.
FOR_OWNER = Text(" ({who} làm thay {owner}, với tư cách {as}.)", " (Done by {who} for {owner}, as {as}.)")
STANDINGS = {
    "representative": Text("người đại diện theo pháp luật", "legal representative"),
    "delegate": Text("người được ủy quyền", "delegate"),
    "guardian": Text("cha, mẹ hoặc người giám hộ", "parent or guardian"),
    "helper": Text("cán bộ hỗ trợ, {agency}", "helper, {agency}"),
}


def told(entry: TimelineEntry, owner: str, language: Language) -> str:
    """What happened, in the reader's language; with who did it, when it was not the owner."""
    text = entry.en if language == "en" else entry.vi
    if entry.acts_as is None:
        return text
    standing = STANDINGS[entry.acts_as].render(language, {"agency": entry.actor_agency})
    shown = {"who": entry.who, "owner": owner, "as": standing}
    return text + FOR_OWNER.render(language, shown)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who made a move, and in which role."""

    name: str
    role: str
    agency: str = ""
    #: Of who acted for the owner: account, standing, agency, mandate.
    acted: Mapping[str, str | None] = field(default_factory=dict)


PAYMENT = Actor("", workflow.PAYMENT)
POST = Actor("", workflow.POST)


def actor(caller: Caller, action: str) -> Actor:
    """The caller in the role the action is made in."""
    if caller.actor is not None:
        return Actor(caller.actor.name, workflow.OWNER, caller.actor.agency, acting.record(caller))
    if caller.kind != "official":
        return Actor(caller.name, workflow.OWNER)
    role = min(workflow.makers(action) & caller.acting_as)
    return Actor(caller.name, role, caller.agency)


def record(
    work: Work,
    dossier: Dossier,
    what: str,
    who: Actor,
    *,
    note: str | None = None,
    about: str | None = None,
    **values: Any,
) -> None:
    """Add an entry; the dossier is already in the state it reached. A note stays inside the agency."""
    shown = {key: _shown(value) for key, value in values.items()}
    text = TEXTS[what]
    work.add(
        TimelineEntry(
            dossier=dossier.id,
            at=work.clock.now(),
            what=what,
            state=dossier.state,
            who=who.name,
            role=who.role,
            agency=who.agency,
            vi=text.render("vi", shown).strip(),
            en=text.render("en", shown).strip(),
            note=note,
            about=about,
            **who.acted,
        )
    )


def recorded(work: Work, dossier: Dossier, what: str, about: str) -> bool:
    """Whether this was entered already: news may be told again."""
    same = (TimelineEntry.dossier == dossier.id, TimelineEntry.what == what, TimelineEntry.about == about)
    return bool(work.session.scalar(select(exists().where(*same))))


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(VIETNAM):%H:%M %d/%m/%Y}"
    return f"{value:,}".replace(",", ".") if isinstance(value, int) else str(value)
