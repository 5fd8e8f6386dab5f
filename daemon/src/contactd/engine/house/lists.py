"""The verbs that change mailing lists."""

from functools import partial

from contactd.domain.nouns import MailingList
from contactd.domain.refusals import Invalid
from contactd.engine import etags, ids
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
            called = title.strip() or chosen
            made = lists.create(tx, workspace_id=home.id, name=chosen, title=called, description=description)
            lists.tell(tx, "list_created", made, by=by)
            return made

        return once(tx, asking, by, MailingList, change)


def update(
    parts: Parts,
    workspace: str,
    name: str,
    *,
    title: str | None = None,
    description: str | None = None,
    etag: str = "",
    by: str,
) -> MailingList:
    """Change what is given of a mailing list; what is `None` stays.

    Raises:
        NotFound: there is none.
        Invalid: the title cannot be used.
        Stale: it was changed since *etag*.
    """
    faults = () if title is None else ids.title_faults(title, noun="list", field="list.title")
    if faults:
        raise Invalid(*faults)
    wanted = {"title": None if title is None else title.strip(), "description": description}
    with parts.database.transaction() as tx:
        found = lists.get(tx, workspaces.get(tx, workspace).id, name)
        etags.check("list", name, found.version, etag)
        changed = lists.change(tx, found, **{column: text for column, text in wanted.items() if text is not None})
        lists.tell(tx, "list_changed", changed, by=by)
        return changed


def delete(parts: Parts, workspace: str, name: str, *, etag: str = "", by: str) -> None:
    """Delete a mailing list. Its contacts stay; the syncs that fill it want another one first.

    Raises:
        NotFound: there is none.
        Stale: it was changed since *etag*.
    """
    with parts.database.transaction() as tx:
        found = lists.get(tx, workspaces.get(tx, workspace).id, name)
        etags.check("list", name, found.version, etag)
        lists.delete(tx, found)
        lists.tell(tx, "list_deleted", found, by=by)
