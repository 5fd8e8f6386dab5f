"""Addresses made up from a seed: ordinary ones, ones at every edge of the rules, and ordinary ones damaged."""

from collections.abc import Callable, Iterator
from random import Random

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_NAMES = ("ann", "bob.lee", "Eve-Marie", "o'neill", "x_y", "info", "no-reply", "a.b.c", "JEAN", "li+news", "42", "{id}")
_ODD = "\"(),:;<>[]\\ @.\t\n\r\0\u200b\u202e\u00a0\uff20\u3002.é\u0301ßİ\u0131ǅ中א+-_'%=~#"
_WORDS = ("müller", "ÄRGER", "straße", "李明", "иван", "e\u0301mile", "ﬁn", "ω\u0345")
_LABELS = (
    "example",
    "Example",
    "shop-24",
    "xn--bcher-kva",
    "a_b",
    "-a",
    "a-",
    "a--b",
    "ab--c",
    "1",
    "x" * 63,
    "x" * 64,
    "",
)
_IDN = ("bücher", "BÜCHER", "straße", "中国", "пример", "faß", "ёлка", "a\u200db", "xn--", "xn--a", "ﬁn", "e\u0301t")
_TOPS = ("com", "COM", "org", "de", "co.uk", "info", "museum", "eu", "be", "io")
_ODD_TOPS = (
    "c1",
    "1",
    "test",
    "local",
    "localhost",
    "invalid",
    "onion",
    "arpa",
    "example",
    "中国",
    "xn--fiqs8s",
    "c",
    "",
    "-",
)


def addresses(seed: int, count: int) -> Iterator[str]:
    """Give *count* texts, the same ones for the same *seed*."""
    random = Random(seed)
    kinds = random.choices(list(_KINDS), list(_KINDS.values()), k=count)
    return (kind(random) for kind in kinds)


def _ordinary(random: Random) -> str:
    return f"{_name(random)}@{_domain(random)}"


def _odd_name(random: Random) -> str:
    name = "".join(random.choices(_LETTERS + _ODD, k=random.randrange(12)))
    return f"{name}@{_domain(random)}"


def _foreign_name(random: Random) -> str:
    return f"{random.choice(_WORDS)}{random.choice(('', '.', '+'))}{_name(random)}@{_domain(random)}"


def _odd_domain(random: Random) -> str:
    labels = random.choices(_LABELS, k=random.randrange(1, 4))
    return f"{_name(random)}@{'.'.join([*labels, random.choice(_TOPS + _ODD_TOPS)])}"


def _foreign_domain(random: Random) -> str:
    return f"{_name(random)}@{random.choice(_IDN)}.{random.choice(_TOPS + _ODD_TOPS)}"


def _long(random: Random) -> str:
    name = "n" * random.randrange(60, 68)
    labels = ["d" * random.randrange(55, 65) for _ in range(random.randrange(1, 5))]
    return f"{name}@{'.'.join(labels)}.com"


def _at_the_limit(random: Random) -> str:
    """An address of 250 to 258 letters, none of whose parts is too long."""
    rest = random.randrange(250, 259) - 64 - len("@.com") - 3 * 57 - 3
    return f"{'n' * 64}@{'d' * 57}.{'e' * 57}.{'f' * 57}.{'g' * max(rest, 1)}.com"


def _damaged(random: Random) -> str:
    text = list(_ordinary(random))
    for _ in range(random.randrange(1, 3)):
        place = random.randrange(len(text))
        harm = random.choice((_drop, _double, _replace, _insert, _swap))
        harm(random, text, place)
    return "".join(text) or "@"


def _drop(_: Random, text: list[str], place: int) -> None:
    if len(text) > 1:
        del text[place]


def _double(_: Random, text: list[str], place: int) -> None:
    text.insert(place, text[place])


def _replace(random: Random, text: list[str], place: int) -> None:
    text[place] = random.choice(_ODD)


def _insert(random: Random, text: list[str], place: int) -> None:
    text.insert(place, random.choice(_ODD))


def _swap(_: Random, text: list[str], place: int) -> None:
    text[place], text[-1] = text[-1], text[place]


def _noise(random: Random) -> str:
    return "".join(random.choices(_LETTERS + _ODD + "@@@...", k=random.randrange(20)))


def _name(random: Random) -> str:
    made = "".join(random.choices(_LETTERS, k=random.randrange(1, 9)))
    return random.choice((made, made.upper(), f"{made}.{random.choice(_NAMES)}", random.choice(_NAMES)))


def _domain(random: Random) -> str:
    # A few thousand of them, so that most are met more than once.
    made = "".join(random.choices(_LETTERS, k=random.randrange(1, 3)))
    return f"{made}{random.choice(('', '-shop', '24', '.mail'))}.{random.choice(_TOPS)}"


#: Ways to make an address, and how often each is taken.
_KINDS: dict[Callable[[Random], str], int] = {
    _ordinary: 40,
    _damaged: 25,
    _odd_name: 10,
    _odd_domain: 9,
    _foreign_name: 6,
    _long: 3,
    _at_the_limit: 2,
    _foreign_domain: 3,
    _noise: 2,
}
