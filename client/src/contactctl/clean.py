"""Text from elsewhere, made safe to show on a terminal.

A customer may be called `ESC ]0;...`: printed as it is, that would be an order
to the terminal. So would a character that turns the rest of the line around.
Rule: nothing that came from outside is printed without having been here.
"""

import unicodedata

_CONTROLS = (*range(0x20), *range(0x7F, 0xA0))
#: Line breaks that are not controls, and the marks that override, embed or
#: isolate a direction without our having asked. Plain direction marks stay:
#: people who write from right to left need them, and `isolated` confines them.
_BREAKS_AND_TURNS = (0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_NAMED = {0x09: r"\t", 0x0A: r"\n", 0x0D: r"\r"}

_VISIBLE = {
    code: _NAMED.get(code, f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")
    for code in (*_CONTROLS, *_BREAKS_AND_TURNS)
}
#: In a JSON document a control below 0x20 is already escaped where it is data,
#: and a line break where it is layout.
_VISIBLE_IN_JSON = {code: f"\\u{code:04x}" for code in (*range(0x7F, 0xA0), *_BREAKS_AND_TURNS)}

_FIRST_STRONG_ISOLATE = "\u2068"
_POP_ISOLATE = "\u2069"


def clean(text: str) -> str:
    r"""Show every character that could steer a terminal, as `\x1b`, instead of sending it."""
    return text.translate(_VISIBLE)


def clean_json(document: str) -> str:
    """Do the same to a JSON document, which stays the same document."""
    return document.translate(_VISIBLE_IN_JSON)


def isolated(text: str) -> str:
    """Keep right-to-left *text* from pulling its neighbors in a row around with it."""
    if any(unicodedata.bidirectional(character) in {"R", "AL", "AN"} for character in text):
        return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}"
    return text
