"""Reading a source in a child to its end."""

from collections.abc import Mapping
from datetime import UTC, datetime

from contactd.host.access import DaemonAccess
from contactd.host.frames import Kind
from contactd.host.pool import Pool
from contactd_sdk import Page, Token, Window
from fakes.rights import GrantedRights, MemoryShelf

WINDOW = Window("contacts", frozenset({"email"}))
UNTIL = datetime(2026, 1, 31, 12, tzinfo=UTC)

COUNTING = """
first = int(cursor or "1")
for number in range(first, 6):
    yield Page([Record(str(number), {"module": window.module})], str(number + 1) if number < 5 else None, total=5)
"""


class KnownAccess:
    """The daemon's side of an account: gives one new token after another, or what *refusal* says."""

    organization = "org-7"

    def __init__(self, refusal: Exception | None = None) -> None:
        self.token = Token("token-1", UNTIL, "https://api.example.com")
        self.refusal = refusal
        self.renewals = 0
        self.rights = GrantedRights()
        self.shelf = MemoryShelf()

    def renew(self) -> Token:
        if self.refusal:
            raise self.refusal
        self.renewals += 1
        self.token = Token(f"token-{self.renewals + 1}", UNTIL, "https://api.example.com")
        return self.token


def read(
    pool: Pool,
    kind: Kind,
    *,
    cursor: str | None = None,
    settings: Mapping[str, str] | None = None,
    access: DaemonAccess | None = None,
) -> list[Page]:
    with pool.open("books-main", kind, settings or {}, access) as opened:
        return list(opened.pages(cursor, WINDOW))
