"""Every fault of the products (FACTS.md "3.2", "3.3", "7"), and what must come of it at each endpoint."""

from contactd_sdk import AuthFailed, Misconfigured
from faults.outcomes import Fault, Given, Outcome, away, denied, fine, later, refusal, wrong
from faults.transport import TRANSPORT

REPORT = "please report this"
ENTRY = "Choose an organization"
PLACE = "Check that the organization uses"
BLOCK = "calls in a block may lengthen it"

#: Keys of rows, details and organizations that nothing depends on.
SPARE = [
    *("phone", "mobile", "website", "tags", "notes", "last_name", "status"),
    *("name", "time_zone", "plan_name", "is_default_org", "is_org_active"),
]

#: What comes of each fault, wherever it strikes.
FAULTS = TRANSPORT | {
    "fewer keys": Fault({"kind": "alter", "drop": SPARE, "times": None}, fine()),
    "nulls": Fault({"kind": "alter", "each": dict.fromkeys(SPARE), "times": None}, fine()),
    "no times": Fault({"kind": "alter", "drop": ["created_time", "last_modified_time"], "times": None}, fine()),
    "401 14": Fault(refusal(401, 14), denied("Connect again", struck=2)),
    "401 57": Fault(refusal(401, 57), denied("Connect again", struck=2)),
    "400 57": Fault(refusal(400, 57), denied("Connect again", struck=2)),
    "200 57": Fault(refusal(200, 57), denied("Connect again", struck=2)),
    "401 57 once": Fault(refusal(401, 57) | {"times": 1}, fine()),
    "token dies": Fault({"kind": "expire"}, fine()),
    "grant is revoked": Fault({"kind": "revoke"}, denied("Connect again")),
    "400 2": Fault(refusal(400, 2), wrong(REPORT)),
    "400 4": Fault(refusal(400, 4), wrong(REPORT)),
    "400 6": Fault(refusal(400, 6), wrong(REPORT)),
    "400 1038": Fault(refusal(400, 1038), wrong(REPORT)),
    "405 37": Fault(refusal(405, 37), wrong(REPORT)),
    "406": Fault(refusal(406, 70_001), wrong(REPORT)),
    "404 5": Fault(refusal(404, 5), wrong(PLACE)),
    "404 1002": Fault(refusal(404, 1002), wrong(PLACE)),
    "400 1002": Fault(refusal(400, 1002), wrong(PLACE)),
    "200 1002": Fault(refusal(200, 1002), wrong(PLACE)),
    "404 of another kind": Fault(refusal(404, 70_001), wrong(PLACE)),
    "400 6041": Fault(refusal(400, 6041), wrong(ENTRY, "organization")),
    "401 6041": Fault(refusal(401, 6041), wrong(ENTRY, "organization")),
    "400 6018": Fault(refusal(400, 6018), wrong(ENTRY, "organization")),
    "401 6018": Fault(refusal(401, 6018), wrong(ENTRY, "organization")),
    "403": Fault(refusal(403, 70_001), denied("administrator")),
    "429 44": Fault({"kind": "throttle", "code": 44, "times": None}, later(1800, BLOCK)),
    "429 43": Fault({"kind": "throttle", "code": 43, "times": None}, later(3600, BLOCK)),
    "429 44 for 1000 s": Fault(refusal(429, 44, Retry_After="1000"), later(1000, BLOCK)),
    "429 45": Fault(refusal(429, 45, X_Rate_Limit_Reset="7200"), later(7200, "used up")),
    "429 45 without a time": Fault(refusal(429, 45), later(3600, "used up")),
    "429 1070": Fault(refusal(429, 1070), later(15, "as many calls")),
    "429 of another kind": Fault(refusal(429, 70_001), later(300, "fewer calls")),
    "400 44": Fault(refusal(400, 44), later(1800, BLOCK)),
    "400 45": Fault(refusal(400, 45), later(3600, "used up")),
    "200 44": Fault(refusal(200, 44), later(1800, BLOCK)),
    "500 1000": Fault(refusal(500, 1000), away("HTTP 500")),
    "200 1000": Fault(refusal(200, 1000), away("an error of its own")),
    "200 of another kind": Fault(refusal(200, 70_001), away("an answer that is none")),
}

#: Says of one contact that there is none.
NOT_THERE = ("404 5", "404 1002", "400 1002", "200 1002")

#: What comes of a fault at one endpoint only.
ELSEWHERE: dict[tuple[str, str], Outcome] = {
    **{("one customer", fault): Outcome(given=Given.GONE) for fault in NOT_THERE},
    # A customer who was deleted since the list was read is left out.
    **{(endpoint, fault): Outcome(given=Given.NOTHING) for endpoint in ("detail", "persons") for fault in NOT_THERE},
    # Only whether there is an answer counts.
    ("one customer", "other content"): fine(),
    ("one customer", "no content"): fine(),
    ("organizations", "403"): denied("administrator", struck=2),
    ("custom fields", "other content"): Outcome(given=Given.NOTHING),
    ("custom fields", "no content"): Outcome(given=Given.NOTHING),
    ("contacts are there", "other content"): fine(),
    ("contacts are there", "no content"): fine(),
}

#: Without a description of the custom fields, the rows tell them; without the user, the profile does.
STAND_INS = frozenset({"custom fields", "user"})


def outcome(endpoint: str, name: str) -> Outcome:
    """Tell what comes of the fault called *name* at *endpoint*."""
    endpoint = endpoint.removesuffix(" in Invoice")
    usual = ELSEWHERE.get((endpoint, name), FAULTS[name].outcome)
    if endpoint in STAND_INS and name != "grant is revoked" and usual.error in {AuthFailed, Misconfigured}:
        return Outcome(struck=usual.struck)
    return usual
