"""Making what a stranger wrote fit to be shown: short, on one line, without addresses and tokens."""

import re

#: More than this of a vendor's words helps nobody.
_LONGEST = 160

_ADDRESS = re.compile(r"\S+@\S+")
# Tokens of Zoho are long runs of hexadecimal digits with dots between them.
_TOKEN = re.compile(r"[0-9A-Fa-f.]{24,}")


def cleaned(text: str) -> str:
    """Give *text* as it may stand in a message and in a log."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text[:2_000]).split())
    line = _TOKEN.sub("…", _ADDRESS.sub("…", line))
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def quoted(text: str) -> str:
    """Give *text* as a remark to end a sentence with, or nothing if there is none."""
    line = cleaned(text).rstrip(".")
    return f' (Zoho says: "{line}")' if line else ""
