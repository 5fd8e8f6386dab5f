"""Contacts that Zoho refuses to tell of, again and again: how long they may hold up everybody after them.

Rule: a fault is waited out, as long as it may be the server's. What is refused
for a day, while the list is told, is that one contact's: nobody waits for it
any more. Its record fails and says so, and a sweep does not take it for gone.
"""

import json
from datetime import UTC, datetime, timedelta

from contactd_sdk import Malformed, Misconfigured, Record, Shelf, Shelved, SourceError, Unavailable

#: What every module's details are shelved under: contacts, and the persons of contacts, come from one call.
MODULE = "contacts"

#: So long a contact is asked after before it is given up, and so long a refusal counts after which none came.
#: A sync that runs once a month comes back after 31 days.
_PATIENCE, _MEMORY = timedelta(days=1), timedelta(days=45)

#: Stand before the id of a contact where the shelf says since when it is refused; no id holds them.
_READING, _SWEEPING = "refused:", "unsure:"

#: Stands for the time of modification of a contact that has none, or whose time a sweep does not know.
NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


def given_up(shelf: Shelf, row: Record, error: SourceError, now: datetime) -> Malformed:
    """Give what becomes of *row*, whose detail was refused with *error*, once that has gone on for a day.

    Raises:
        SourceError: it has not, or it is not about this contact.
    """
    _wait_out(shelf, _READING + row.id, row.modified or NO_TIME, error, now)
    why = "The call for this contact has been refused for more than a day, or tells nothing of it."
    return Malformed(json.dumps({"contact_id": row.id}), f"{why} Save the contact again, or ask the vendor.")


def check_waited(shelf: Shelf, contact: str, error: SourceError, now: datetime) -> None:
    """See that whether *contact* is gone was asked for a day, and refused with *error* each time.

    Raises:
        SourceError: it was not, or it is not about this contact.
    """
    _wait_out(shelf, _SWEEPING + contact, NO_TIME, error, now)


def _wait_out(shelf: Shelf, mark: str, stamp: datetime, error: SourceError, now: datetime) -> None:
    of_one = isinstance(error, Unavailable) or (isinstance(error, Misconfigured) and error.setting is None)
    if not of_one:
        raise error
    found = shelf.find(MODULE, {mark: stamp}).get(mark)
    first, last = [datetime.fromisoformat(text) for text in found.decode().split()] if found else (now, now)
    if now - last > _MEMORY:
        first = now
    told = f"{first.isoformat()} {now.isoformat()}"
    shelf.keep(MODULE, [Shelved(mark, stamp, [], told.encode())])
    if now - first < _PATIENCE:
        raise error
