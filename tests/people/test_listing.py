"""The all-contacts view and its filters (R14)."""

from contactd.domain.words import ContactStatus, SubscriptionType
from contactd.store import contacts, members
from contactd.store.contacts import Wanted
from contactd.store.members import Group
from fakes.house import House, record
from people.desk import Desk


def listed(house: House, **wanted: object) -> list[str]:
    with house.database.reading() as r:
        found = contacts.page(r, 1, wanted=Wanted(**wanted), limit=10)  # type: ignore[arg-type]
    return [contact.email for contact in found]


def group_id(house: House, group: Group, name: str) -> int | None:
    with house.database.reading() as r:
        return members.named(r, 1, group, name)


def test_all_contacts_are_there_whoever_made_them(desk: Desk, house: House) -> None:
    house.run([record(1), record(2)])
    desk.create("jo@example.com")

    assert listed(house) == ["person1@example.com", "person2@example.com", "jo@example.com"]


def test_contacts_are_chosen_by_what_they_are(desk: Desk, house: House) -> None:
    desk.topics("news", "offers")
    desk.create("reader@example.org", topics=("news",), lists=("all",))
    desk.create("quiet@example.org", subscription_type=SubscriptionType.NON_MARKETING)
    desk.unsubscribe(desk.create("never@example.org"))
    desk.delete(desk.create("gone@example.org"))

    assert listed(house, topic_id=group_id(house, Group.TOPIC, "news")) == ["reader@example.org"]
    assert listed(house, list_id=group_id(house, Group.LIST, "all")) == ["reader@example.org"]
    assert listed(house, subscription_type=SubscriptionType.NON_MARKETING) == ["quiet@example.org"]
    assert listed(house, subscription_type=SubscriptionType.UNSUBSCRIBED) == ["never@example.org"]
    assert listed(house, status=ContactStatus.DELETED) == ["gone@example.org"]


def test_contacts_whose_address_at_the_source_went_bad_are_found(house: House) -> None:
    house.run([record(1), record(2)])
    house.run([record(1, "nowhere", modified=1), record(2)])

    assert listed(house, stale=True) == ["person1@example.com"]
