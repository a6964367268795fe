"""What can go wrong with a dossier, named by outcome."""

from chassis.errors import Conflict, FieldError, Forbidden, NotFound, Unauthenticated, ValidationFailed
from chassis.texts import Language, Text
from services.dossier.actions import possible
from services.dossier.states import State


class UnknownProcedure(ValidationFailed):
    vi, en = "Không có thủ tục hành chính này.", "There is no such procedure."


class ProcedureNotInForce(ValidationFailed):
    vi = "Thủ tục hành chính này không có hiệu lực vào ngày nộp."
    en = "This procedure is not in force on the day of submission."


class UnknownAgency(ValidationFailed):
    vi, en = "Không có cơ quan này.", "There is no such agency."


class AgencyNotInForce(ValidationFailed):
    vi = "Cơ quan này không hoạt động vào ngày nộp."
    en = "This agency does not exist on the day of submission."


class AgencyNotReceiving(ValidationFailed):
    vi = "Cơ quan này không tiếp nhận thủ tục đã chọn."
    en = "This agency does not receive this procedure."


class ChannelNotOffered(ValidationFailed):
    vi = "Thủ tục này không được thực hiện theo hình thức đã chọn."
    en = "This procedure is not offered through this channel."


class AssuranceTooLow(Unauthenticated):
    """Whoever signs in with more may do it: the answer names the level, as RFC 9470 has it."""

    title_vi, title_en = "Mức độ bảo đảm chưa đủ", "Assurance level too low"
    vi = "Thủ tục này đòi hỏi tài khoản có mức độ bảo đảm {needed}."
    en = "This procedure demands an account of assurance level {needed}."

    def __init__(self, needed: str) -> None:
        super().__init__(needed=needed, acr_values=needed)


class ConsentUsed(Conflict):
    vi = "Công dân đồng ý cho nộp giúp một hồ sơ, và hồ sơ đó đã được nộp."
    en = "The citizen agreed to one dossier being filed for them, and that has been done."


class DraftNotFound(NotFound):
    vi, en = "Không tìm thấy bản nháp hồ sơ.", "There is no such draft."


class DossierNotFound(NotFound):
    vi, en = "Không tìm thấy hồ sơ.", "There is no such dossier."


class FileNotFound(NotFound):
    vi, en = "Không tìm thấy tệp trong hồ sơ.", "There is no such file in this dossier."


class IllegalMove(Conflict):
    vi = "Hồ sơ đang ở trạng thái “{state}”, không thực hiện được việc này. {possible}"
    en = "The dossier is in the state “{state}”, where this cannot be done. {possible}"

    def __init__(self, state: State, legal: list[str]) -> None:
        super().__init__(state=state.code, legal=legal)
        self.state, self.legal = state, legal

    def detail(self, language: Language) -> str:
        shown = {"state": self.state.text.render(language), "possible": possible(self.legal, language)}
        return Text(self.vi, self.en).render(language, shown)


class NotYourStep(Forbidden):
    vi = "Bước hiện tại của hồ sơ thuộc vai trò {role}."
    en = "The dossier's current step belongs to the role {role}."


class StepNotCurrent(Conflict):
    vi, en = "Bước hiện tại của hồ sơ là “{step}”.", "The dossier's current step is “{step}”."


class DecisionDue(Conflict):
    vi = "Đây là bước cuối: hãy ra quyết định giải quyết hồ sơ."
    en = "This is the last step: it is completed by a decision."


class FeesUnpaid(Conflict):
    vi = "Hồ sơ còn {amount} đồng phí, lệ phí chưa nộp."
    en = "Fees of {amount} đồng are still to be paid for this dossier."


class NothingToPay(Conflict):
    vi, en = (
        "Hồ sơ không còn khoản phí, lệ phí nào phải nộp.",
        "No fees are left to be paid.",
    )


class SupplementAlreadyRequested(Conflict):
    vi = "Hồ sơ đã được yêu cầu bổ sung một lần."
    en = "A supplement was already requested once for this dossier."


class SupplementAlreadyAnswered(Conflict):
    vi = "Hồ sơ bổ sung đã được nộp và đang chờ tiếp nhận."
    en = "The supplement was already handed in and waits for reception."


class SupplementNotAnswered(Conflict):
    vi = "Công dân chưa nộp giấy tờ bổ sung."
    en = "The requested papers were not handed in yet."


class ResultFileMissing(Conflict):
    vi = "Hồ sơ không có tệp kết quả điện tử để trả."
    en = "The dossier has no electronic result to be returned."


class ResultAlreadyPosted(Conflict):
    vi = "Kết quả đã được chuyển cho bưu chính."
    en = "The result is already on its way by post."


class CalendarNotKnown(Conflict):
    vi = "Chưa có lịch làm việc cho ngày {day}; lịch hiện có từ {first} đến {last}."
    en = "The working calendar does not cover {day}; it covers {first} to {last}."


def on_field(kind: type[ValidationFailed], pointer: str) -> ValidationFailed:
    """A rule's error that points at the field which broke it."""
    return kind([FieldError(pointer, kind.code, kind.vi, kind.en)])


def refuse(*checks: list[FieldError]) -> None:
    """Raise the faults of all checks at once, when there are any."""
    faults = [fault for check in checks for fault in check]
    if faults:
        raise ValidationFailed(faults)
