"""The verbs that change mailing lists."""

from functools import partial

from contactd.domain.nouns import MailingList
from contactd.domain.refusals import Invalid
from contactd.engine import ids
from contactd.engine.parts import Parts
from contactd.engine.requests import UNNAMED, Asking, once
from contactd.store import lists, workspaces


def create(
    parts: Parts,
    workspace: str,
    *,
    name: str = "",
    title: str = "",
    description: str = "",
    by: str,
    asking: Asking = UNNAMED,
) -> MailingList:
    """Make a mailing list; *name* is made from *title* where it is empty, and the other way round.

    Raises:
        NotFound: there is no such workspace.
        Invalid, Exists: the name or title cannot be used.
    """
    faults = ids.id_faults(name, title, noun="list", id_field="list_id", title_field="list.title")
    if faults:
        raise Invalid(*faults)
    with parts.database.transaction() as tx:
        home = workspaces.get(tx, workspace)

        def change() -> MailingList:
            chosen = ids.chosen(name, title, noun="list", taken=partial(lists.taken, tx, home.id))
            tx.tell("list_created", f"workspaces/{workspace}/lists/{chosen}", workspace=home.id, actor=by)
            called = title.strip() or chosen
            return lists.create(tx, workspace_id=home.id, name=chosen, title=called, description=description)

        return once(tx, asking, by, MailingList, change)
