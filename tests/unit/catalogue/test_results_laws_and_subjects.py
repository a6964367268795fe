"""Result codes, legal bases, publishers and lists of names."""

from typing import Any

import pytest

from services.catalogue.importing import legal, results, subjects
from services.catalogue.importing.columns import typed
from services.catalogue.importing.remarks import Remarks


def read_results(text: str, codes: list[str] | None = None) -> tuple[list[dict[str, Any]], Remarks]:
    remarks = Remarks()
    row = typed({"ket_qua_xu_ly": text, "_result_codes": codes or []}, remarks)
    return results.read_results(row, remarks), remarks


def test_results_glued_together_are_parted() -> None:
    found, remarks = read_results(
        "bản công bố hợp quyMã: KQ.G17.000362thông báo tiếp nhậnMã: KQ.G17.000361Sổ BHXHMã: KQ.G24.000002"
    )
    assert [(r["code"], r["name"]) for r in found] == [
        ("KQ.G17.000362", "bản công bố hợp quy"),
        ("KQ.G17.000361", "thông báo tiếp nhận"),
        ("KQ.G24.000002", "Sổ BHXH"),
    ]
    assert list(remarks) == []


@pytest.mark.parametrize(
    "code",
    ["000.00.00.G11-KQ1711", "KQ.G01.00262", "KQ.G19.0005567", "Test_P001", "12231", "KQ-G17.000005", "VBTT"],
)
def test_a_code_of_another_shape_is_kept_and_flagged(code: str) -> None:
    [result], remarks = read_results(f"Quyết định hành chínhMã: {code}")
    assert (result["code"], result["name"]) == (code, "Quyết định hành chính")
    assert remarks.codes == ["result-code-irregular"]


def test_a_result_without_a_code() -> None:
    [result], remarks = read_results("Giấy phép")
    assert (result["code"], result["name"]) == (None, "Giấy phép")
    assert remarks.codes == ["result-without-code"]


def test_codes_alone_and_nothing_at_all() -> None:
    assert read_results("", ["KQ.G01.000185"])[0] == [{"code": "KQ.G01.000185", "name": None}]
    assert read_results("Không có thông tin")[1].codes == ["no-result"]


def read_laws(text: str) -> tuple[list[tuple[Any, Any]], Remarks]:
    remarks = Remarks()
    row = typed({"can_cu_phap_ly": "Tên văn bản pháp lýMã văn bản" + text}, remarks)
    bases = legal.read_legal_bases(row, remarks)
    return [(base["number"], base["title"]) for base in bases], remarks


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Luật Hộ tịch60/2014/QH13", [("60/2014/QH13", "Luật Hộ tịch")]),
        (
            "Quy định về đường bộ41/2024/TT-BGTVTThông tư sửa đổi41/2025/TT-BXD",
            [("41/2024/TT-BGTVT", "Quy định về đường bộ"), ("41/2025/TT-BXD", "Thông tư sửa đổi")],
        ),
        ("Luật Công chứng năm 202446/2024/QH15", [("46/2024/QH15", "Luật Công chứng năm 2024")]),
        ("Luật 61/2014/QH1361/2014/QH13", [("61/2014/QH13", "Luật 61/2014/QH13")]),
        (
            "Sửa đổi Nghị định số 76/2020/NĐ-CP ngày 01/7/2020 về giấy thông hành67/2024/NĐ-CP",
            [("67/2024/NĐ-CP", "Sửa đổi Nghị định số 76/2020/NĐ-CP ngày 01/7/2020 về giấy thông hành")],
        ),
        ("Cắt giảm thủ tục66.7/2025/NQ-CP", [("66.7/2025/NQ-CP", "Cắt giảm thủ tục")]),
        ("Chế độ05/2012/TTLT-BCA-BYT-BTC", [("05/2012/TTLT-BCA-BYT-BTC", "Chế độ")]),
    ],
)
def test_acts_and_their_numbers(text: str, expected: list[tuple[str, str]]) -> None:
    found, remarks = read_laws(text)
    assert found == expected
    assert list(remarks) == []


def test_an_act_without_a_number_is_kept_and_flagged() -> None:
    found, remarks = read_laws("Bộ luật Hàng hải Việt Nam")
    assert found == [(None, "Bộ luật Hàng hải Việt Nam")]
    assert remarks.codes == ["legal-basis-without-number"]


def test_columns_that_ran_into_each_other_are_flagged() -> None:
    found, remarks = read_laws(": Thông tư 269/2016/TT-BTC)Trực tiếp3 Ngày200 VNĐ(Căn cứ")
    assert found[0][0] is None
    assert remarks.codes == ["columns-shifted"]


def test_no_legal_basis_is_said() -> None:
    assert read_laws("Không có thông tin")[1].codes == ["no-legal-basis"]


@pytest.mark.parametrize(
    ("row", "publisher", "codes"),
    [
        ({"so_quyet_dinh": "1025/QĐ-BCA"}, "G01", []),
        ({"so_quyet_dinh": "5375/QĐ-BCA-QLXNC"}, "G01", []),
        ({"so_quyet_dinh": "SỐ 12/QĐ-NHNN"}, "G19", []),
        ({"so_quyet_dinh": "1475./QĐ-BXD"}, "G17", []),
        ({"so_quyet_dinh": "QĐ/0001-BTP"}, "G15", []),
        ({"so_quyet_dinh": "100/QĐ-BGTVT", "_ministry_dir": "bo-xay-dung"}, "G04", []),
        ({"so_quyet_dinh": "99/QĐ-UBND", "ket_qua_xu_ly": "Quyết địnhMã: KQ.H52.000004"}, "H52", []),
        ({"so_quyet_dinh": "99/QĐ-UBND", "_ministry_dir": "bo-cong-an"}, "G01", ["publisher-doubtful"]),
        ({"so_quyet_dinh": "9303", "_ministry_dir": "bo-xay-dung"}, "G17", ["publisher-doubtful"]),
        ({}, "", ["publisher-doubtful"]),
    ],
)
def test_who_published(row: dict[str, str], publisher: str, codes: list[str]) -> None:
    remarks = Remarks()
    assert subjects.read_publisher(typed(row, remarks), remarks) == publisher
    assert remarks.codes == codes


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "Cục cảnh sát quản lý hành chính về trật tự, xã hội, Công an tỉnh",
            ["Cục cảnh sát quản lý hành chính về trật tự, xã hội", "Công an tỉnh"],
        ),
        (
            "Tổ chức (không bao gồm doanh nghiệp, HTX), Cán bộ, công chức, viên chức, Đảng viên",
            ["Tổ chức (không bao gồm doanh nghiệp, HTX)", "Cán bộ, công chức, viên chức", "Đảng viên"],
        ),
        ("Ủy ban Nhân dân\u00a0xã,\u00a0phường,\u00a0thị trấn.", ["Ủy ban Nhân dân xã, phường, thị trấn"]),
        ("Không có thông tin", []),
        ("Bộ Công an, Bộ Công an", ["Bộ Công an"]),
    ],
)
def test_lists_of_names(text: str, names: list[str]) -> None:
    assert subjects.items({"column": text}, "column") == names


def test_levels_of_government() -> None:
    remarks = Remarks()
    row = typed({"cap_thuc_hien": "Cấp bộ, Cấp tỉnh, Cấp xã, Cấp huyện"}, remarks)
    assert subjects.read_levels(row, remarks) == ["central", "province", "commune"]
    assert remarks.codes == ["government-level-unknown"]
