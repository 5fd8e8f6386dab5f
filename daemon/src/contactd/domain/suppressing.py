"""What an entry of the suppression list does to a record, and who may lift it."""

from collections.abc import Iterable, Mapping

from contactd.domain.words import Reason, SetBy, SuppressionKind

#: Why an address is refused. The first that applies decides (rows 11 to 13 of the decision table).
REASONS: Mapping[SuppressionKind, Reason] = {
    SuppressionKind.BLOCKED: Reason.BLOCKED,
    SuppressionKind.COMPLAINT: Reason.COMPLAINT,
    SuppressionKind.ERASED: Reason.ERASED,
    SuppressionKind.HARD_BOUNCE: Reason.BOUNCED,
    SuppressionKind.DO_NOT_MAIL: Reason.DO_NOT_MAIL,
}

#: What a person said, whatever the address: it goes along to another one (E1), as a do-not-mail.
OBJECTIONS = frozenset({SuppressionKind.DO_NOT_MAIL, SuppressionKind.COMPLAINT})

#: Why nobody lifts an entry, by its kind and who set it; what is not here can be lifted.
STAYS: Mapping[tuple[SuppressionKind, SetBy], str] = {
    **dict.fromkeys(
        ((SuppressionKind.ERASED, set_by) for set_by in SetBy),
        "the person asked to be erased, and only a hash of the address is left: nobody takes that back",
    ),
    (SuppressionKind.DO_NOT_MAIL, SetBy.SELF): (
        "the person unsubscribed by themselves, and only they can take that back: let them sign up again"
    ),
    (SuppressionKind.COMPLAINT, SetBy.SELF): (
        "the person complained about our mail, and only they can take that back: let them sign up again"
    ),
}


def reason_of(kinds: Iterable[str]) -> Reason:
    """Give the reason that decides among entries of *kinds*; `NONE` where there is none."""
    found = set(kinds)
    return next((reason for kind, reason in REASONS.items() if kind in found), Reason.NONE)
