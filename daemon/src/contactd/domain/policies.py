"""How odd records are dealt with: what a workspace says, and what a sync says instead.

Rule: whatever a sync leaves open is as its workspace says, and what both leave
open is `DEFAULTS`. Both keep what they say as JSON, by the names of the fields
here; what is not said is not kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from contactd.domain.address import email_key
from contactd.domain.refusals import Fault
from contactd.domain.words import Inactive, OnLeave, RoleAddress, Suppressed, Typo

#: Addresses of roles that can be taken all the same: a list for people to keep, not a data base.
_MOST_EXCEPTIONS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """What somebody says; `None` is nothing."""

    inactive: Inactive | None = None
    role_address: RoleAddress | None = None
    role_exceptions: tuple[str, ...] | None = None
    typo: Typo | None = None
    on_leave: OnLeave | None = None
    suppressed: Suppressed | None = None
    #: Whether a value that its field cannot hold fails its record (row 17).
    strict: bool | None = None
    #: Whether a contact that this sync did not make may become a marketing one by it.
    raise_type: bool | None = None

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Self:
        """Read what `document` gave."""
        return cls(**{name: _READ.get(name, _same)(value) for name, value in kept.items()})

    def document(self) -> dict[str, Any]:
        """Give what is said, to be kept as JSON; addresses by their keys."""
        said = {field.name: getattr(self, field.name) for field in fields(self)}
        if self.role_exceptions is not None:
            said["role_exceptions"] = [email_key(text) or text for text in self.role_exceptions]
        return {name: one for name, one in said.items() if one is not None}


#: What counts when nobody says anything.
DEFAULTS = Policies(
    inactive=Inactive.SYNC,
    role_address=RoleAddress.SKIP,
    role_exceptions=(),
    typo=Typo.KNOWN,
    on_leave=OnLeave.KEEP,
    suppressed=Suppressed.SKIP,
    strict=False,
    raise_type=False,
)


def faults(policies: Policies, place: str) -> tuple[Fault, ...]:
    """Tell what is wrong with *policies*, which stand at *place* of the request."""
    exceptions = policies.role_exceptions or ()
    if len(exceptions) > _MOST_EXCEPTIONS:
        message = f"{len(exceptions)} addresses are given, and no more than {_MOST_EXCEPTIONS} can be; allow all roles"
        return (Fault(f"{place}.role_exceptions", message),)
    return tuple(
        Fault(f"{place}.role_exceptions[{position}]", f"'{text}' is not an e-mail address; give one such as info@a.com")
        for position, text in enumerate(exceptions)
        if email_key(text) is None
    )


def _same(value: Any) -> Any:
    return value


_READ: dict[str, Any] = {
    "inactive": Inactive,
    "role_address": RoleAddress,
    "role_exceptions": tuple,
    "typo": Typo,
    "on_leave": OnLeave,
    "suppressed": Suppressed,
}
