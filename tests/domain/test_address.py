"""E-mail addresses: keys, verdicts, and the two lists of names."""

from importlib.resources import files

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given, settings
from hypothesis import strategies as some

from contactd.domain.address import LONGEST, check, email_key
from contactd.domain.words import Reason

ATOMS = some.text(some.sampled_from("abcXYZ019.!#+-_'@ \"\u00e9\u0130\u00df"), max_size=12)
LABELS = some.sampled_from(
    [
        "example",
        "Example",
        "gmail",
        "b\u00fccher",
        "xn--bcher-kva",
        "xn--",
        "-a",
        "a-",
        "a_b",
        "x" * 63,
        "x" * 64,
        "1",
        "",
    ]
)
TOPS = some.sampled_from(["com", "ORG", "c1", "test", "local", "onion", "invalid", "de", "\u4e2d\u56fd", ""])
DOMAINS = some.builds(".".join, some.tuples(LABELS, TOPS) | some.tuples(LABELS, LABELS, TOPS) | some.tuples(TOPS))
ADDRESSES = some.builds("{}@{}".format, ATOMS, DOMAINS) | some.emails() | some.text(max_size=30)


def verdict_of_the_library(text: str) -> str | None:
    try:
        found = validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        return None
    return f"{found.local_part.casefold()}@{found.ascii_domain}"


@settings(derandomize=True, database=None, deadline=None, max_examples=500)
@given(ADDRESSES)
@example("a" * 65 + "@example.com")
@example("a" * 64 + "@" + "b" * 63 + "." + "c" * 63 + "." + "d" * 58 + ".com")
@example("a" * 64 + "@" + "b" * 63 + "." + "c" * 63 + "." + "d" * 57 + ".com")
@example("a@xn--" + "a" * 59 + ".com")
def test_the_fast_path_says_what_the_library_says(text: str) -> None:
    reference = verdict_of_the_library(text.strip())

    key = email_key(text)

    assert (key is None) == (reference is None)
    if key is not None and key.isascii():
        assert key == reference


@settings(derandomize=True, database=None, deadline=None, max_examples=300)
@given(ADDRESSES)
@example("\u03b9\u0308\u0301\u0345@example.com")
@example("\u0130@example.com")
def test_the_key_of_a_key_is_the_key(text: str) -> None:
    key = email_key(text)

    assert key is None or email_key(key) == key


@settings(derandomize=True, database=None, deadline=None)
@given(ADDRESSES)
def test_whoever_has_a_key_has_the_same_one_in_check(text: str) -> None:
    assert check(text).key == email_key(text)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Ann.Lee@Example.COM", "ann.lee@example.com"),
        (" \t\u00a0\u2003ann@example.com\u3000\r\n", "ann@example.com"),
        ("ann+news@example.com", "ann+news@example.com"),
        ("a.n.n@gmail.com", "a.n.n@gmail.com"),
        ("ann@B\u00dcCHER.example", "ann@xn--bcher-kva.example"),
        ("ann@xn--bcher-kva.example", "ann@xn--bcher-kva.example"),
        ("ann@stra\u00dfe.example", "ann@xn--strae-oqa.example"),
        ("ann@strasse.example", "ann@strasse.example"),
        ("JOS\u00c9@example.com", "jos\u00e9@example.com"),
        ("jose\u0301@example.com", "jos\u00e9@example.com"),
        ("STRASSE@example.com", "strasse@example.com"),
        ("stra\u00dfe@example.com", "strasse@example.com"),
    ],
)
def test_one_address_has_one_key_however_it_is_written(text: str, key: str) -> None:
    assert email_key(text) == key


@pytest.mark.parametrize("domain", ["example.com", "example.org", "example.net"])
def test_the_domains_of_documentation_are_good(domain: str) -> None:
    checked = check(f"ann@{domain}")

    assert checked == (f"ann@{domain}", Reason.NONE, "")


@pytest.mark.parametrize("text", ["", " ", "\t\u00a0\u3000\n"])
def test_a_missing_address_is_empty(text: str) -> None:
    """Rows 7, R74."""
    assert check(text) == (None, Reason.EMPTY_EMAIL, "")


@pytest.mark.parametrize(
    "text",
    [
        "patriciazylker.com",
        "ann",
        "@",
        "ann@",
        "@example.com",
        "jane@aol",
        "ann@example..com",
        "ann@.example.com",
        "ann@example.com.",
        "ann@@example.com",
        ".ann@example.com",
        "an n@example.com",
        "ann@example.c1",
        "ann@shop.test",
        "ann@shop.invalid",
        "ann@printer.local",
        "ann@localhost",
        "ann@hidden.onion",
        "ann@[192.0.2.1]",
        '"ann"@example.com',
        "Ann <ann@example.com>",
        "ann\u200b@example.com",
        "ann\u202e@example.com",
        "ann\uff20example.com",
        "ann@example.com\0",
        "ann\ud800@example.com",
        "ann@example.com, bob@example.com",
        "mailto:ann@",
    ],
)
def test_what_is_no_address_is_an_invalid_pattern(text: str) -> None:
    """Row 8, R46 and R73."""
    assert check(text) == (None, Reason.INVALID_PATTERN, "")


