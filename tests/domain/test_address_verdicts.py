"""Two hundred thousand addresses, about each of which we and the library have to agree."""

from unicodedata import normalize

import pytest
from email_validator import EmailNotValidError, validate_email

from contactd.domain.address import email_key
from domain.addresses import addresses

PARTS, IN_A_PART = 8, 25_000


def reference(text: str) -> str | None:
    """What the library makes of *text*: the address it stands for, folded as keys are, or None."""
    try:
        found = validate_email(text.strip(), check_deliverability=False)
    except EmailNotValidError:
        return None
    return f"{folded(found.local_part)}@{found.ascii_domain}"


def folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    again = normalize("NFC", text.casefold())
    return again if again == text else folded(again)


@pytest.mark.parametrize("part", range(PARTS))
def test_we_and_the_library_agree(part: int) -> None:
    made = list(addresses(seed=part, count=IN_A_PART))

    differing = {text: (key, expected) for text in made if (key := email_key(text)) != (expected := reference(text))}

    assert differing == {}


def test_the_addresses_are_good_and_bad_and_different() -> None:
    made = list(addresses(seed=0, count=IN_A_PART))

    good = sum(email_key(text) is not None for text in made)
    assert 0.3 < good / len(made) < 0.7
    assert len(set(made)) > 0.9 * len(made)
