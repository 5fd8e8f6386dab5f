"""Whether a mail domain is one letter away from a famous one.

Rule (daemon/REQUIREMENTS.md 1.5, row 9): that is a suggestion and nothing
more. Real organizations live one letter away from the famous, so nobody is
refused, and no address is rewritten, because of it.
"""

import re
from functools import cache, lru_cache
from pathlib import Path

#: Shorter domains are near each other by chance.
SHORTEST = 8

_NATIONAL = re.compile(r"(?:com?\.)?[a-z]{2}").fullmatch

# Enough for the domains of a large address book.
_DOMAINS_REMEMBERED = 16_384

_LISTS = Path(__file__).parent / "data"


@lru_cache(maxsize=_DOMAINS_REMEMBERED)
def near_miss(domain: str) -> str:
    """Give the famous domain that *domain*, in A-labels, may have been meant to be, or nothing.

    One letter is missing, too many, another one, or swapped with its
    neighbor; but never the first letter, which people get right.
    """
    # Imported late: most starts never come to an address.
    from rapidfuzz.distance import OSA

    famous, real = _famous(), _real()
    if len(domain) < SHORTEST or domain in famous or domain in real:
        return ""
    alike = (other for other in famous if other[0] == domain[0] and not _is_its_national(domain, other))
    return next((other for other in alike if OSA.distance(domain, other, score_cutoff=1) == 1), "")


def _is_its_national(domain: str, famous: str) -> bool:
    """Whether *domain* is the famous one of another country: hotmail.se, beside hotmail.es."""
    name, _, end = domain.partition(".")
    return name == famous.partition(".")[0] and _NATIONAL(end) is not None


@cache
def _famous() -> tuple[str, ...]:
    return _domains("famous-domains.txt")


@cache
def _real() -> frozenset[str]:
    return frozenset(_domains("real-domains.txt"))


def _domains(name: str) -> tuple[str, ...]:
    lines = (_LISTS / name).read_text("utf-8").splitlines()
    return tuple(domain for line in lines if not line.startswith("#") for domain in line.split())