def test_an_address_has_254_octets_at_most() -> None:
    domain = "b" * 60 + "." + "c" * 60 + "." + "d" * 60 + ".example"
    fitting = "a" * (LONGEST - len(domain) - 1) + "@" + domain
    accented = "\u00e9" + fitting[1:]

    assert email_key(fitting) == fitting
    assert email_key("a" + fitting) is None
    assert email_key(accented) is None


def test_an_endless_text_is_told_at_once() -> None:
    assert email_key("a@" * 1_000_000 + "example.com") is None
    assert email_key("a@" + "example." * 1_000_000 + "com") is None


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("john@gnail.com", "john@gmail.com"),
        ("John.Doe+x@GMAIL.CON", "John.Doe+x@gmail.com"),
        (" ann@hotmial.com ", "ann@hotmail.com"),
        ("jos\u00e9@yahooo.fr", "jos\u00e9@yahoo.fr"),
        ("info@outlok.com", "info@outlook.com"),
    ],
)
def test_a_misspelt_domain_is_an_invalid_pattern_with_a_suggestion(text: str, suggestion: str) -> None:
    """Row 9, R73."""
    _, reason, mended = check(text)

    assert (reason, mended) == (Reason.INVALID_PATTERN, suggestion)


@pytest.mark.parametrize(
    "domain",
    ["gmail.com", "mail.com", "ymail.com", "email.com", "fmail.com", "gmx.com", "live.co", "sol.com", "aon.com"],
)
def test_a_real_domain_near_a_famous_one_is_good(domain: str) -> None:
    assert check(f"ann@{domain}").reason is Reason.NONE


@pytest.mark.parametrize(
    "name",
    [
        "info",
        "administrator",
        "careers",
        "service",
        "support",
        "Postmaster",
        "INFO+shop",
        "customer-service",
        "customer.service",
        "customer_service",
        "CustomerService",
        "no-reply",
        "noreply",
        "web.master",
    ],
)
def test_a_role_is_told_and_keeps_its_key(name: str) -> None:
    """Row 10, R71. The key serves those who allow roles."""
    address = f"{name}@example.com"

    assert check(address) == (address.lower(), Reason.ROLE_ADDRESS, "")


@pytest.mark.parametrize(
    "name", ["information.desk", "salesh", "info2", "i.nfo", "inf-o", "minfo", "ann+info", "hello", "bill", "supporter"]
)
def test_a_person_is_no_role(name: str) -> None:
    assert check(f"{name}@example.com").reason is Reason.NONE


def test_a_domain_one_letter_off_is_taken_with_a_suggestion() -> None:
    """Row 9: a near miss only adds a warning."""
    assert check(" Ann.Lee@gmaio.com") == ("ann.lee@gmaio.com", Reason.NONE, "Ann.Lee@gmail.com")
    assert check("ann@gmaio.com", typos=False) == ("ann@gmaio.com", Reason.NONE, "")


def test_misspelt_domains_are_taken_where_nobody_looks_for_them() -> None:
    assert check("ann@gnail.com", typos=False) == ("ann@gnail.com", Reason.NONE, "")


def lines_of(name: str) -> list[str]:
    text = (files("contactd.domain") / "data" / name).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@pytest.mark.parametrize(
    "name", ["role-names.txt", "typo-domains.txt", "famous-domains.txt", "real-domains.txt", "country-names.txt"]
)
def test_each_list_says_of_when_it_is(name: str) -> None:
    text = (files("contactd.domain") / "data" / name).read_text("utf-8")

    assert "as of 20" in text.splitlines()[0]


def test_no_role_is_listed_twice() -> None:
    names = lines_of("role-names.txt")

    assert len({name.replace("-", "") for name in names}) == len(names)


def test_every_misspelling_leads_to_a_good_domain() -> None:
    split = [line.split(":") for line in lines_of("typo-domains.txt")]
    pairs = [(wrong, right) for right, wrongs in split for wrong in wrongs.split()]

    assert len({wrong for wrong, _ in pairs}) == len(pairs)
    assert {check(f"ann@{right}") for _, right in pairs} == {(f"ann@{right}", Reason.NONE, "") for _, right in pairs}
    assert [check(f"ann@{wrong}").suggestion for wrong, _ in pairs] == [f"ann@{right}" for _, right in pairs]
