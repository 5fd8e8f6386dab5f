"""What of a decision stands where a person wrote on the contact meanwhile."""

from typing import Any

import pytest

from contactd.domain.effects import left_alone
from contactd.domain.ledger import MANUAL, Image
from domain.stage import ANN, GONE, QUIET


@pytest.mark.parametrize(
    "now", [None, GONE._replace(provenance={"company": MANUAL}, manual=True), ANN._replace(created_by=1)]
)
def test_a_decision_stands_where_nobody_wrote_on_the_contact_meanwhile(now: Image | None) -> None:
    assert left_alone(ANN, now) == ANN


def test_what_a_person_wrote_on_a_contact_meanwhile_stays() -> None:
    marks: dict[str, Any] = {
        "email": MANUAL,
        "company": MANUAL,
        "city": MANUAL,
        "subscription_type": MANUAL,
        "vip": {"sync": 2},
    }
    now = QUIET._replace(fields={"company": "By hand", "vip": 1}, provenance=marks, manual=True)

    image = left_alone(ANN._replace(fields={"company": "New", "city": "Ghent", "vip": 2}), now)

    assert image == QUIET._replace(
        fields={"company": "By hand", "vip": 2},
        provenance={"company": MANUAL, "city": MANUAL, "subscription_type": MANUAL},
        manual=True,
    )
