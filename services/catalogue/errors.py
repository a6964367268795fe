"""What can go wrong in the catalogue, by outcome."""

from chassis.errors import Conflict, NotFound


class ProcedureNotFound(NotFound):
    """Không có thủ tục mang mã này."""

    vi = "Không có thủ tục mang mã {code}."
    en = "There is no procedure {code}."


class NoVersionInForce(NotFound):
    """Thủ tục không có hiệu lực vào ngày được hỏi."""

    vi = "Thủ tục {code} không có hiệu lực vào ngày {on}."
    en = "Procedure {code} is not in force on {on}."


class AgencyNotFound(NotFound):
    """Không có cơ quan mang mã này vào ngày được hỏi."""

    vi = "Không có cơ quan mang mã {code} vào ngày {on}."
    en = "There is no agency {code} on {on}."


class PlaceNotFound(NotFound):
    """Không có đơn vị hành chính mang mã này vào ngày được hỏi."""

    vi = "Không có đơn vị hành chính mang mã {code} vào ngày {on}."
    en = "There is no place {code} on {on}."


class VersionOutOfOrder(Conflict):
    """Đã công bố phiên bản có hiệu lực muộn hơn."""

    vi = "Đã công bố phiên bản {version_no} có hiệu lực từ {valid_from}; phiên bản mới phải bắt đầu sau đó."
    en = "Version {version_no}, in force from {valid_from}, is already published; a new one must start later."


class VersionLeavesGap(Conflict):
    """Giữa hai phiên bản có những ngày không phiên bản nào có hiệu lực."""

    vi = "Phiên bản {version_no} hết hiệu lực ngày {valid_to}: các ngày sau đó không có phiên bản nào."
    en = "Version {version_no} ends on {valid_to}: the days after it would have no version."


class NothingToWithdraw(Conflict):
    """Thủ tục không còn phiên bản nào có hiệu lực sau ngày này."""

    vi = "Thủ tục {code} không còn phiên bản nào có hiệu lực sau ngày {valid_to}."
    en = "No version of procedure {code} is in force after {valid_to}."
