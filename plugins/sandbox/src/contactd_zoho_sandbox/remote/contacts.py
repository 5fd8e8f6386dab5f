"""Contacts, edited from afar."""

from collections.abc import Mapping
from typing import Any

from contactd_zoho_sandbox.remote.wire import SandboxError, Wire


class ContactControl(Wire):
    """What users do to their contacts in the web pages of Zoho, and some things that none can do there."""

    def add(self, contact_name: str, *, organization_id: str = "", **fields: object) -> str:
        """Add a contact to an organization, by default the first; return its id."""
        body = {"contact_name": contact_name, **fields}
        query = {"organization_id": organization_id}
        return str(self._call("POST", "/sandbox/contacts", body, query=query)["contact"]["contact_id"])

    def edit(self, contact_id: str, *, keep_stamp: bool = False, **fields: object) -> dict[str, Any]:
        """Change fields of a contact; return it in full.

        It moves the time of the last change to now, unless *keep_stamp*.
        """
        query = {"keep_stamp": "true" if keep_stamp else "false"}
        return self._contact(self._call("PATCH", f"/sandbox/contacts/{contact_id}", fields, query=query))

    def get(self, contact_id: str) -> dict[str, Any]:
        """Return a contact in full."""
        return self._contact(self._call("GET", f"/sandbox/contacts/{contact_id}"))

    def delete(self, contact_id: str) -> None:
        """Delete a contact without a trace."""
        self._call("DELETE", f"/sandbox/contacts/{contact_id}")

    def merge(self, contact_id: str, *, into: str) -> dict[str, Any]:
        """Merge a contact into another, which gets its persons; its id vanishes without a trace."""
        return self._contact(self._call("POST", f"/sandbox/contacts/{contact_id}/merge", {"into": into}))

    def find(self, email: str, *, organization_id: str = "") -> str:
        """Return the id of the first contact with this address."""
        found = self.find_all(email, organization_id=organization_id)
        if not found:
            raise SandboxError(f"No contact has the address '{email}'.")
        return found[0]

    def find_all(self, email: str, *, organization_id: str = "") -> list[str]:
        """Return the ids of all contacts with this address."""
        query = {"email": email, "organization_id": organization_id}
        return [
            str(contact["contact_id"]) for contact in self._call("GET", "/sandbox/contacts", query=query)["contacts"]
        ]

    def mutate(self, count: int, *, organization_id: str = "") -> list[str]:
        """Change the last name of *count* contacts, evenly spread; return their ids."""
        body = {"count": count, "organization_id": organization_id}
        return list(self._call("POST", "/sandbox/mutate", body)["contact_ids"])

    @staticmethod
    def _contact(answer: Mapping[str, Any]) -> dict[str, Any]:
        return dict(answer["contact"])
