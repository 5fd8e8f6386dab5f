"""Every fault of Zoho Accounts (FACTS.md "1.8"), and what must come of it at each endpoint."""

from contactd_sdk import Throttled
from faults.outcomes import PRIVATE, Fault, Outcome, away, denied, later, oauth, wrong
from faults.transport import TRANSPORT

REPORT = "please report this"
TOO_MANY = "You have made too many requests continuously. Please try again after some time."

#: What comes of each error, under either status and with or without a description.
ERRORS = {
    "invalid_code": denied("onnect again"),
    "invalid_client": wrong("Check settings 'client_id' and 'data_center'", "client_id"),
    "invalid_client_secret": wrong("Check setting 'client_secret'", "client_secret"),
    "invalid_redirect_uri": wrong("Register it with the client", "client_id"),
    "invalid_scope": denied("with the scopes as they are told"),
    "access_denied": denied("Connect again and accept"),
    "general_error": away("an error of its own"),
    "temporarily_unavailable": away("an error of its own"),
    "unsupported_grant_type": wrong(REPORT),
    "invalid_request": wrong(REPORT),
    "missing_org_info": wrong(REPORT),
    "something_new": denied("Connect again"),
}

FAULTS = TRANSPORT | {
    f"{status} {error}{with_words}": Fault(oauth(status, error, words), outcome)
    for error, outcome in ERRORS.items()
    for status in (200, 400)
    for with_words, words in (("", ""), (" in words", f"Refused {PRIVATE}"))
}
FAULTS |= {
    f"{status} too many tokens": Fault(oauth(status, "Access Denied", TOO_MANY), later(600, "for some minutes"))
    for status in (200, 400)
}
FAULTS["200 too many tokens without a word"] = Fault(oauth(200, "Access Denied"), later(600, "for some minutes"))
FAULTS["401 invalid_client"] = Fault(oauth(401, "invalid_client"), ERRORS["invalid_client"])
FAULTS["429"] = Fault({"kind": "answer", "status": 429, "json": {}, "times": None}, later(600, "for some minutes"))

#: A grant code that is refused is made anew; what is gone already need not be given back.
ELSEWHERE: dict[tuple[str, str], Outcome] = {
    ("exchange of a code", fault): denied("Make a new grant code") for fault in FAULTS if "invalid_code" in fault
}


def outcome(endpoint: str, name: str) -> Outcome:
    """Tell what comes of the fault called *name* at *endpoint*."""
    if endpoint == "revocation":
        return _of_revocation(name)
    if endpoint == "profile":
        return _of_the_profile(name)
    if endpoint == "data centers":
        # A list that is none leads nowhere, and may be had the next time.
        return away() if FAULTS[name].outcome.error else FAULTS[name].outcome
    return ELSEWHERE.get((endpoint, name), FAULTS[name].outcome)


def _of_revocation(name: str) -> Outcome:
    """A revocation has two ends only: the grant is of no more use, or that is not known and tried again."""
    usual = FAULTS[name].outcome
    if "invalid_code" in name or name in {"other content", "no content", "nothing"} or usual.error is None:
        return Outcome(struck=1)
    return away()


def _of_the_profile(name: str) -> Outcome:
    """An account whose address is not told cannot be connected; what the server does to any call passes."""
    usual = FAULTS[name].outcome
    if name in TRANSPORT or usual.error is Throttled:
        return usual
    return denied("does not tell whose account this is", struck=2)
