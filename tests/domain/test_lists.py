"""The lists of names: none of them loses, gains or changes a line unnoticed."""

from hashlib import sha256

import pytest

from domain.test_address import lines_of

#: Who edits a list on purpose looks at the difference, and writes its new sum here.
SUMS = {
    "role-names.txt": "6b06ac27158e",
    "typo-domains.txt": "aa92acce4ecb",
    "famous-domains.txt": "44f98f5eb98d",
    "real-domains.txt": "918278459197",
    "country-names.txt": "14aa53421bb5",
}


@pytest.mark.parametrize("name", SUMS)
def test_a_list_has_the_lines_that_were_meant(name: str) -> None:
    lines = lines_of(name)

    assert len(set(lines)) == len(lines)
    assert sha256("\n".join(lines).encode()).hexdigest()[:12] == SUMS[name]
