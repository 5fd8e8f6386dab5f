"""What a plugin writes: a source, and for accounts that ask for consent an authorizer."""

from collections.abc import Collection, Iterator, Sequence
from typing import Protocol, runtime_checkable

from contactd_sdk.calls import Calls
from contactd_sdk.settings import Secret
from contactd_sdk.shelf import Shelf
from contactd_sdk.values import Account, Grant, Organization, Page, SourceField, Token, Window


class Source(Protocol):
    """The live end of one connection, used by one run at a time."""

    def pages(self, cursor: str | None, window: Window) -> Iterator[Page]:
        """Give the pages of *window*, from the one that *cursor* names (`None`: the first).

        The same cursor brings the same page again, as far as the source has
        not changed. The iterator may be left at any page.
        """
        ...

    def close(self) -> None:
        """Let go of connections. Called once, whatever happened before."""
        ...


@runtime_checkable
class FieldsSource(Protocol):
    """A source whose fields are not all known beforehand (`Capability.FIELDS`)."""

    def fields(self, module: str) -> Sequence[SourceField]:
        """Tell every field of *module* that can be mapped."""
        ...


@runtime_checkable
class ConfirmingSource(Protocol):
    """A source that can be asked after single records (`Capability.CONFIRM`).

    A row can slip from one page to another while pages are read. So before a
    sweep removes anybody, the daemon asks whether the record really is gone.
    """

    def gone(self, module: str, ids: Sequence[str]) -> Collection[str]:
        """Tell which of the records with *ids* are not there any more."""
        ...


class Access(Protocol):
    """The way into an account, handed to a source whose kind has an authorizer."""

    @property
    def organization(self) -> str:
        """The chosen organization's id, empty where the kind has none."""
        ...

    @property
    def token(self) -> Token:
        """The token in force."""
        ...

    def renew(self) -> Token:
        """Ask the daemon for a token newer than the one in force, after a refusal of it.

        Raises:
            AuthFailed: the account gives no new one.
        """
        ...

    @property
    def calls(self) -> Calls:
        """The rights to call the vendor."""
        ...

    @property
    def shelf(self) -> Shelf:
        """What the source keeps between runs."""
        ...


class Authorizer(Protocol):
    """Turns consent into tokens. Each call runs in a process of its own, which then ends."""

    def complete(self, code: Secret) -> Grant:
        """Exchange a grant *code* for what lasts.

        Raises:
            AuthFailed: the code was refused.
        """
        ...

    def refresh(self, grant: Grant) -> Token:
        """Get a token for *grant*."""
        ...

    def revoke(self, grant: Grant) -> None:
        """Give *grant* back."""
        ...

    def account(self, token: Token) -> Account:
        """Tell whose account it is."""
        ...

    def organizations(self, token: Token) -> Sequence[Organization]:
        """List the organizations to choose from."""
        ...
