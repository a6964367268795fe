"""An export like the national one, as large, with made-up procedures."""

from collections.abc import Iterator
from itertools import islice, product

from services.catalogue.importing.file import Line
from services.catalogue.importing.row import read_row

ROWS = 1_400
_DONE = (
    "Cấp",
    "Cấp lại",
    "Đổi",
    "Gia hạn",
    "Thu hồi",
    "Xác nhận",
    "Điều chỉnh",
    "Công nhận",
    "Đăng ký",
    "Thẩm định",
)
_PAPER = (
    "giấy phép",
    "giấy chứng nhận",
    "chứng chỉ hành nghề",
    "quyết định",
    "giấy xác nhận",
    "phù hiệu",
    "thẻ",
)
_FOR = (
    "kinh doanh vận tải bằng xe ô tô",
    "khai thác khoáng sản",
    "hoạt động khám bệnh, chữa bệnh",
    "đủ điều kiện an toàn thực phẩm",
    "tổ chức biểu diễn nghệ thuật",
    "nuôi trồng thủy sản trên biển",
    "xây dựng nhà ở riêng lẻ",
    "bảo vệ thực vật",
    "hướng dẫn viên du lịch quốc tế",
    "cung cấp dịch vụ viễn thông",
)  # fmt: skip
_WHERE = (
    "cấp bộ",
    "cấp tỉnh",
    "đối với tổ chức",
    "đối với cá nhân người nước ngoài",
    "trong khu kinh tế",
    "trực tuyến",
)


def lines() -> Iterator[Line]:
    names = islice(product(_DONE, _PAPER, _FOR, _WHERE), 0, None, 3)
    for number, words in enumerate(islice(names, ROWS), start=1):
        reading = read_row(
            {
                "ma_thu_tuc": f"9.{number:06d}",
                "ten_thu_tuc": " ".join(words),
                "linh_vuc": words[2].capitalize(),
                "co_quan_thuc_hien": "Sở",
                "trinh_tu_thuc_hien": "Nộp hồ sơ, chờ thẩm định, nhận kết quả.",
            }
        )
        yield Line(number, reading.code, reading, reading.remarks)
