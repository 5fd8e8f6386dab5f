"""Whatever a run did, undoing it at once leads back to where it began; running again leads to where it led."""

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contactd.domain.words import Mode
from contactd_sdk import Record
from fakes.house import House, record
from fakes.postgres import ON_FILES

pytestmark = ON_FILES

#: Many small stores: kept in memory where the machine offers that, since every run waits for the disk.
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None

ADDRESSES = ("a@example.com", "b@example.com", "c@example.com", "d@gnail.com", "")

#: What a customer is at one time: its address, its first name, and whether it is there, gone or marked as deleted.
STATES = st.tuples(st.sampled_from(ADDRESSES), st.sampled_from("XYZ"), st.sampled_from(("there", "gone", "deleted")))
CUSTOMERS = st.lists(STATES, min_size=4, max_size=4)


def records(customers: list[tuple[str, str, str]], at: int) -> list[Record]:
    return [
        record(number, email, first=first, modified=at, deleted=there == "deleted")
        for number, (email, first, there) in enumerate(customers, 1)
        if there != "gone"
    ]


def people(house: House) -> list[tuple[Any, ...]]:
    """Give what there is of every live contact, by number."""
    query = (
        "SELECT c.id, c.email, c.email_key, c.fields, c.subscription_type, c.stale, m.state FROM contact c"
        " LEFT JOIN list_member m ON m.contact_id = c.id WHERE c.status = 'live' ORDER BY c.id"
    )
    with house.database.reading() as r:
        return [(*row[:3], json.loads(row[3]), *row[4:]) for row in r.fast(query)]


def owners(house: House) -> list[tuple[Any, ...]]:
    with house.database.reading() as r:
        return r.fast("SELECT email_key, contact_id FROM link WHERE state = 'owner' ORDER BY email_key")


@given(CUSTOMERS, CUSTOMERS, st.sampled_from((Mode.FULL, Mode.SWEEP)), st.sampled_from((1, 2, 500)))
@settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=15,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_an_undo_leads_back_and_another_run_leads_there_again(
    before: list[tuple[str, str, str]], after: list[tuple[str, str, str]], mode: Mode, at_once: int
) -> None:
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        house = House(Path(folder), at_once=at_once)
        house.run(records(before, 0))
        began, owned = people(house), owners(house)
        run = house.run(records(after, 50), mode)
        led = {row[2]: row[3:] for row in people(house)}

        undone = house.undo(run)
        back, owned_again = people(house), owners(house)
        house.run(records(after, 50), mode)
        again = {row[2]: row[3:] for row in people(house)}
        house.close()

    assert back == began
    assert len({key for key, _ in owned_again}) == len(owned_again)
    assert len({contact for _, contact in owned_again}) == len(owned_again)
    assert {contact for _, contact in owned_again} <= {row[0] for row in began}
    assert undone.counts.total >= sum(1 for row in began if row not in back)
    assert again == led
    assert {key for key, _ in owned} >= {key for key, _ in owned_again}
