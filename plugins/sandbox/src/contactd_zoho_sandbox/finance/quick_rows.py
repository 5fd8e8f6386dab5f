"""Rows of a crowd, written by filling in a text: as `rows.encoded_row` writes them, and ten times as fast.

Rule: the text is made from a row that `rows` encoded, and a test compares both.
"""

from msgspec.structs import replace

from contactd_zoho_sandbox.crowd import LEVELS, Crowd
from contactd_zoho_sandbox.finance.organizations import Organization
from contactd_zoho_sandbox.finance.rows import encode, row
from contactd_zoho_sandbox.finance.times import formatted, stamp

#: What is filled in, by its place among what `QuickRows` knows of a customer.
_FILLED = {
    "contact_id": '"{0}"',
    "contact_name": '"{1}"',
    "customer_name": '"{1}"',
    "vendor_name": '"{1}"',
    "company_name": '"{2}"',
    "first_name": '"{3}"',
    "last_name": '"{4}"',
    "email": '"{5}"',
    "phone": '"{6}"',
    "outstanding_receivable_amount": "{7}.{8:02}",
    "outstanding_receivable_amount_bcy": "{7}.{8:02}",
    "customer_sub_type": '"{9}"',
    "created_time": '"{10}"',
    "created_time_formatted": '"{11}"',
    "last_modified_time": '"{12}"',
    "last_modified_time_formatted": '"{13}"',
}


class QuickRows:
    """Writes the rows of *crowd*, as its *organization* shows them."""

    def __init__(self, crowd: Crowd, organization: Organization) -> None:
        self._crowd = crowd
        self._zone = organization.time_zone
        # A row differs in its keys by the custom field alone, which has so many values.
        self._texts = {level: _text(crowd, organization, level).format for level in ("", *LEVELS)}

    def row(self, identity: int) -> bytes:
        """Return the row of the customer with this id."""
        face = self._crowd.face(identity)
        created, modified = self._crowd.created(identity), self._crowd.modified(identity)
        zone = self._zone
        return self._texts[face.level](
            identity,
            face.contact_name,
            face.company_name,
            face.first_name,
            face.last_name,
            face.email,
            face.phone,
            face.cents // 100,
            face.cents % 100,
            "business" if face.company_name else "individual",
            stamp(created, zone),
            formatted(created, zone),
            stamp(modified, zone),
            formatted(modified, zone),
        ).encode()


def _text(crowd: Crowd, organization: Organization, level: str) -> str:
    sample = crowd.contact(crowd.first_id)
    custom = {"cf_level": level} if level else {}
    shown = row(replace(sample, custom=custom), organization)
    parts = (f'"{key}":{_FILLED.get(key) or _literal(value)}' for key, value in shown.items())
    return "{{" + ",".join(parts) + "}}"


def _literal(value: object) -> str:
    return encode(value).decode().replace("{", "{{").replace("}", "}}")
