"""What must come of the Chinook customers, worked out from the data and the rules on paper.

Shares no code with the daemon or the sandbox: it reads the JSON itself, and
knows the awkward customers by what the sandbox's README says of them.
"""

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
DATA = HERE.parents[1] / "plugins/sandbox/src/contactd_zoho_sandbox/data/chinook.json"

#: The awkward ones that do not arrive, by title, and why.
SKIPPED = {
    "Walk-in Sales": "empty_email",
    "Greta Lindqvist": "empty_email",
    "John Harper": "invalid_pattern",
    "Riverside Vinyl Fair": "role_address",
    "Köhler Konzerte": "file_duplicate",
}

#: The one that is inactive at the source and arrives all the same.
INACTIVE = ("owen.nash@oldneedle.com", "Owen", "Nash", "")


def expected_contacts(*, changed: dict[str, str] | None = None, gone: str = "") -> dict[str, dict[str, str]]:
    """Give every contact that must be on the list, by address: first name, last name, company."""
    customers = json.loads(DATA.read_text(encoding="utf-8"))["customers"]
    people = [(one["Email"], one["FirstName"], one["LastName"], one["Company"]) for one in customers]
    table = {
        email: {"first-name": first, "last-name": last, **({"company": company} if company else {})}
        for email, first, last, company in [*people, INACTIVE]
        if email != gone
    }
    for email, first in (changed or {}).items():
        table[email]["first-name"] = first
    return table


def contacts_of(listed: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """Turn what `contactctl contacts list --json` says into the same table."""
    return {one["email"]: one["values"] for one in listed}
