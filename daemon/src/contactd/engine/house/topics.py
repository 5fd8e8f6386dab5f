"""The verbs that change topics."""

from functools import partial

from contactd.domain.nouns import Topic
from contactd.domain.refusals import Invalid
from contactd.engine import etags, ids
from contactd.engine.parts import Parts
from contactd.engine.requests import UNNAMED, Asking, once
from contactd.store import topics, workspaces


def create(
    parts: Parts, workspace: str, *, name: str = "", title: str = "", by: str, asking: Asking = UNNAMED
) -> Topic:
    """Make a topic; *name* is made from *title* where it is empty, and the other way round.

    Raises:
        NotFound: there is no such workspace.
        Invalid, Exists: the name or title cannot be used.
    """
    faults = ids.id_faults(name, title, noun="topic", id_field="topic_id", title_field="topic.title")
    if faults:
        raise Invalid(*faults)
    with parts.database.transaction() as tx:
        home = workspaces.get(tx, workspace)

        def change() -> Topic:
            chosen = ids.chosen(name, title, noun="topic", taken=partial(topics.taken, tx, home.id))
            made = topics.create(tx, workspace_id=home.id, name=chosen, title=title.strip() or chosen)
            topics.tell(tx, "topic_created", made, by=by)
            return made

        return once(tx, asking, by, Topic, change)


def update(parts: Parts, workspace: str, name: str, *, title: str | None = None, etag: str = "", by: str) -> Topic:
    """Change the title of a topic, if one is given.

    Raises:
        NotFound: there is none.
        Invalid: the title cannot be used.
        Stale: it was changed since *etag*.
    """
    faults = () if title is None else ids.title_faults(title, noun="topic", field="topic.title")
    if faults:
        raise Invalid(*faults)
    with parts.database.transaction() as tx:
        found = topics.get(tx, workspaces.get(tx, workspace).id, name)
        etags.check("topic", name, found.version, etag)
        changed = topics.change(tx, found, **({} if title is None else {"title": title.strip()}))
        topics.tell(tx, "topic_changed", changed, by=by)
        return changed


def delete(parts: Parts, workspace: str, name: str, *, etag: str = "", by: str) -> None:
    """Delete a topic. Its contacts stay; the syncs that name it want others first.

    Raises:
        NotFound: there is none.
        Stale: it was changed since *etag*.
    """
    with parts.database.transaction() as tx:
        found = topics.get(tx, workspaces.get(tx, workspace).id, name)
        etags.check("topic", name, found.version, etag)
        topics.delete(tx, found)
        topics.tell(tx, "topic_deleted", found, by=by)
