"""What the daemon refuses, named for what the asker must do.

* ContactdError
  + NotFound    name something that exists
  + Conflict    bring the thing into another state first
    + Unfit     mend the store, whatever was asked: it is there, and will not do
      + Changed start the daemon anew: the store is not the one any more that it was started on
  + Stale       read it again: somebody changed it meanwhile
  + Exists      choose another id
  + Invalid     mend the fields that are named, all of them at once
  + Denied      ask somebody who may
  + Exhausted   wait, or ask for less
  + Away        try again later: something that is needed does not answer

Every message is a whole sentence for a person, with the name quoted, and is
the same in the log, in the contract and on the terminal.
"""

from dataclasses import dataclass


class ContactdError(Exception):
    """A refusal. *reason* is its stable name in the contract, in UPPER_SNAKE.

    *facts* holds every variable of the sentence, for programs.
    """

    reason = "REFUSED"

    def __init__(self, message: str, *, reason: str | None = None, **facts: str) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason or type(self).reason
        self.facts = facts


class NotFound(ContactdError):
    """What was named does not exist. *kind* and *name* say what."""

    reason = "NOT_FOUND"

    def __init__(self, kind: str, name: str, message: str | None = None) -> None:
        super().__init__(message or f"no {kind} is called '{name}'", kind=kind, name=name)
        self.kind = kind
        self.name = name


class Conflict(ContactdError):
    """Its state does not allow it."""

    reason = "WRONG_STATE"


class Unfit(Conflict):
    """The store is there, and will not do before a person has mended it. Runs wait for that."""

    reason = "STORE_UNFIT"


class Changed(Unfit):
    """The store is not any more what this daemon was started on, and will not be again for this daemon."""

    reason = "STORE_CHANGED"


class Stale(ContactdError):
    """It was changed since it was read."""

    reason = "ETAG_MISMATCH"


class Exists(ContactdError):
    """The id is taken."""

    reason = "ALREADY_EXISTS"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field: its path in the contract, and a sentence with the remedy.

    *reason* is a stable name in UPPER_SNAKE, where programs may want to know which fault it is.
    """

    field: str
    message: str
    reason: str = ""


class Invalid(ContactdError):
    """Some fields cannot be used: *faults* has all of them."""

    reason = "INVALID_ARGUMENT"

    def __init__(self, *faults: Fault, reason: str | None = None) -> None:
        super().__init__("; ".join(fault.message for fault in faults), reason=reason)
        self.faults = faults


class Denied(ContactdError):
    """The asker may not."""

    reason = "PERMISSION_DENIED"


class Exhausted(ContactdError):
    """A limit was met."""

    reason = "RESOURCE_EXHAUSTED"


class Away(ContactdError):
    """Something needed does not answer now."""

    reason = "UNAVAILABLE"
