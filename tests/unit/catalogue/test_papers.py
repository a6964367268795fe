"""Papers, notes among them, and titles parted from form files."""

from typing import Any

import pytest

from services.catalogue.importing.columns import typed
from services.catalogue.importing.papers import read_papers, split_form
from services.catalogue.importing.remarks import Remarks


def entry(name: str, **changed: Any) -> dict[str, Any]:
    return {"case": "--", "name": name, "original": 1, "copy": 0, "form": None} | changed


def read(*entries: Any, published: str = "") -> tuple[list[dict[str, Any]], list[str], Remarks]:
    remarks = Remarks()
    row = typed({"_papers": list(entries), "thanh_phan_ho_so": published}, remarks)
    papers, notes = read_papers(row, remarks)
    return papers, notes, remarks


def test_papers_are_numbered_and_counted() -> None:
    papers, notes, remarks = read(entry("Tờ khai"), entry("Ảnh 4x6", original=2, copy=1))
    assert [(p["code"], p["name"], p["originals"], p["copies"]) for p in papers] == [
        ("P01", "Tờ khai", 1, 0),
        ("P02", "Ảnh 4x6", 2, 1),
    ]
    assert (notes, remarks.codes) == ([], [])


def test_what_asks_for_no_sheet_is_a_note() -> None:
    papers, notes, remarks = read(entry("Tờ khai"), entry("* Lưu ý: đối chiếu bản chính", original=0))
    assert [paper["name"] for paper in papers] == ["Tờ khai"]
    assert notes == ["* Lưu ý: đối chiếu bản chính"]
    assert remarks.codes == ["notes-among-papers"]


def test_a_form_without_a_count_is_still_a_paper() -> None:
    [paper], notes, _ = read(entry("Phiếu đề nghị.", original=0, form="TK03.docx"))
    assert (paper["name"], paper["form"], notes) == ("Phiếu đề nghị.", "TK03.docx", [])


@pytest.mark.parametrize(
    ("name", "case", "required"),
    [
        ("Tờ khai", "--", True),
        ("Văn bản ủy quyền (nếu có)", "--", False),
        ("Hộ chiếu đối với người nước ngoài", "--", False),
        ("Tờ khai", "Trường hợp cấp lại", False),
    ],
)
def test_only_unconditional_papers_are_demanded(name: str, case: str, required: bool) -> None:
    [paper], _, _ = read(entry(name, case=case))
    assert paper["required"] is required


def test_a_title_that_stands_in_the_form_column() -> None:
    [paper], _, remarks = read(entry("", form="Văn bản đề nghị hủy tài khoản (NA20).Mau NA20-BCA.docx"))
    assert (paper["name"], paper["form"]) == ("Văn bản đề nghị hủy tài khoản (NA20).", "Mau NA20-BCA.docx")
    assert remarks.codes == ["paper-title-in-form"]


def test_a_title_cut_in_mid_word_is_put_together() -> None:
    published = "Đơn ban hành kèm theo Nghị định 124.Mẫu 01.doc1 bản chính"
    [paper], _, remarks = read(
        entry("Đơn ban hành kèm theo Nghị đị", form="nh 124.Mẫu 01.doc"), published=published
    )
    assert (paper["name"], paper["form"]) == ("Đơn ban hành kèm theo Nghị định 124.", "Mẫu 01.doc")
    assert remarks.codes == []


@pytest.mark.parametrize(
    ("text", "title", "form"),
    [
        ("Tờ khai theo mẫu;Mau 9.9.docx", "Tờ khai theo mẫu;", "Mau 9.9.docx"),
        (
            "Đơn (mẫu CT01 Thông tư 53/2025/TT-BCA).1.MuCT01.doc",
            "Đơn (mẫu CT01 Thông tư 53/2025/TT-BCA).",
            "1.MuCT01.doc",
        ),
        (
            "Đơn theo Thông tư số 59/2025/TT-NHNN.PHỤ LỤC V.docx",
            "Đơn theo Thông tư số 59/2025/TT-NHNN.",
            "PHỤ LỤC V.docx",
        ),
        ("Đơn đề nghị đổi thẻ y tếMau01 (1).doc", "Đơn đề nghị đổi thẻ y tế", "Mau01 (1).doc"),
        ("Bản kê khai theo mẫuA.docxB.docx", "Bản kê khai theo mẫu", "A.docxB.docx"),
        ("Tờ trình theo quy địnhtờ trình.docx", "Tờ trình theo quy địnhtờ trình.docx", None),
        ("Giấy tờ khác", "Giấy tờ khác", None),
    ],
)
def test_title_and_form_file(text: str, title: str, form: str | None) -> None:
    assert split_form(text) == (title, form)


def test_a_form_that_cannot_be_parted_is_flagged() -> None:
    published = "Tờ trình theo quy địnhtờ trình.docx1 bản chính"
    [paper], _, remarks = read(entry("Tờ trình theo", form="quy địnhtờ trình.docx"), published=published)
    assert (paper["name"], paper["form"]) == ("Tờ trình theo quy địnhtờ trình.docx", None)
    assert remarks.codes == ["form-name-glued"]


@pytest.mark.parametrize(
    ("name", "count", "published", "title", "sheets"),
    [
        ("Đơn theo Nghị định ngày 24/7/", 20231, "Đơn theo Nghị định ngày 24/7/20231 bản chính", "2023", 1),
        ("Mẫu Phụ lục số", 31, "Mẫu Phụ lục số 031 bản chính", "số 03", 1),
        ("Luật Đất đai năm", 20240, "Luật Đất đai năm 20240 bản chính,1 bản sao", "năm 2024", 0),
    ],
)
def test_a_count_glued_to_the_title(name: str, count: int, published: str, title: str, sheets: int) -> None:
    [paper], _, remarks = read(entry(name, original=count, copy=1), published=published)
    assert paper["name"].endswith(title)
    assert paper["originals"] == sheets
    assert remarks.codes == ["count-glued"]


def test_a_title_severed_from_its_head_is_made_whole() -> None:
    [paper], _, remarks = read(
        entry("", original=0, copy=1), entry("có chứng thực giấy tờ của người đại diện", copy=1)
    )
    assert paper["name"] == "01 bản sao có chứng thực giấy tờ của người đại diện"
    assert remarks.codes == []


def test_a_paper_without_any_name_is_said() -> None:
    papers, _, remarks = read(entry(""), entry("Tờ khai"))
    assert [paper["name"] for paper in papers] == ["Tờ khai"]
    assert remarks.codes == ["paper-without-name"]


@pytest.mark.parametrize(
    ("published", "code"), [("--", "no-papers"), ("", "no-papers"), ("KQ.G04.000398", "papers-unread")]
)
def test_a_row_without_papers_says_why(published: str, code: str) -> None:
    papers, _, remarks = read(published=published)
    assert papers == []
    assert remarks.codes == [code]


def test_rubbish_among_the_papers_does_no_harm() -> None:
    papers, _, remarks = read(None, "tờ khai", entry("Tờ khai", original="một", copy=1))
    assert [paper["name"] for paper in papers] == ["Tờ khai"]
    assert remarks.codes == ["column-malformed"]
