"""Domains one letter away from a famous one: a suggestion for those, nothing for all others."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from contactd.domain.near_miss import SHORTEST, near_miss
from domain.test_address import lines_of

FAMOUS = [domain for line in lines_of("famous-domains.txt") for domain in line.split()]
REAL = [domain for line in lines_of("real-domains.txt") for domain in line.split()]


@pytest.mark.parametrize(
    ("domain", "meant"),
    [
        ("gmaio.com", "gmail.com"),
        ("gmail.cim", "gmail.com"),
        ("googlemai.com", "googlemail.com"),
        ("hotmial.com", "hotmail.com"),
        ("htmail.co.uk", "hotmail.co.uk"),
        ("hotmaul.fr", "hotmail.fr"),
        ("hottmail.de", "hotmail.de"),
        ("hotmail.itt", "hotmail.it"),
        ("hotmael.es", "hotmail.es"),
        ("outlok.com", "outlook.com"),
        ("outlookk.fr", "outlook.fr"),
        ("otulook.de", "outlook.de"),
        ("outlool.es", "outlook.es"),
        ("yahool.com", "yahoo.com"),
        ("yahho.co.uk", "yahoo.co.uk"),
        ("yahoo.co.uck", "yahoo.co.uk"),
        ("yaoho.fr", "yahoo.fr"),
        ("yshoo.de", "yahoo.de"),
        ("yaho.co.in", "yahoo.co.in"),
        ("iclould.com", "icloud.com"),
        ("protonmal.com", "protonmail.com"),
        ("fastmial.com", "fastmail.com"),
        ("comcats.net", "comcast.net"),
        ("verison.net", "verizon.net"),
        ("sbcgobal.net", "sbcglobal.net"),
        ("belsouth.net", "bellsouth.net"),
        ("btinernet.com", "btinternet.com"),
        ("virgimmedia.com", "virginmedia.com"),
        ("ntlword.com", "ntlworld.com"),
        ("tonline.de", "t-online.de"),
        ("freenett.de", "freenet.de"),
        ("wannadoo.fr", "wanadoo.fr"),
        ("lapost.net", "laposte.net"),
        ("ornage.fr", "orange.fr"),
        ("telent.be", "telenet.be"),
        ("skyney.be", "skynet.be"),
        ("proximuss.be", "proximus.be"),
        ("zigggo.nl", "ziggo.nl"),
        ("kpmmail.nl", "kpnmail.nl"),
        ("plannet.nl", "planet.nl"),
        ("hetnett.nl", "hetnet.nl"),
        ("liibero.it", "libero.it"),
        ("virgiilo.it", "virgilio.it"),
        ("tiscalli.it", "tiscali.it"),
        ("redifmail.com", "rediffmail.com"),
        ("yandeks.ru", ""),
        ("yanndex.ru", "yandex.ru"),
        ("ramblr.ru", "rambler.ru"),
        ("navver.com", "naver.com"),
        ("hanmial.net", "hanmail.net"),
        ("bigpnod.com", "bigpond.com"),
        ("optusnt.com.au", "optusnet.com.au"),
        ("rogrs.com", "rogers.com"),
        ("sympatico.cca", "sympatico.ca"),
    ],
)
def test_one_letter_leads_to_the_famous_one(domain: str, meant: str) -> None:
    """Row 9 of the decision table."""
    assert near_miss(domain) == meant


@pytest.mark.parametrize(
    "domain",
    [
        "example.com",
        "email.com",
        "fmail.com",
        "live.co",
        "sky.co",
        "gmx.com",
        "gmial.co",
        "hotmail.se",
        "yahoo.dk",
        "yahoo.co.id",
        "",
    ],
)
def test_others_get_no_suggestion(domain: str) -> None:
    assert near_miss(domain) == ""


@pytest.mark.parametrize("domain", FAMOUS)
def test_the_famous_are_right_as_they_are(domain: str) -> None:
    assert len(domain) >= SHORTEST
    assert near_miss(domain) == ""


@pytest.mark.parametrize("domain", REAL)
def test_the_real_are_right_as_they_are_though_near(domain: str) -> None:
    near = {other for letter in "abcdefghijklmnopqrstuvwxyz" for other in one_letter_away(domain, letter)}

    assert near_miss(domain) == ""
    assert near & set(FAMOUS)


def one_letter_away(domain: str, letter: str) -> list[str]:
    places = range(1, len(domain))
    return [f"{domain[:place]}{letter}{domain[rest:]}" for place in places for rest in (place, place + 1)] + [
        f"{domain[:place]}{domain[place + 1 :]}" for place in places
    ]


@settings(deadline=None, derandomize=True, database=None)
@given(some.sampled_from(FAMOUS), some.integers(1, 4), some.sampled_from("abcxyz0-"))
def test_whatever_is_one_letter_too_many_is_near(domain: str, place: int, letter: str) -> None:
    longer = f"{domain[:place]}{letter}{domain[place:]}"

    assert near_miss(longer) in FAMOUS or longer in FAMOUS


@pytest.mark.parametrize("word", ["surroumd", "suggestoin"])
def test_what_a_list_says_of_itself_is_no_domain(word: str) -> None:
    assert near_miss(word) == ""
