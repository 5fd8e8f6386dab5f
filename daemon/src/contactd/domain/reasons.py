"""Why a record had its outcome, as a sentence for the person who reads the list.

Rule: one sentence for every reason there is (a test counts them); the code
stays the same for programs, the sentence says what happened and what to mend.
"""

from contactd.domain.words import Reason

#: `{detail}` is what the ledger keeps beside the reason: for `rejected`, the field.
SENTENCES: dict[Reason, str] = {
    Reason.NONE: "",
    Reason.MALFORMED: "The source sent a record that could not be read.",
    Reason.REJECTED: "The value for the field '{detail}' does not fit it. Mend it at the source, or map another.",
    Reason.NOT_CUSTOMER: "The record is not a customer.",
    Reason.INACTIVE: "The record is inactive at the source.",
    Reason.BEFORE_WINDOW: "The record was last changed before the time from which this sync reads.",
    Reason.CRITERIA: "The record does not match the criteria of this sync.",
    Reason.EMPTY_EMAIL: "The record has no e-mail address. Add one at the source.",
    Reason.INVALID_PATTERN: "The e-mail address is not one that mail can reach. Correct it at the source.",
    Reason.ROLE_ADDRESS: "The e-mail address is that of a role or group, such as info or support.",
    Reason.BLOCKED: "The e-mail address is blocked in this workspace.",
    Reason.COMPLAINT: "Somebody at this e-mail address reported a mail as spam.",
    Reason.ERASED: "The person at this e-mail address asked to be erased.",
    Reason.BOUNCED: "Mail to this e-mail address came back for good.",
    Reason.DO_NOT_MAIL: "This e-mail address was unsubscribed and gets no mail.",
    Reason.FILE_DUPLICATE: "An earlier record of this sync has the same e-mail address.",
    Reason.LIMIT: "The workspace has as many contacts as it may have. Raise its limit, and run again.",
    Reason.UNKNOWN_RECORD: "The source says that the record is gone, and it was never here.",
    Reason.LINKED: "The contact was here already; this sync keeps it up to date from now on.",
    Reason.OWNERSHIP: "Another record of this sync took over the contact.",
    Reason.EMAIL_CHANGED: "The e-mail address was changed at the source.",
    Reason.EMAIL_CHANGED_MERGED: "The e-mail address was changed at the source to that of another contact.",
    Reason.DETACHED: "The contact left the list of this sync, and stays as a contact.",
}

#: What is told of a record that was taken all the same, by the word before the colon.
WARNINGS: dict[str, str] = {
    "dropped": "The value for the field '{}' does not fit it and was left out.",
    "meant": "The domain is one letter away from {}.",
}

#: The reasons beside which the ledger keeps warnings.
_TAKEN = frozenset({Reason.NONE, Reason.LINKED, Reason.OWNERSHIP, Reason.EMAIL_CHANGED, Reason.EMAIL_CHANGED_MERGED})


def explain(reason: Reason, detail: str = "") -> str:
    """Say *reason* in sentences; *detail* is what the ledger keeps beside it."""
    sentence = SENTENCES[reason].replace("{detail}", detail)
    if reason not in _TAKEN:
        return sentence
    warnings = (warning.partition(":") for warning in detail.split())
    told = (WARNINGS[what].format(which) for what, _, which in warnings if what in WARNINGS)
    return " ".join(filter(None, (sentence, *told)))
