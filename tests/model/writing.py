"""How the model writes what a record says into a contact (daemon/REQUIREMENTS.md 1.5)."""

from collections.abc import Iterator

from model.orders import MAPPING, Good, Order
from model.people import BY_HAND, LIVE, MARKETING, NON_MARKETING, SUBSCRIBED, UNSUBSCRIBED, Contact, Link, Store


def make(store: Store, order: Order, key: str, says: Good) -> Contact:
    """Row 22: a contact that was never there."""
    store.made += 1
    contact = Contact(store.made, key, says.email, {}, order.type, order.sync, order.basis)
    store.contacts[contact.id] = contact
    write(store, contact, order, says)
    join(store, contact, order)
    return contact


def revive(store: Store, contact: Contact, order: Order, says: Good) -> None:
    """Row 19: list, topics, type and basis of the sync, fields and the spelling of the address from the record."""
    contact.status, contact.stale, contact.type = LIVE, False, order.type
    contact.basis = order.basis or contact.basis
    contact.values, contact.origin = {}, {}
    contact.email = says.email
    write(store, contact, order, says)
    join(store, contact, order)


def write(store: Store, contact: Contact, order: Order, says: Good) -> bool:
    """Write the values that may be written, and the type and basis; tell whether anything changed."""
    contact.stale = False
    changed = refresh(store, contact, order, says)
    if contact.type == NON_MARKETING and order.type == MARKETING and _may_raise(contact, order):
        contact.type, changed = MARKETING, True
    if order.basis and not contact.basis:
        contact.basis, changed = order.basis, True
    return changed


def refresh(store: Store, contact: Contact, order: Order, says: Good) -> bool:
    """Write the values that may be written, and nothing else; tell whether anything changed."""
    changed = contact.email != says.email and _may_write(store, contact, order, "email", says)
    if changed:
        contact.email, contact.origin["email"] = says.email, (order.sync, _time(says))
    for name, value in says.values.items():
        if _may_write(store, contact, order, name, says) and contact.values.get(name) != value:
            changed |= _put(contact, order, name, says)
    return changed


def _put(contact: Contact, order: Order, name: str, says: Good) -> bool:
    value = says.values[name]
    if value is not None:
        contact.values[name] = value
        contact.origin[name] = (order.sync, _time(says))
    elif order.update_empty:
        del contact.values[name]
        contact.origin.pop(name, None)
    return value is not None or order.update_empty


def _time(says: Good) -> int:
    return 0 if says.modified is None else int(says.modified.timestamp())


def _may_write(store: Store, contact: Contact, order: Order, name: str, says: Good) -> bool:
    """Whose value goes first: a person's, that of the higher priority, then the newer (daemon/decisions/0016)."""
    writer, _ = contact.origin.get(name, (contact.maker, 0))
    if writer == BY_HAND:
        return False
    there = name == "email" or name in contact.values
    return all(
        _goes_before(order, says, rival, link)
        for rival, link in _holders(store, contact, name, but=order.sync)
        if (rival.sync == writer if there else rival.update_empty)
    )


def _holders(store: Store, contact: Contact, name: str, *, but: int) -> Iterator[tuple[Order, Link]]:
    """Give the other syncs that hold a contact and map a field, and their records."""
    for sync, links in store.links.items():
        rival = store.orders.get(sync)
        targets = {"email", *(MAPPING[source] for source in rival.maps)} if rival is not None else set()
        if sync != but and rival is not None and name in targets:
            yield from ((rival, link) for link in links.values() if link.contact == contact.id)


def _goes_before(order: Order, says: Good, rival: Order, link: Link) -> bool:
    mine, theirs = (-order.priority, order.connection), (-rival.priority, rival.connection)
    if mine != theirs:
        return mine < theirs
    return says.modified is not None and (link.modified is None or says.modified > link.modified)


def _may_raise(contact: Contact, order: Order) -> bool:
    by_hand = contact.origin.get("subscription_type", (0, 0))[0] == BY_HAND
    said_no = contact.lists.get(order.list, ("", 0))[0] == UNSUBSCRIBED
    return not said_no and not by_hand and (order.raise_type or contact.maker == order.sync)


def keep_off(contact: Contact, order: Order, home: Contact, *, objects: bool) -> None:
    """E2: what the person of *home* said no to, their record brings nobody to (daemon/decisions/0026)."""
    no = (UNSUBSCRIBED, order.sync)
    if objects:
        contact.lists.setdefault(order.list, no)
    for topic in order.topics:
        if objects or home.topics.get(topic, ("", 0))[0] == UNSUBSCRIBED:
            contact.topics.setdefault(topic, no)


def part(store: Store, contact: Contact, order: Order) -> None:
    """Take a contact off the list of a sync and off all else that the sync put it on (daemon/decisions/0027)."""
    state, writer = contact.lists.get(order.list, ("", 0))
    if state == SUBSCRIBED or (state == UNSUBSCRIBED and writer == order.sync):
        _take_off(store, contact, order, order.list)
    for name in [name for name, (_, writer) in contact.lists.items() if writer == order.sync]:
        _take_off(store, contact, order, name)
    for topic in [topic for topic, (_, writer) in contact.topics.items() if writer == order.sync]:
        heirs = [rival.sync for rival in _others(store, contact, order) if topic in rival.topics]
        if heirs:
            contact.topics[topic] = (contact.topics[topic][0], min(heirs))
        else:
            del contact.topics[topic]


def _take_off(store: Store, contact: Contact, order: Order, name: int) -> None:
    """Nobody goes from a list that another sync which holds the contact fills, too."""
    if all(rival.list != name for rival in _others(store, contact, order)):
        del contact.lists[name]


def _others(store: Store, contact: Contact, order: Order) -> list[Order]:
    """Give the other syncs that hold a contact."""
    return [rival for rival, _ in _holders(store, contact, "email", but=order.sync)]


def join(store: Store, contact: Contact, order: Order) -> bool:
    """Add the memberships that are not there; none is revived, none is given to a forbidden key (I4)."""
    if contact.key is None or store.suppressed.get(contact.key) or contact.type == UNSUBSCRIBED:
        return False
    missing = order.list not in contact.lists or any(topic not in contact.topics for topic in order.topics)
    contact.lists.setdefault(order.list, (SUBSCRIBED, order.sync))
    for topic in order.topics:
        contact.topics.setdefault(topic, (SUBSCRIBED, order.sync))
    return missing
