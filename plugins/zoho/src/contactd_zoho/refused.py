"""Contacts whose detail is refused again and again: how long they may hold up everybody after them.

Rule: a fault is waited out, as long as it may be the server's. What is refused
for a day, while the list is told, is that one contact's: it is given up until
it changes or everything is read again, and its record says so.
"""

import json
from datetime import datetime, timedelta

from contactd_sdk import Malformed, Misconfigured, Record, Shelf, Shelved, SourceError, Unavailable

#: So long a contact is asked after before it is given up.
_PATIENCE = timedelta(days=1)

#: Stands before the id of a contact where the shelf says since when it is refused; no id holds it.
_MARK = "refused:"


def given_up(shelf: Shelf, module: str, row: Record, error: SourceError, now: datetime) -> Malformed:
    """Give what becomes of *row*, whose detail was refused with *error*, once that has gone on for a day.

    Raises:
        SourceError: it has not, or it is not about this contact.
    """
    of_one = isinstance(error, Unavailable) or (isinstance(error, Misconfigured) and error.setting is None)
    if not of_one or row.modified is None:
        raise error
    mark = _MARK + row.id
    found = shelf.find(module, {mark: row.modified}).get(mark)
    if found is None:
        shelf.keep(module, [Shelved(mark, row.modified, [], now.isoformat().encode())])
        raise error
    if now - datetime.fromisoformat(found.decode()) < _PATIENCE:
        raise error
    why = "The call for this contact has been refused for more than a day. Save the contact again, or ask the vendor."
    return Malformed(json.dumps({"contact_id": row.id}), why)
