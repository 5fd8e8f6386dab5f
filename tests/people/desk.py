"""A person at the keyboard: the verbs of contacts, and what came of them."""

from dataclasses import dataclass
from typing import Any

from contactd.domain.nouns import ConsentEvent, Contact, Suppression
from contactd.domain.words import SubscriptionType, SuppressionKind
from contactd.engine.parts import Parts
from contactd.engine.people import contact_edits, contacts, erasure, subscribing, suppressions
from contactd.engine.people.contact_edits import Change
from contactd.engine.people.contacts import Person
from contactd.engine.people.erasure import Erased
from contactd.engine.people.suppressions import Entry
from contactd.store import consent, tables
from contactd.store import contacts as rows
from contactd.store.tables import table
from fakes.house import House

HOME = "default"
BY = "ann"


@dataclass
class Desk:
    """Ann, who keeps the workspace `default`."""

    house: House
    parts: Parts

    def create(self, email: str, **more: Any) -> Contact:
        return contacts.create(self.parts, HOME, Person(email=email, **more), by=BY)

    def edit(self, contact: Contact, **change: Any) -> Contact:
        return contact_edits.edit(self.parts, HOME, contact.id, Change(**change), by=BY)

    def delete(self, contact: Contact) -> Contact:
        return contacts.delete(self.parts, HOME, contact.id, by=BY)

    def undelete(self, contact: Contact) -> Contact:
        return contacts.undelete(self.parts, HOME, contact.id, by=BY)

    def unsubscribe(self, contact: Contact, **more: Any) -> Contact:
        return subscribing.unsubscribe(self.parts, HOME, contact.id, by=BY, **more)

    def subscribe(self, contact: Contact, **more: Any) -> Contact:
        return subscribing.subscribe(self.parts, HOME, contact.id, by=BY, **more)

    def erase(self, email: str) -> Erased:
        return erasure.erase(self.parts, HOME, email, by=BY)

    def suppress(self, email: str, kind: SuppressionKind, **more: Any) -> Suppression:
        return suppressions.add(self.parts, HOME, Entry(email=email, kind=kind, **more), by=BY)

    def lift(self, entry: Suppression) -> None:
        suppressions.lift(self.parts, HOME, entry.id, by=BY)

    def contact(self, key: str) -> Contact:
        """Give the contact that has an address."""
        with self.house.database.reading() as r:
            return rows.by_key(r, 1, key)

    def by_id(self, number: int) -> Contact:
        with self.house.database.reading() as r:
            return rows.get(r, 1, number)

    def agreed(self, contact: Contact) -> list[tuple[str, str, str, str]]:
        """Give (subject, old, new, actor) of all that a contact agreed to."""
        with self.house.database.reading() as r:
            return [(one.subject, one.old, one.new, one.actor) for one in _history(r, contact)]

    def events(self) -> list[tuple[str, str, str]]:
        """Give (kind, subject, detail) of all events."""
        with self.house.database.reading() as r:
            found = r.fast("SELECT kind, subject, detail FROM event ORDER BY revision")
        return [(kind, subject, detail) for kind, subject, detail in found]

    def topics(self, *names: str) -> None:
        """Make topics."""
        with self.house.database.transaction() as tx:
            for name in names:
                values = {"id": tx.reserve("topic"), "workspace_id": 1, "name": name, "title": name, "created_at": 0}
                tx.execute(table(tables.Topic).insert().values(values))

    def workspace(self, **values: Any) -> None:
        """Change the workspace."""
        with self.house.database.transaction() as tx:
            tx.execute(table(tables.Workspace).update().values(values))


def _history(r: Any, contact: Contact) -> list[ConsentEvent]:
    return list(consent.history(r, contact))


__all__ = ["BY", "HOME", "Desk", "SubscriptionType"]
