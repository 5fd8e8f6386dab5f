"""A source in a child that gets a token of an account, and no secret."""

import pytest

from contactd.host.errors import ChildFailed
from contactd_sdk import (
    AuthFailed,
)
from host.reading import KnownAccess, read

AUTHORIZED = "authorizer=lambda settings: None"

RENEWING = """
values = [self.access.organization, self.access.token.value, self.settings.url, repr(self.settings.token)]
values.append(self.settings.token.reveal())
values.append(self.access.renew().value)
values.append(self.access.token.value)
yield Page([Record("1", {"seen": values})], None)
"""


def test_a_source_with_an_authorizer_gets_a_token_and_no_secret(pool, kind_of):
    kind = kind_of(RENEWING, more=AUTHORIZED)

    (page,) = read(pool, kind, settings={"url": "https://x", "token": "my-secret"}, access=KnownAccess())

    seen = ["org-7", "token-1", "https://x", "Secret('…')", "", "token-2", "token-2"]
    assert page.records[0].values == {"seen": seen}


def test_a_token_can_be_renewed_by_a_thread_of_the_plugin(pool, kind_of):
    pages = """
        seen = []
        for number in range(3):
            thread = threading.Thread(target=lambda: seen.append(self.access.renew().value))
            thread.start()
            yield Page([Record(str(number), {"text": "x" * 200_000})], str(number + 2))
            thread.join()
        yield Page([Record("3", {"seen": seen})], None)
    """
    kind = kind_of(pages, more=AUTHORIZED)

    read_pages = read(pool, kind, access=KnownAccess())

    assert read_pages[-1].records[0].values == {"seen": ["token-2", "token-3", "token-4"]}


def test_a_source_that_gets_no_new_token_raises_what_the_daemon_was_told(pool, kind_of):
    kind = kind_of(RENEWING, more=AUTHORIZED)

    with pytest.raises(AuthFailed, match="the grant is gone"):
        read(pool, kind, access=KnownAccess(AuthFailed("the grant is gone")))


def test_a_fault_of_the_daemon_while_it_renews_is_its_own(pool, kind_of):
    kind = kind_of(RENEWING, more=AUTHORIZED)

    with pytest.raises(LookupError, match="store"):
        read(pool, kind, access=KnownAccess(LookupError("store")))


def test_a_kind_with_an_authorizer_is_not_opened_without_a_token(pool, kind_of):
    kind = kind_of(RENEWING, more=AUTHORIZED)

    with pytest.raises(ChildFailed, match="was opened without the token that its kind needs"):
        pool.open("books-main", kind, {})


def test_the_access_of_a_closed_source_is_of_no_use_any_more(pool, kind_of):
    kind = kind_of(
        "TestSource.first.renew()\nyield",
        opened="TestSource.first = getattr(TestSource, 'first', access)",
        more=AUTHORIZED,
    )
    with pool.open("books-main", kind, {}, KnownAccess()):
        pass

    with pytest.raises(ChildFailed, match="asked for a token while no run was waiting for it"):
        read(pool, kind, access=KnownAccess())


def test_a_token_in_the_words_of_a_source_is_hidden(pool, kind_of):
    kind = kind_of("self.access.renew()\nraise AuthFailed(f'no {self.access.token.value}')\nyield", more=AUTHORIZED)

    with pytest.raises(AuthFailed) as caught:
        read(pool, kind, access=KnownAccess())

    assert str(caught.value) == "no …"
