"""Who publishes, who handles and who may apply."""

import re
from typing import Any

from services.catalogue.importing import alphabet, cleaning
from services.catalogue.importing.remarks import Remarks

#: Who signed the decision of publication, by the ending of its number.
_SIGNERS = {
    "BCA": "G01",
    "BCT": "G02",
    "BGDĐT": "G03",
    "BGTVT": "G04",
    "BKHCN": "G06",
    "BNG": "G08",
    "BNV": "G09",
    "BNNMT": "G10",
    "BQP": "G11",
    "BTC": "G12",
    "BTP": "G15",
    "BVHTTDL": "G16",
    "BXD": "G17",
    "BYT": "G18",
    "NHNN": "G19",
    "TTCP": "G20",
    "BDTTG": "G21",
    "VPCP": "G22",
    "BHXH": "G24",
    "TANDTC": "Z01TANDTC",
}
_DIRECTORIES = {
    "bo-cong-an": "G01",
    "bo-tai-chinh": "G12",
    "bo-tu-phap": "G15",
    "bo-xay-dung": "G17",
    "ngan-hang-nha-nuoc": "G19",
    "toa-an-nhan-dan": "Z01TANDTC",
}
_PROVINCE_OF_RESULT = re.compile(r"KQ\.(H\d{2})\.")
_LEVELS = {"cấp bộ": "central", "cấp tỉnh": "province", "cấp xã": "commune", "cơ quan khác": "other"}
#: A new item of a list begins with a capital; commas inside a name do not.
_ITEMS = re.compile(rf",\s*(?=[{alphabet.UPPER}])(?![^()]*\))")


def read_publisher(row: dict[str, Any], remarks: Remarks) -> str:
    """The code of the agency whose decision published the procedure, in the short shape of 2020."""
    decision = read_decision(row)
    directory = _DIRECTORIES.get(row["_ministry_dir"].strip())
    if "UBND" in decision:
        result = _PROVINCE_OF_RESULT.search(row["ket_qua_xu_ly"])
        if result:
            return result[1]
        remarks.add("publisher-doubtful", f"a province signed {decision!r}, which one is not said")
        return directory or ""
    for part in re.split(r"[^A-ZĐ]+", decision.upper().replace("QĐ", "")):
        if part in _SIGNERS:
            return _SIGNERS[part]
    remarks.add("publisher-doubtful", f"decision {decision!r} does not say who signed it")
    return directory or ""


def read_decision(row: dict[str, Any]) -> str:
    return cleaning.line(row["so_quyet_dinh"])


def read_levels(row: dict[str, Any], remarks: Remarks) -> list[str]:
    """The levels of government that carry the procedure out."""
    names = items(row, "cap_thuc_hien")
    for name in names:
        if name.lower() not in _LEVELS:
            remarks.add("government-level-unknown", f"{name!r} is left out")
    return [_LEVELS[name.lower()] for name in names if name.lower() in _LEVELS]


def items(row: dict[str, Any], column: str) -> list[str]:
    """A column that lists names: "Cục A, trật tự, Công an tỉnh" are two, not three."""
    text = cleaning.line(row[column])
    if cleaning.absent(text):
        return []
    return list(dict.fromkeys(item.strip(" .;") for item in _ITEMS.split(text) if item.strip(" .;")))
