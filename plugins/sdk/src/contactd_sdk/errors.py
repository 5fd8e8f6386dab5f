"""How a source says that it cannot go on.

* SourceError
  + AuthFailed     the account refuses us, a person must act: the sync stops and waits
  + Misconfigured  a setting is wrong, a person must act: the run fails
  + Throttled      the source named a time: the run goes on after it
    + Spent        our own budget for it is used up: so it does
  + Unavailable    nobody must act: the run is tried again, ever more slowly

Every message is a whole sentence for a person. It says what was refused and
what to do, and never holds a secret or a contact's address.

A record that cannot be used is no error: return a `Malformed` for it.
"""

from datetime import datetime


class SourceError(Exception):
    """A source cannot go on; raise one of the errors below, never this one."""


class AuthFailed(SourceError):
    """The account refuses us: its grant is gone, or does not cover what is asked."""


class Misconfigured(SourceError):
    """A setting is wrong, and the same call would be refused again.

    *setting* names it as the settings class does, when one is to blame, or is
    `organization`.
    """

    def __init__(self, message: str, setting: str | None = None) -> None:
        super().__init__(message)
        self.setting = setting


class Throttled(SourceError):
    """The source allows no more calls before *until* (aware; the run goes on after it).

    *everywhere*: it is not the organization that is blocked, but the account or
    this machine, so that nobody here may call the vendor.
    """

    def __init__(self, message: str, until: datetime, *, everywhere: bool = False) -> None:
        if until.tzinfo is None:
            raise ValueError("Throttled needs a time with a zone.")
        super().__init__(message)
        self.until = until
        self.everywhere = everywhere


class Spent(Throttled):
    """Our own budget of calls allows none before *until*. `Calls.take` raises it; a source lets it pass."""


class Unavailable(SourceError):
    """The source did not answer, or with something that is no answer."""
