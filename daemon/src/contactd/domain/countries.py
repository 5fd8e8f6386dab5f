"""Which country a text means, by its code or by its name in one of many languages.

Names come from the Unicode CLDR (babel), in the languages of LANGUAGES, and
from `data/country-names.txt`, which has those that CLDR lacks.
"""

from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from unicodedata import category, normalize

#: The languages whose names of countries are known. Where one of them calls a country as an earlier one calls
#: another, the earlier one counts.
LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da", "fi", "cs", "tr", "ru", "hi", "ja", "zh", "ar")

# Codes of CLDR that are no countries: unions, outlying waters, tests, and "unknown".
_NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})

# An address book has few spellings of its countries.
_TEXTS_REMEMBERED = 4_096

_NAMES = Path(__file__).parent / "data" / "country-names.txt"


def country_code(text: str) -> str | None:
    """Give the ISO 3166 code of the country that *text* names, such as `IN` for India, IN and IND, or None."""
    return _codes().get(_plain(text))


@lru_cache(maxsize=_TEXTS_REMEMBERED)
def country_key(text: str) -> str:
    """Give what is equal for all names of one country: its code, else the folded text."""
    return country_code(text) or _plain(text)


def _plain(text: str) -> str:
    """Take from *text* all in which two spellings of one name can differ: case, accents, punctuation, an article."""
    spelled = "".join(sign for sign in normalize("NFKD", text.casefold()) if sign != "." and category(sign) != "Mn")
    # Indian vowels are letters here, though not to isalnum.
    words = "".join(sign if sign.isalnum() or category(sign) == "Mc" else " " for sign in spelled).split()
    return " ".join(words[1:] if words[:1] == ["the"] else words) or text.strip().casefold()


@cache
def _codes() -> dict[str, str]:
    """Give all codes and names, folded, and the code of each."""
    found: dict[str, str] = {}
    for name, code in _known():
        found.setdefault(_plain(name), code)
    return found


def _known() -> Iterator[tuple[str, str]]:
    """Give names and codes of countries, what counts most first."""
    # Imported late: it takes a tenth of a second, and many stores never compare a country.
    from babel import Locale
    from babel.core import get_global

    codes = {str(code) for code in Locale("en").territories if len(str(code)) == 2} - _NO_COUNTRIES
    yield from ((code, code) for code in codes)
    yield from _aliases()
    # Codes of three letters, numbers, and codes of former times.
    yield from (
        (alias, now[0]) for alias, now in get_global("territory_aliases").items() if len(now) == 1 and now[0] in codes
    )
    for language in LANGUAGES:
        yield from ((name, str(code)) for code, name in Locale(language).territories.items() if code in codes)


def _aliases() -> Iterator[tuple[str, str]]:
    lines = (line for line in _NAMES.read_text("utf-8").splitlines() if line and not line.startswith("#"))
    for code, names in (line.split(":") for line in lines):
        yield from ((name, code) for name in names.split(","))
