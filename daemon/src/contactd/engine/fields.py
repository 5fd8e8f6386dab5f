"""The verbs that change the fields of contacts."""

from functools import partial

from contactd.domain.nouns import ContactField
from contactd.domain.refusals import Invalid
from contactd.domain.words import FieldOrigin
from contactd.engine import ids
from contactd.engine.parts import Parts
from contactd.engine.requests import UNNAMED, Asking, once
from contactd.store import fields, workspaces
from contactd_sdk import FieldType


def create(
    parts: Parts,
    workspace: str,
    *,
    name: str = "",
    title: str = "",
    type: FieldType,  # noqa: A002  the word of the contract
    by: str,
    asking: Asking = UNNAMED,
) -> ContactField:
    """Make a contact field; *name* is made from *title* where it is empty, and the other way round.

    Raises:
        NotFound: there is no such workspace.
        Invalid, Exists: the name or title cannot be used.
    """
    faults = ids.id_faults(name, title, noun="field", id_field="field_id", title_field="field.title")
    if faults:
        raise Invalid(*faults)
    with parts.database.transaction() as tx:
        home = workspaces.get(tx, workspace)

        def change() -> ContactField:
            chosen = ids.chosen(name, title, noun="field", taken=partial(fields.taken, tx, home.id))
            called = title.strip() or chosen
            return fields.create(
                tx, workspace_id=home.id, name=chosen, title=called, type=type, origin=FieldOrigin.MANUAL, by=by
            )

        return once(tx, asking, by, ContactField, change)
