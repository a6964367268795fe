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


class SessionEnded(Unauthenticated):
    vi = "Phiên đăng nhập đã kết thúc; hãy đăng nhập lại."
    en = "The session has ended; sign in again."


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


class WrongCode(Unauthenticated):
    """The same answer whether the code is wrong, used, too old, tried too often, or was never sent."""

    vi = "Mã không đúng hoặc đã hết hạn."
    en = "This code is wrong or no longer valid."


class TooManyCodes(TooManyRequests):
    vi = "Đã gửi quá nhiều mã; hãy thử lại sau {retry_after} giây."
    en = "Too many codes were sent; try again in {retry_after} seconds."
