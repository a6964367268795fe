"""The columns of an export's row, each of the type it should have."""

from typing import Any

from services.catalogue.importing import cleaning
from services.catalogue.importing.remarks import Remarks

TEXTS = (
    "detail_url",
    "ten_thu_tuc",
    "so_quyet_dinh",
    "cap_thuc_hien",
    "loai_thu_tuc",
    "linh_vuc",
    "doi_tuong_thuc_hien",
    "co_quan_co_tham_quyen",
    "dia_chi_tiep_nhan",
    "co_quan_duoc_uy_quyen",
    "co_quan_phoi_hop",
    "co_quan_thuc_hien",
    "thu_tuc_lien_quan",
    "trinh_tu_thuc_hien",
    "cach_thuc_thuc_hien",
    "thanh_phan_ho_so",
    "can_cu_phap_ly",
    "yeu_cau_dieu_kien",
    "ket_qua_xu_ly",
    "_ministry_dir",
)
LISTS: dict[str, type] = {"_channels": dict, "_papers": dict, "_result_codes": str}


def typed(row: dict[str, Any], remarks: Remarks) -> dict[str, Any]:
    """Every column the importer reads: texts as text, lists as lists; what is neither is left out and said."""
    texts = {name: _text(row, name, remarks) for name in TEXTS}
    lists = {name: _list(row, name, kind, remarks) for name, kind in LISTS.items()}
    for name, text in texts.items():
        if found := cleaning.invisible(text):
            remarks.add("invisible-characters", f"{', '.join(found)} removed from {name}")
        if words := cleaning.broken_words(cleaning.composed(text)):
            remarks.add("broken-word", f"joined in {name}: {', '.join(words)}")
    return texts | lists


def _text(row: dict[str, Any], name: str, remarks: Remarks) -> str:
    value = row.get(name)
    if value is None or isinstance(value, str):
        return value or ""
    remarks.add("column-malformed", f"{name} holds no text: {value!r}")
    return ""


def _list(row: dict[str, Any], name: str, kind: type, remarks: Remarks) -> list[Any]:
    value = row.get(name)
    entries = value if isinstance(value, list) else []
    kept = [entry for entry in entries if isinstance(entry, kind)]
    if len(kept) != len(entries) or (value is not None and not isinstance(value, list)):
        remarks.add("column-malformed", f"{name} holds what is no entry: {value!r}")
    return kept
