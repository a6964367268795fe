"""Why identity says no."""

from chassis.errors import Conflict, Forbidden, NotFound, TooManyRequests, Unauthenticated, Unavailable


class AccountExists(Conflict):
    """One account per number. Said openly: the owner must learn that somebody signed up with the number."""

    vi = "Số này đã có tài khoản. Hãy đăng nhập, hoặc báo cơ quan hỗ trợ nếu không phải bạn đã đăng ký."
    en = "This number already has an account. Sign in, or tell support if it was not you who signed up."


class WrongCredentials(Unauthenticated):
    """The same answer whether the account exists or not."""

    vi = "Số định danh, mã số thuế hoặc tên đăng nhập và mật khẩu không khớp."
    en = "This identifier and password do not match."


class SignInPaused(TooManyRequests):
    vi = "Đã thử mật khẩu quá nhiều lần; hãy thử lại sau {retry_after} giây."
    en = "The password was tried too often; try again in {retry_after} seconds."


class NotInOffice(Forbidden):
    vi = "Tài khoản công chức không có phân công nào có hiệu lực hôm nay."
    en = "This official's account has no appointment in force today."


class NotInOfficeThere(Forbidden):
    vi = "Tài khoản công chức không có phân công nào có hiệu lực hôm nay tại cơ quan {agency}."
    en = "This official's account has no appointment in force today at the agency {agency}."


class SecondPersonNeeded(Forbidden):
    vi = (
        "Người phê duyệt phải là người khác: không phải người đề nghị, không phải người được phân công, không phải"
        " tài khoản còn dùng mật khẩu đầu tiên do người đề nghị đặt."
    )
    en = (
        "Somebody else must approve: not who proposed it, not the official concerned, and not an account that still"
        " has the first password, given to it by who proposed this."
    )


class SeesAndDecides(Conflict):
    vi = "Người vận hành và thanh tra chỉ xem, không giải quyết hồ sơ: một người không giữ cả hai loại vai trò."
    en = "Operators and inspectors see and never decide: one person cannot hold roles of both sorts."


class AppointmentDecided(Conflict):
    vi = "Đề nghị phân công này đã được phê duyệt hoặc từ chối."
    en = "This proposal has been approved or rejected already."


class AppointmentOver(Conflict):
    vi = "Phân công này không có hiệu lực hoặc đã kết thúc."
    en = "This appointment was not approved, or is over."


class SessionEnded(Unauthenticated):
    vi = "Phiên đăng nhập đã kết thúc; hãy đăng nhập lại."
    en = "The session has ended; sign in again."


class NotLegalRepresentative(Forbidden):
    vi = "Cơ sở dữ liệu quốc gia về đăng ký doanh nghiệp không ghi bạn là người đại diện theo pháp luật."
    en = "The national business register does not name you as a legal representative of this business."


class BusinessNotActive(Conflict):
    vi = "Doanh nghiệp này không còn hoạt động theo cơ sở dữ liệu quốc gia về đăng ký doanh nghiệp."
    en = "According to the national business register this business is not active any more."


class NotParentOrGuardian(Forbidden):
    """The same answer whether the register knows the child or not."""

    vi = "Cơ sở dữ liệu hộ tịch không ghi bạn là cha, mẹ hoặc người giám hộ đương nhiệm của số định danh này."
    en = "The civil-status register does not name you as a parent or present guardian of this number."


class WardOfAge(Conflict):
    vi = "Người này đã đủ 18 tuổi và tự mình thực hiện."
    en = "This person is of age and acts alone."


class MandateNotFound(NotFound):
    vi, en = "Không tìm thấy ủy quyền.", "There is no such mandate."


class MandateNotInForce(Forbidden):
    vi = "Bạn không có ủy quyền đang có hiệu lực cho người hoặc doanh nghiệp này."
    en = "You hold no mandate in force for this person or business."


class MandateClosed(Conflict):
    vi = "Ủy quyền này không còn chờ đồng ý."
    en = "This mandate does not wait to be accepted any more."


class MandateOver(Conflict):
    vi, en = "Ủy quyền này đã chấm dứt.", "This mandate has ended already."


class WrongHelpCode(Forbidden):
    """The same answer whether the person asked for has an account or not."""

    vi, en = "Mã xác nhận không đúng.", "This is not the code."


class CodeSpent(Conflict):
    vi = "Mã xác nhận đã dùng, đã hết hạn hoặc đã thử quá nhiều lần; hãy gửi yêu cầu mới."
    en = "The code was used, has expired or was tried too often; ask anew."


