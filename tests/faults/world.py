"""What the fault suite plays on: a sandbox, and the way into it that the daemon would give a connector.

Rule: the connector is the real one, called as the daemon's child calls it; what
it asks goes over HTTP to the sandbox, and the sandbox's journal is the witness.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

import contactd_books
import contactd_invoice
from contactd_books.product import BOOKS
from contactd_invoice.product import INVOICE
from contactd_sdk import AuthFailed, Grant, Secret, Source, Token, Window
from contactd_zoho.authorizer import ZohoAuthorizer
from contactd_zoho.product import Product
from contactd_zoho.settings import ZohoSettings
from contactd_zoho_sandbox.control import Sandbox
from fakes.rights import MemoryShelf, OpenCalls

_PLUGINS = {BOOKS: contactd_books.contactd_sources, INVOICE: contactd_invoice.contactd_sources}

#: What its owner consents to.
_SCOPES = " ".join((*BOOKS.scopes, *INVOICE.scopes, "AaaServer.profile.READ"))

_Answer = TypeVar("_Answer")

#: Customers of the sandbox: two full pages and one row.
CUSTOMERS = 401

EVERYTHING = Window("contacts", frozenset({"email", "last_name"}))
CHANGED = Window("contacts", frozenset({"email"}), since=datetime(2000, 1, 1, tzinfo=UTC))

#: Whoever was changed lately, with something that costs a call for each: one customer.
DETAILED = Window("contacts", frozenset({"country"}), since=datetime(2024, 1, 1, tzinfo=UTC))
PERSONS = Window("contact_persons", frozenset({"email"}), since=DETAILED.since)


@dataclass
class World:
    """One connection to the sandbox, with tokens of its own."""

    sandbox: Sandbox
    settings: ZohoSettings
    authorizer: ZohoAuthorizer
    #: Somebody who is there.
    customer: str
    product: Product
    grant: Grant = field(init=False)
    token: Token = field(init=False)
    organization: str = field(init=False)
    calls: OpenCalls = field(default_factory=OpenCalls)
    shelf: MemoryShelf = field(default_factory=MemoryShelf)
    cursor: str | None = None
    read: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.organization = self.sandbox.ready.organizations[0].organization_id

    def renew(self) -> Token:
        """Give a token newer than the one in force."""
        self.token = self.authorizer.refresh(self.grant)
        return self.token

    def consent(self) -> None:
        """Connect again, as a person does."""
        given = self.sandbox.tokens(_SCOPES)
        self.grant = Grant({"refresh_token": given.refresh_token, "accounts": self.sandbox.url})
        self.token = Token(given.access_token, datetime(2999, 1, 1, tzinfo=UTC), self.sandbox.url)

    def asked(self, question: Callable[[Token], _Answer]) -> _Answer:
        """Ask something about the account, once more if the token is refused, as the daemon does."""
        try:
            return question(self.token)
        except AuthFailed:
            return question(self.renew())

    @contextmanager
    def source(self) -> Iterator[Any]:
        """Open the source of the first organization."""
        (kind,) = _PLUGINS[self.product]()
        source: Source = kind.open(self.settings, self)
        try:
            yield source
        finally:
            source.close()

    def go_on(self, window: Window) -> frozenset[str]:
        """Read from where the last reading stopped, and give everybody that both have read."""
        with self.source() as source:
            for page in source.pages(self.cursor, window):
                self.read |= {record.id for record in page.records}
                self.cursor = page.cursor
        return frozenset(self.read)

    def leaks(self, sentence: str) -> list[str]:
        """Give what of *sentence* is nobody's business: addresses, tokens, secrets."""
        secrets = [self.settings.client_secret.reveal(), self.token.value, *self.grant.secrets.values()]
        found = [secret for secret in secrets if secret in sentence and not secret.startswith("http")]
        return found + re.findall(r"\S+@\S+|[0-9a-fA-F]{24,}", sentence)


def settings_of(sandbox: Sandbox) -> ZohoSettings:
    """Give the settings of a connection to *sandbox*."""
    ready = sandbox.ready
    return ZohoSettings(accounts_url=sandbox.url, client_id=ready.client_id, client_secret=Secret(ready.client_secret))


def connect(sandbox: Sandbox, customer: str, product: Product = BOOKS) -> World:
    """Connect to *sandbox*, as if a person had consented."""
    settings = settings_of(sandbox)
    world = World(sandbox, settings, ZohoAuthorizer(settings, product), customer, product)
    world.consent()
    return world
