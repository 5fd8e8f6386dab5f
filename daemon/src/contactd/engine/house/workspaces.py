"""The verbs that change workspaces."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from contactd.domain.address import email_key
from contactd.domain.editions import EDITIONS
from contactd.domain.nouns import Workspace
from contactd.domain.policies import Policies
from contactd.domain.policies import faults as policy_faults
from contactd.domain.refusals import Conflict, Fault, Invalid
from contactd.domain.turns import HEAVIEST
from contactd.engine import etags, ids
from contactd.engine.parts import Parts
from contactd.engine.requests import UNNAMED, Asking, once
from contactd.store import workspaces
from contactd.store.database import Transaction

#: What a new workspace gets when nobody says.
EDITION = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What somebody wants of a workspace; what is `None` stays as it is, or as it is at first."""

    title: str | None = None
    edition: str | None = None
    owner_emails: Sequence[str] | None = None
    gdpr_enabled: bool | None = None
    #: How many live contacts it may have; 0 is any number.
    contact_limit: int | None = None
    #: How many turns it has where one of weight 1 has one.
    weight: int | None = None
    #: Policies by name; one that is `None` is said no more.
    policies: Mapping[str, Any] | None = None


def create(parts: Parts, change: Change, *, name: str = "", by: str, asking: Asking = UNNAMED) -> Workspace:
    """Make a workspace; *name* is made from its title where it is empty, and the other way round.

    Raises:
        Invalid, Exists: with all that cannot be used of it.
    """
    title = change.title or ""
    faults = ids.id_faults(
        name, title, noun="workspace", id_field="workspace_id", title_field="workspace.title"
    ) + _faults(change)
    if faults:
        raise Invalid(*faults)
    with parts.database.transaction() as tx:

        def make() -> Workspace:
            chosen = ids.chosen(name, title, noun="workspace", taken=lambda one: workspaces.taken(tx, one))
            values = {"edition": EDITION} | _values(change) | _policy_values(change, Policies())
            called = str(values.pop("title", "")) or chosen
            return workspaces.by_id(tx, workspaces.create(tx, name=chosen, title=called, by=by, values=values))

        return once(tx, asking, by, Workspace, make)


def update(parts: Parts, name: str, change: Change, *, etag: str = "", by: str) -> Workspace:
    """Change what is given of a workspace.

    Turning GDPR on lets syncs without a lawful basis want attention first (R20).

    Raises:
        NotFound: there is none.
        Invalid: with all that cannot be used.
        Conflict: its edition cannot be another one, because it has syncs.
        Stale: it was changed since *etag*.
    """
    faults = _faults(change)
    if change.title is not None:
        faults = (*ids.title_faults(change.title, noun="workspace", field="workspace.title"), *faults)
    if faults:
        raise Invalid(*faults)
    with parts.database.transaction() as tx:
        found = workspaces.get(tx, name)
        etags.check("workspace", name, found.version, etag)
        _check_edition(tx, found, change.edition)
        policies = _policy_values(change, found.policies)
        if policies:
            workspaces.rules_changed(tx, found.id)
        changed = workspaces.change(tx, found.id, **_values(change), **policies)
        tx.tell("workspace_changed", f"workspaces/{name}", workspace=found.id, actor=by)
        return changed


def _check_edition(tx: Transaction, home: Workspace, edition: str | None) -> None:
    if edition in {None, home.edition} or not workspaces.has_syncs(tx, home.id):
        return
    raise Conflict(
        f"the workspace '{home.name}' has syncs, so its edition stays '{home.edition}'; "
        f"make another workspace of edition '{edition}'",
        reason="EDITION_FIXED",
        name=home.name,
        edition=home.edition,
    )


def _faults(change: Change) -> tuple[Fault, ...]:
    faults: list[Fault] = []
    if change.edition is not None and change.edition not in EDITIONS:
        known = ", ".join(EDITIONS)
        faults.append(Fault("workspace.edition", f"there is no edition '{change.edition}'; choose one of: {known}"))
    for position, owner in enumerate(change.owner_emails or ()):
        if email_key(owner) is None:
            place = f"workspace.owner_emails[{position}]"
            faults.append(Fault(place, f"'{owner}' is no e-mail address; give one such as jo@example.com"))
    if change.contact_limit is not None and change.contact_limit < 0:
        faults.append(Fault("workspace.contact_limit", "the limit cannot be negative; 0 means any number of contacts"))
    if change.weight is not None and not 1 <= change.weight <= HEAVIEST:
        told = f"a workspace cannot weigh {change.weight}; give a whole number from 1 to {HEAVIEST}"
        faults.append(Fault("workspace.weight", told))
    faults += policy_faults(Policies(**(change.policies or {})), "workspace.policies")
    return tuple(faults)


def _policy_values(change: Change, now: Policies) -> dict[str, str | int]:
    """Give the column that *change* sets of the policies that are *now*, if it makes them others."""
    wanted = replace(now, **(change.policies or {}))
    return {} if wanted == now else {"policies": json.dumps(wanted.document(), ensure_ascii=False)}


def _values(change: Change) -> dict[str, str | int]:
    """Give the columns that *change* sets."""
    wanted: dict[str, str | int | None] = {
        "title": None if change.title is None else change.title.strip(),
        "edition": change.edition,
        "owner_emails": None if change.owner_emails is None else json.dumps(list(change.owner_emails)),
        "gdpr_enabled": None if change.gdpr_enabled is None else int(change.gdpr_enabled),
        "contact_limit": change.contact_limit,
        "weight": change.weight,
    }
    return {column: value for column, value in wanted.items() if value is not None}
