"""If-Match as RFC 9110, section 13.1.1, has it: `*`, or a list of which any strong tag may be the current one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.entity_tags import versions
from edge.errors import MOST_TAGS, IfMatchInvalid

VERSIONS = st.integers(1, 10**18 - 1)
#: What may stand between the quotes: any visible character but a quote, commas included.
OPAQUE = st.binary(max_size=20).map(lambda raw: bytes(c for c in raw if c > 0x20 and c not in (0x22, 0x7F)))
SPACE = st.sampled_from([b"", b" ", b"\t", b" \t "])
COMMA = st.builds(
    lambda before, after, more: before + b"," + after + more, SPACE, SPACE, st.sampled_from([b"", b", "])
)


def quoted(opaque: bytes, weak: bool = False) -> bytes:
    return (b"W/" if weak else b"") + b'"%b"' % opaque


TAGS = st.one_of(
    VERSIONS.map(lambda version: (quoted(b"%d" % version), version)),
    VERSIONS.map(lambda version: (quoted(b"%d" % version, weak=True), None)),
    OPAQUE.filter(lambda opaque: not opaque.isdigit()).map(lambda opaque: (quoted(opaque), None)),
    VERSIONS.map(lambda version: (quoted(b"0%d" % version), None)),
)


@given(st.lists(TAGS, min_size=1, max_size=MOST_TAGS), st.data())
def test_a_list_names_the_versions_of_its_strong_tags(tags, data):
    header = tags[0][0] + b"".join(data.draw(COMMA) + tag for tag, _ in tags[1:])
    assert versions(header) == sorted({version for _, version in tags if version is not None})


@given(SPACE, SPACE)
def test_any_version_will_do(before, after):
    assert versions(before + b"*" + after) is None


@given(st.binary(max_size=60) | st.text('W/"*, 17', max_size=30).map(str.encode))
def test_whatever_comes_is_read_or_refused(header):
    try:
        found = versions(header)
    except IfMatchInvalid:
        return
    assert found is None or all(b'"%d"' % version in header for version in found)


NO_LISTS = (
    *(b"", b" ", b",", b"7", b'"7', b'7"', b'"7" "8"', b'"7";"8"', b'"7", 8', b'w/"7"', b'W/ "7"', b"W/7"),
    *(b'"a b"', b"*, *", b'*, "7"', b"**", b'"7"*', b'"7"\x00', b'"\x7f"'),
)


@pytest.mark.parametrize("header", NO_LISTS)
def test_what_is_no_list_of_tags_is_refused(header):
    with pytest.raises(IfMatchInvalid):
        versions(header)


def test_a_list_is_only_so_long():
    tags = [b'"%d"' % number for number in range(1, MOST_TAGS + 2)]
    assert versions(b",".join(tags[:-1])) == list(range(1, MOST_TAGS + 1))
    with pytest.raises(IfMatchInvalid) as refused:
        versions(b",".join(tags))
    for language in ("vi", "en"):
        assert "If-Match" in refused.value.detail(language)
        assert "50" in refused.value.detail(language)


def test_an_endless_list_is_refused_at_once():
    with pytest.raises(IfMatchInvalid):
        versions(b'"1"' + b" ," * 200_000 + b"x")


@pytest.mark.parametrize("tag", [b'"0"', b'"-1"', b'""', b'"07"', b'"' + b"9" * 19 + b'"'])
def test_a_number_that_is_no_version_matches_nothing(tag):
    assert versions(tag) == []
