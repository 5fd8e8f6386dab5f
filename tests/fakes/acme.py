"""Acme CRM on the loopback: as much of it as its plugin speaks."""

from collections.abc import Mapping
from typing import Any

from fakes.http_script import Answer, Asked, HttpScript

TOKEN = "acme-token"


class Acme:
    """An account with *contacts*, given two at a time; *refusal* is answered to everything when it is set."""

    def __init__(self, contacts: list[Mapping[str, Any] | str]) -> None:
        self.contacts = contacts
        self.refusal: Answer | None = None

    def serve(self) -> HttpScript:
        """Make the server; use it as a context."""
        return HttpScript(self._answer)

    def _answer(self, asked: Asked) -> Answer:
        if self.refusal is not None:
            return self.refusal
        if asked.headers.get("Authorization") != f"Bearer {TOKEN}":
            return Answer({"error": "unknown token"}, 401)
        if asked.path != "/api/contacts":
            return Answer("no such page", 404)
        since = asked.query.get("changed_since", "")
        changed = [one for one in self.contacts if isinstance(one, str) or one["updated_at"] >= since]
        page = int(asked.query["page"])
        following = page + 1 if page * 2 < len(changed) else None
        rows = changed[page * 2 - 2 : page * 2]
        return Answer({"contacts": rows, "next_page": following, "total": len(changed)})


def contact(number: int, **more: Any) -> dict[str, Any]:
    """Make a contact as Acme gives it."""
    return {
        "id": number,
        "name": f"Person {number}",
        "email": f"person{number}@example.com",
        "company": None,
        "labels": ["customer"],
        "archived": False,
        "created_at": f"2026-01-0{number}T08:00:00+00:00",
        "updated_at": f"2026-02-0{number}T08:00:00+00:00",
        "owner": {"id": 1},
        **more,
    }
