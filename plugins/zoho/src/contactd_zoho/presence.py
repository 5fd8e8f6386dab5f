"""Asking after single contacts: is one gone, or did a list pass over it?

A deleted contact leaves no trace but that its detail is refused (FACTS.md "2.9").
"""

from collections.abc import Iterable

import msgspec

from contactd_zoho.errors import Envelope, Refusal
from contactd_zoho.finance import Finance

#: What Zoho answers for a contact that is not there: 1002, or 5 (FACTS.md "3.3", "9").
_GONE = frozenset({5, 1002})

_decode = msgspec.json.Decoder(Envelope).decode


def gone(finance: Finance, organization: str, ids: Iterable[str]) -> frozenset[str]:
    """Tell which of the contacts with *ids* are gone; one call each.

    Raises:
        SourceError: a call was refused for another reason, or had no answer.
    """
    return frozenset(contact for contact in ids if _is_gone(finance, organization, contact))


def _is_gone(finance: Finance, organization: str, contact: str) -> bool:
    answer = finance.attempt(f"/contacts/{contact}", {"organization_id": organization}, _decode)
    if not isinstance(answer, Refusal):
        return False
    if answer.code in _GONE:
        return True
    raise answer.error
