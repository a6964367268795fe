"""Cleaning of published text: composed letters, no invisible characters, no breaks inside words."""

import re
import unicodedata

from services.catalogue.importing import alphabet

_L, _A = alphabet.LETTER, alphabet.LOWER

#: What the portal writes when a field is empty.
_ABSENT = {
    "",
    "-",
    "--",
    "---",
    "----",
    "không có thông tin",
    "không",
    "không có",
    "không.",
    "không có.",
}

#: Control and format characters (soft hyphen, direction marks, joiners, byte order mark) and private use.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ue000-\uf8ff]"
)
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]{2,}|[^\S\n ]")
_BREAKS = re.compile(r"\s*\n\s*")
#: A consonant standing alone ("c", "ngh") is no word of the language: it is a piece of one, or a label.
_PIECE = re.compile(rf"(?<![{_L}\d])(?:{alphabet.ONSETS})(?![{_L}\d])")
_WORD_BEHIND = re.compile(rf"\s+[{_A}]+(?![{_L}\d])")
_WORD_BEFORE = re.compile(rf"(?<![{_L}\d])[{_A}]+\s+$")
_WORD = re.compile(rf"[{_L}]+")
#: A line that begins in lower case goes on with the sentence of the line before, unless it is "a)" or "b.".
_WRAPPED = re.compile(rf"(?<![.;:!?])\n(?=[{_A}])(?![{_A}][).])")


def composed(text: str) -> str:
    """NFC without invisible characters; every kind of space a plain one; line breaks kept."""
    text = unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", text))
    return _SPACES.sub(" ", _INVISIBLE.sub("", text))


def invisible(text: str) -> list[str]:
    """The code points that `composed` removes, as U+XXXX, each once."""
    return sorted({f"U+{ord(letter):04X}" for letter in _INVISIBLE.findall(text)})


def line(text: str) -> str:
    """Text of one line: a name, a title, a code."""
    return _BREAKS.sub(" ", joined_words(composed(text))).strip()


def block(text: str) -> str:
    """Text of several paragraphs: lines wrapped in mid-sentence are joined again."""
    lines = "\n".join(part.strip() for part in joined_words(composed(text)).split("\n") if part.strip())
    return _WRAPPED.sub(" ", lines)


def absent(text: str) -> bool:
    """Whether a field only says that there is nothing in it."""
    return composed(text).strip().lower() in _ABSENT


def broken_words(text: str) -> list[str]:
    """The words that `joined_words` puts together again."""
    return [_whole(pair) for pair in _broken_pairs(text)]


def joined_words(text: str) -> str:
    """Put together words broken by a space or a line break: "cơ q uan" is "cơ quan"."""
    for pair in _broken_pairs(text):
        text = re.sub(rf"(?<![{_L}\d]){re.escape(pair)}(?![{_L}\d])", _whole(pair), text)
    return text


def _broken_pairs(text: str) -> list[str]:
    """Pairs of pieces with their gap, as they stand in the text.

    Letters also label points and variables ("điểm c khoản 1"), so a joined word needs evidence: it stands
    whole elsewhere in the text, or a line was broken where no label would stand.
    """
    pairs = [pair for piece in _PIECE.finditer(text) for pair in _neighbours(text, piece)]
    pairs = [pair for pair in pairs if alphabet.is_syllable(_whole(pair))]
    if not pairs:
        return []
    known = {word.lower() for word in _WORD.findall(text)}
    return list(dict.fromkeys(pair for pair in pairs if _whole(pair).lower() in known or "\n" in pair))


def _neighbours(text: str, piece: re.Match[str]) -> list[str]:
    if text[piece.end() : piece.end() + 1] in (")", "."):
        return []
    behind = _WORD_BEHIND.match(text, piece.end())
    before = _WORD_BEFORE.search(text[max(0, piece.start() - 20) : piece.start()])
    pairs = [piece[0] + behind[0]] if behind else []
    return [*pairs, before[0] + piece[0]] if before else pairs


def _whole(pair: str) -> str:
    return "".join(pair.split())
