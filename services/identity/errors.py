"""Why identity says no."""

from chassis.errors import Conflict, Forbidden, TooManyRequests, Unauthenticated


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


class SessionEnded(Unauthenticated):
    vi = "Phiên đăng nhập đã kết thúc; hãy đăng nhập lại."
    en = "The session has ended; sign in again."


class SecondFactorRequired(Unauthenticated):
    """The password was right; a code of the authenticator app or a recovery code is needed besides."""

    vi = "Tài khoản này cần thêm mã xác thực: gửi lại cùng `code`."
    en = "This account needs a second factor as well: send it again with a `code`."


class WrongFactor(Unauthenticated):
    vi = "Mã không đúng, đã hết hạn hoặc đã được dùng."
    en = "This code is wrong, too old or already used."


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
