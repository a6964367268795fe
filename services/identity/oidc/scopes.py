"""What a client may ask for, the claims each scope stands for, and how people are told."""

from collections.abc import Iterable
from dataclasses import dataclass

from chassis.texts import Text


@dataclass(frozen=True, slots=True)
class Scope:
    says: Text
    claims: tuple[str, ...] = ()


OPENID, OFFLINE = "openid", "offline_access"
SCOPES = {
    OPENID: Scope(
        Text("Nhận ra tài khoản của bạn khi bạn quay lại", "Know your account when you come back"), ("sub",)
    ),
    "profile": Scope(
        Text("Họ tên, ngày sinh, giới tính", "Your name, birth date and sex"),
        (
            "name",
            "birthdate",
            "gender",
            "locale",
            "updated_at",
            "HoVaTen",
            "NgayThangNamSinh",
            "GioiTinh",
            "TenDoanhNghiep",
            "NguoiDaiDien",
        ),
    ),
    "email": Scope(
        Text("Địa chỉ thư điện tử", "Your e-mail address"), ("email", "email_verified", "ThuDienTu")
    ),
    "phone": Scope(
        Text("Số điện thoại", "Your phone number"), ("phone_number", "phone_number_verified", "SoDienThoai")
    ),
    "address": Scope(Text("Địa chỉ, nếu có", "Your address, where it is known"), ("address",)),
    "vn.identity": Scope(
        Text("Số định danh cá nhân hoặc mã số thuế", "Your personal number or tax code"),
        ("SoDinhDanh", "MaSoThue"),
    ),
    "vn.account": Scope(
        Text(
            "Loại tài khoản, mức độ định danh và mã tài khoản dùng chung giữa các hệ thống (TechID)",
            "The kind and level of your account, and its id shared between systems (TechID)",
        ),
        ("LoaiTaiKhoan", "loAs", "TechID"),
    ),
    OFFLINE: Scope(
        Text(
            "Tiếp tục đọc các thông tin này khi bạn đã đăng xuất, tối đa 30 ngày",
            "Go on reading this after you have signed out, for up to 30 days",
        )
    ),
}
#: Claims that say something about the sign-in, not about the person.
ABOUT_SIGN_IN = ("acr", "amr", "auth_time", "sid")
SCOPE_OF = {claim: name for name, scope in SCOPES.items() for claim in scope.claims if claim != "sub"}


def claims_of(scopes: Iterable[str]) -> set[str]:
    return {claim for name in scopes if name in SCOPES for claim in SCOPES[name].claims}


def known(scope: str) -> list[str]:
    """The scopes of a parameter that exist, each once, in their order; others are ignored."""
    return list(dict.fromkeys(name for name in scope.split(" ") if name in SCOPES))
