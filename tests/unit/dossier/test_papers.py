"""Papers of a dossier: complete, known, and the caller's own."""

from hypothesis import given
from hypothesis import strategies as st

from services.dossier import papers

FORM = {"code": "TK", "name": "Tờ khai", "name_en": "Application form", "required": True}
ID_CARD = {"code": "CCCD", "name": "Căn cước", "name_en": "", "required": True}
PROXY = {"code": "UQ", "name": "Giấy ủy quyền", "name_en": "Power of attorney", "required": False}
ALL = [FORM, ID_CARD, PROXY]

codes = st.sampled_from(["TK", "CCCD", "UQ", "XX"])
given_papers = st.lists(st.fixed_dictionaries({"code": codes, "file": st.sampled_from("abcd")}), max_size=6)


@given(given_papers)
def test_complete_exactly_when_every_required_code_is_there(handed_in: list[dict[str, str]]) -> None:
    faults = papers.check_complete(papers.required(ALL), handed_in)
    lacking = {"TK", "CCCD"} - {paper["code"] for paper in handed_in}
    assert len(faults) == len(lacking)
    assert all(fault.pointer == "/papers" and fault.code == "paper-missing" for fault in faults)
    assert all(any(code in fault.vi for fault in faults) for code in lacking)


@given(given_papers)
def test_every_unknown_code_is_pointed_at(handed_in: list[dict[str, str]]) -> None:
    faults = papers.check_known(ALL, handed_in)
    expected = [f"/papers/{n}/code" for n, paper in enumerate(handed_in) if paper["code"] == "XX"]
    assert [fault.pointer for fault in faults] == expected


@given(given_papers)
def test_every_file_of_somebody_else_is_pointed_at(handed_in: list[dict[str, str]]) -> None:
    faults = papers.check_files(handed_in, {"a", "b"})
    expected = [f"/papers/{n}/file" for n, paper in enumerate(handed_in) if paper["file"] in "cd"]
    assert [fault.pointer for fault in faults] == expected


def test_a_missing_paper_is_named_in_both_languages() -> None:
    first, second = papers.check_complete(papers.required(ALL), [])
    assert first.vi == "Thiếu giấy tờ: Tờ khai (TK)."
    assert first.en == "A paper is missing: Application form (TK)."
    assert second.en == "A paper is missing: Căn cước (CCCD)."
