"""What a person said no to, and what of it goes along with their record.

Rule: it is the person who says no, not the mailbox. What somebody objected to
under one address, no record of theirs brings to another one: neither to a
renamed contact (E1) nor to one that is there already and has a consent of its
own (E2, daemon/decisions/0026).
"""

from contactd.domain.ledger import Image, Known
from contactd.domain.rules import Rules
from contactd.domain.words import Membership


def objected(holder: Image, key: str | None, known: Known) -> bool:
    """Tell whether the person of *holder*, whose address is *key*, wants no mail from this sync."""
    return holder.unsubscribed or key in known.objected


def says_no(holder: Image, key: str | None, known: Known) -> bool:
    """Tell whether the person of *holder* wants no mail from this sync, or is unsubscribed from its list."""
    return objected(holder, key, known) or holder.membership is Membership.UNSUBSCRIBED


def unwanted(key: str | None, known: Known) -> frozenset[int]:
    """Give the topics that whoever leaves *key* said no to there: not what somebody else brought to it in this run."""
    return known.untold.get(key or "", frozenset()) - known.brought.get(key or "", frozenset())


def minded(before: Image, comer: Image, key: str | None, known: Known, rules: Rules) -> Image:
    """Give a contact as it was *before* the record of *comer* comes to it, with the noes that this brings along.

    What the contact was subscribed to, it stays subscribed to; what it did not
    know of, it stands as saying no to.
    """
    silent = says_no(comer, key, known)
    no_to = {topic for topic, state in comer.topics if state == Membership.UNSUBSCRIBED}
    no_to |= unwanted(key, known)
    noes = {topic: str(Membership.UNSUBSCRIBED) for topic in rules.topics if silent or topic in no_to}
    return before._replace(
        membership=before.membership or (Membership.UNSUBSCRIBED if silent else None),
        topics=tuple(sorted({**noes, **dict(before.topics)}.items())),
    )
