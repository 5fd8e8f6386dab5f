"""What a run did, and what there is now, as the tests of taking it back want them; the run 3 takes back the run 2."""

from collections.abc import Iterable, Mapping
from typing import Any

from contactd.domain.changes import Effect
from contactd.domain.ledger import Image, Link, Plan
from contactd.domain.undoing import Scene, Undone, take_back
from contactd.domain.words import Outcome, Reason
from domain.stage import ANN, known

#: Ann before the run that is taken back, and after.
BEFORE = ANN._replace(fields={"company": "Old"})
NOW = ANN._replace(fields={"company": "New"})


def effect(
    source_id: str = "9",
    contact_id: int = 1,
    *,
    outcome: Outcome = Outcome.UPDATED,
    reason: Reason = Reason.NONE,
    before: Image | None = BEFORE,
    aside: Image | None = None,
) -> Effect:
    """Give what the run did because of a record."""
    return Effect(source_id, "Ann", "", outcome, reason, "", contact_id, (), before, {"email": "said"}, aside)


def undone(
    *effects: Effect,
    there: Iterable[Image] = (NOW,),
    links: Iterable[Link] = (),
    touched: Mapping[int, int | None] | None = None,
    made: Mapping[int, int | None] | None = None,
    **more: Any,
) -> Undone:
    """Take *effects* back where *there* are these contacts, which the run made and changed last."""
    contacts, held = list(there), list(links)
    by_run: dict[int, int | None] = {image.id: 2 for image in contacts}
    scene = Scene(
        known=known(contacts, held, **more),
        touched=by_run if touched is None else touched,
        made=by_run if made is None else made,
        links={one.source_id: one for one in held},
        claimed=frozenset(),
    )
    return take_back(effects, scene, undone=2, run=3, topics={7: "news", 8: "offers"})


def outcomes(plan: Plan) -> dict[str, tuple[Outcome, str]]:
    """Tell what became of each record: its outcome, and why it was kept."""
    return {row.source_id: (row.outcome, row.detail) for row in plan.rows}
