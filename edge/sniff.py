"""What a file really is, judged by its content."""

import re

import puremagic

PDF, PNG, JPEG, XML, ZIP = "application/pdf", "image/png", "image/jpeg", "application/xml", "application/zip"
_OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX, XLSX = _OFFICE + "wordprocessingml.document", _OFFICE + "spreadsheetml.sheet"
UNKNOWN = "application/octet-stream"

#: The types we can tell apart, with the file name endings that go with each.
ENDINGS = {
    PDF: (".pdf",),
    PNG: (".png",),
    JPEG: (".jpg", ".jpeg"),
    DOCX: (".docx",),
    XLSX: (".xlsx",),
    XML: (".xml",),
    ZIP: (".zip",),
}
_SAME = {"image/jpg": JPEG, "text/xml": XML, "application/x-pdf": PDF, "application/x-zip-compressed": ZIP}
#: XML that a browser would run.
_ACTIVE_ROOT = re.compile(rb"<(?:\w+:)?(?:svg|html|script|xsl|stylesheet)[\s>/]", re.IGNORECASE)

#: How much of the start and of the end is looked at; a ZIP keeps its table of names at the end.
HEAD_BYTES, TAIL_BYTES = 4_096, 65_536


def sniffed(head: bytes, tail: bytes) -> str:
    """The media type of content that starts with `head` and ends with `tail`."""
    try:
        candidates = {match.mime_type for match in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        return UNKNOWN
    if head.startswith(b"PK\x03\x04"):
        return _packed(head + tail)
    for kind in (PDF, PNG, JPEG):
        if kind in candidates:
            return kind
    if XML in candidates and not _ACTIVE_ROOT.search(head):
        return XML
    return UNKNOWN


def _packed(names: bytes) -> str:
    if b"[Content_Types].xml" not in names:
        return ZIP
    if b"word/document.xml" in names:
        return DOCX
    return XLSX if b"xl/workbook." in names else ZIP


def canonical(media_type: str) -> str:
    """One spelling per media type; no claim at all counts as octet-stream."""
    return _SAME.get(media_type, media_type or UNKNOWN)
