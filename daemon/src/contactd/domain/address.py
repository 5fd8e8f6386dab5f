"""Whether a text is an e-mail address that mail may go to, and the key by which it is one of us.

Rule: one address, one key, and every check looks at the key
(daemon/REQUIREMENTS.md 1.2, "E-mail key"). `email_validator` has the last
word on syntax; it takes 60 µs, so it is asked once per domain, and about the
whole address only where the part before the `@` is out of the ordinary.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

from contactd.domain.near_miss import near_miss
from contactd.domain.words import Reason

#: Octets that an address can have at most (RFC 5321).
LONGEST = 254

# Octets that RFC 5321 grants the part before the `@`. Longer ones are seen in
# the wild, and the validator decides them.
_LONGEST_NAME = 64

# Enough for the domains of a large address book, small enough to forget about (about 5 MB).
_DOMAINS_REMEMBERED = 16_384

_LISTS = Path(__file__).parent / "data"

_ATOM = r"[A-Za-z0-9_!#$%&'*+/=?^`{|}~-]+"
_ORDINARY = re.compile(rf"{_ATOM}(?:\.{_ATOM})*").fullmatch


class Checked(NamedTuple):
    """What there is to say of an address.

    *key* is None only where the text is no address at all. *reason* is `NONE`,
    `EMPTY_EMAIL`, `INVALID_PATTERN` or `ROLE_ADDRESS`; *suggestion* is the
    whole address with a misspelt domain mended, or empty. Beside `NONE` it is
    no more than a hint: the domain is one letter away from a famous one.
    """

    key: str | None
    reason: Reason
    suggestion: str


class _Found(NamedTuple):
    local_part: str
    domain: str
    ascii_domain: str


class _Domain(NamedTuple):
    """What is known of a domain: *tail* is `@` and its A-labels, *room* the octets left for the name."""

    tail: str
    room: int


def email_key(text: str) -> str | None:
    """Give the key of the address *text*, or None where it is none.

    The key tells people apart, and so keeps plus-tags and dots. It says
    nothing about whether mail should go there: `check` does.
    """
    local, at, domain = text.strip().rpartition("@")
    if at and len(domain) < LONGEST and _ORDINARY(local):
        known = _domain(domain)
        if known is None:
            return None
        if len(local) <= known.room:
            return local.lower() + known.tail
    return _unusual(text)


def check(text: str, *, typos: bool = True) -> Checked:
    """Tell what stands against the address *text*: rows 7 to 10 of the decision table, row 9 if *typos* count."""
    key = email_key(text)
    if key is None:
        return _INVALID if text.strip() else _EMPTY
    name, _, domain = key.rpartition("@")
    if typos and domain in _TYPOS:
        return Checked(key, Reason.INVALID_PATTERN, _mended(text, _TYPOS[domain]))
    if name.partition("+")[0] in _ROLES:
        return Checked(key, Reason.ROLE_ADDRESS, "")
    meant = near_miss(domain) if typos else ""
    return Checked(key, Reason.NONE, meant and _mended(text, meant))


def _mended(text: str, domain: str) -> str:
    return f"{text.strip().rpartition('@')[0]}@{domain}"


def _unusual(text: str) -> str | None:
    """Give the key of an address with other than plain letters before the `@`, or of great length."""
    text = normalize("NFC", text.strip())
    # The validator's effort grows with the length, and a field may hold a novel.
    if "@" not in text or len(text) > LONGEST:
        return None
    found = _validated(text)
    if found is None:
        return None
    key = f"{_folded(found.local_part)}@{found.ascii_domain}"
    return key if len(key.encode()) <= LONGEST else None


def _folded(local: str) -> str:
    """Fold case so that folding again changes nothing: what is composed anew may fold once more."""
    folded = normalize("NFC", local.casefold())
    while folded != local:
        local, folded = folded, normalize("NFC", folded.casefold())
    return folded


@lru_cache(maxsize=_DOMAINS_REMEMBERED)
def _domain(text: str) -> _Domain | None:
    text = normalize("NFC", text)
    found = _validated(f"a@{text}")
    if found is None:
        return None
    # Each of its spellings has to fit in with the name.
    widest = max(len(spelling.encode()) for spelling in (text, found.domain, found.ascii_domain))
    return _Domain(tail=f"@{found.ascii_domain}", room=min(_LONGEST_NAME, LONGEST - 1 - widest))


def _validated(text: str) -> _Found | None:
    """Give *text* as the validator understands it, or None where it refuses it."""
    # Imported late: it takes longer than all else that a start needs of this module.
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        return None
    return _Found(found.local_part, found.domain, found.ascii_domain)


def _lines(name: str) -> list[str]:
    text = (_LISTS / name).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def _roles() -> frozenset[str]:
    return frozenset(name.replace("-", joint) for name in _lines("role-names.txt") for joint in ("-", ".", "_", ""))


def _typos() -> dict[str, str]:
    pairs = (line.split(":") for line in _lines("typo-domains.txt"))
    return {wrong: right for right, wrongs in pairs for wrong in wrongs.split()}


_ROLES = _roles()
_TYPOS = _typos()
_EMPTY = Checked(None, Reason.EMPTY_EMAIL, "")
_INVALID = Checked(None, Reason.INVALID_PATTERN, "")