class AssistanceOver(Conflict):
    vi, en = "Yêu cầu trợ giúp này đã kết thúc.", "This request to help is over."


class UpstreamNotOffered(NotFound):
    vi = "Nơi này không có đăng nhập bằng VNeID."
    en = "Signing in with VNeID is not offered here."


class UpstreamUnavailable(Unavailable):
    """The upstream provider gave no usable answer in time, or did not lately and is left alone for a while."""

    vi = "VNeID không trả lời; hãy thử lại sau ít phút hoặc đăng nhập bằng cách khác."
    en = "VNeID does not answer; try again in a few minutes, or sign in another way."


class UpstreamBusy(Unavailable):
    """As many are on their way as may be; nothing was asked of the upstream provider."""

    vi = "Nhiều người đang đăng nhập bằng VNeID; hãy thử lại sau {retry_after} giây."
    en = "Many people are signing in with VNeID; try again in {retry_after} seconds."


class UpstreamSignInOver(Unauthenticated):
    """Not begun in this browser, begun too long ago, or already used."""

    vi = "Lượt đăng nhập bằng VNeID này đã hết hạn hoặc không phải của trình duyệt này; hãy bắt đầu lại."
    en = "This sign-in with VNeID is over or belongs to another browser; start again."


class UpstreamSignInRefused(Unauthenticated):
    """The person, or the provider, said no."""

    vi = "Bạn chưa đăng nhập bằng VNeID."
    en = "You did not sign in with VNeID."


class UpstreamNotBelieved(Unauthenticated):
    """An answer that is not what the provider promised; `reason` names the check that failed."""

    vi = "Không xác minh được câu trả lời của VNeID ({reason}); bạn chưa được đăng nhập."
    en = "VNeID's answer could not be verified ({reason}); you are not signed in."


class UpstreamLevelTooLow(Forbidden):
    """A number with an account is only its owner's when the provider has proven it."""

    vi = "Số định danh này đã có tài khoản; cần tài khoản VNeID mức 2, hoặc hãy đăng nhập bằng cách khác."
    en = "This number has an account; it takes a level 2 VNeID account, or sign in another way."


class LinkedToAnother(Conflict):
    """The number is linked to another person of the provider's: somebody has to look into it."""

    vi = "Số định danh này đã liên kết với một danh tính VNeID khác; hãy liên hệ cơ quan hỗ trợ."
    en = "This number is linked to another VNeID identity; contact support."


class TooManyCodes(TooManyRequests):
    vi = "Đã gửi quá nhiều mã; hãy thử lại sau {retry_after} giây."
    en = "Too many codes were sent; try again in {retry_after} seconds."


class SecondFactorRequired(Unauthenticated):
    """The password was right; a code of the authenticator app or a recovery code is needed besides."""

    vi = "Tài khoản này cần thêm mã xác thực: gửi lại cùng `code`."
    en = "This account needs a second factor as well: send it again with a `code`."


class WrongFactor(Unauthenticated):
    vi = "Mã không đúng, đã hết hạn hoặc đã được dùng."
    en = "This code is wrong, too old or already used."


class WrongCode(WrongFactor):
    """The same answer whether the code is wrong, used, too old, tried too often, or was never sent."""

    vi = "Mã không đúng hoặc đã hết hạn."
    en = "This code is wrong or no longer valid."


class TooManyFromAddress(TooManyRequests):
    vi = "Quá nhiều lần thử từ địa chỉ mạng này; hãy thử lại sau {retry_after} giây."
    en = "Too many tries from this network address; try again in {retry_after} seconds."


class LastFactorNeedsLongPassword(Conflict):
    vi = "Mật khẩu hiện tại ngắn hơn 15 ký tự nên cần yếu tố thứ hai; hãy đặt mật khẩu dài hơn trước."
    en = "Your password has fewer than 15 characters and needs a second factor; set a longer one first."


class FormExpired(Forbidden):
    """The form does not come from a page of ours in this browser."""

    title_vi, title_en = "Biểu mẫu đã hết hạn", "The form has expired"
    vi = "Hãy quay lại, tải lại trang rồi gửi lại biểu mẫu."
    en = "Go back, reload the page and send the form again."


class BadPasskey(Unauthenticated):
    vi = "Không xác minh được khóa truy cập này."
    en = "This passkey could not be verified."
