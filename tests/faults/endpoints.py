"""Every endpoint that the connectors of Zoho call, and what they do with it.

Rule: an endpoint that is missing here fails `test_known.py`.
"""

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from contactd_sdk import Consented, DeviceCode, Grant, Secret
from contactd_zoho_sandbox import owner
from faults.outcomes import refusal
from faults.world import CHANGED, DETAILED, EVERYTHING, PERSONS, World


@dataclass(frozen=True)
class Endpoint:
    """One endpoint: which calls are meant, how the connector comes to make one, and what it makes of the answer.

    *ask* gives the same value at every call, as long as nothing fails. *content*
    is the key that holds the answer's content. *before* are faults that lead the
    connector here. *whole*: after a refusal all of it is asked again.
    """

    path: str
    ask: Callable[[World], object]
    content: str
    query: Mapping[str, str] = field(default_factory=dict)
    after: int = 0
    before: tuple[Mapping[str, Any], ...] = ()
    whole: bool = False

    @property
    def strikes(self) -> dict[str, Any]:
        """Whom a fault at this endpoint strikes."""
        return {"path": self.path, "query": dict(self.query), "after": self.after}


def _gone(world: World) -> object:
    with world.source() as source:
        return frozenset(source.gone("contacts", [world.customer]))


def _detailed(world: World) -> object:
    with world.source() as source:
        records = [record for page in source.pages(world.cursor, DETAILED) for record in page.records]
    return [(record.id, record.values["country"]) for record in records]


def _persons(world: World) -> object:
    with world.source() as source:
        return [record.id for page in source.pages(world.cursor, PERSONS) for record in page.records]


def _fields(world: World) -> object:
    with world.source() as source:
        return sorted(row.name for row in source.fields("contacts") if row.custom)


def _organizations(world: World) -> object:
    return [row.id for row in world.asked(world.authorizer.organizations)]


def _address(world: World) -> object:
    return world.asked(world.authorizer.account).email


def _exchange(world: World) -> object:
    return sorted(world.authorizer.complete(Secret(world.sandbox.grant())).secrets)


def _refresh(world: World) -> object:
    return world.authorizer.refresh(world.grant).endpoint


def _revoke(world: World) -> object:
    world.authorizer.revoke(world.grant)
    return "revoked"


REDIRECT = "http://127.0.0.1:9/callback"
VERIFIER = "verifier" * 8


def _callback(world: World) -> object:
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    location = owner.consent(world.authorizer.begin(REDIRECT, "state", challenge))
    told = dict(parse_qsl(urlsplit(location).query))
    consented = Consented(Secret(told["code"]), told, REDIRECT, Secret(VERIFIER))
    return sorted(world.authorizer.exchange(consented).secrets)


def _device(world: World) -> object:
    return bool(world.authorizer.begin_device().user_code)


def _typed(world: World) -> object:
    device = world.authorizer.begin_device()
    owner.type_code(device.address, device.user_code)
    answer = world.authorizer.poll(device)
    assert isinstance(answer, Grant)
    return sorted(answer.secrets)


def _typed_elsewhere(world: World) -> object:
    device = world.authorizer.begin_device()
    owner.type_code(device.address, device.user_code, who=world.sandbox.ready.centers[1].email)
    answer = world.authorizer.poll(device)
    assert isinstance(answer, DeviceCode)
    return answer.endpoint


LIST = "/books/v3/contacts"
FIELDS = "/books/v3/settings/preferences/customfields"
NOBODY_SELECTED: dict[str, Any] = {
    "kind": "alter",
    "path": "/books/v3/users/me",
    "each": {"email_ids": []},
    "times": None,
}
UNDESCRIBED = {"path": FIELDS, **refusal(403, 70_001)}
NOTHING_HERE = {"path": f"{LIST}/*", **refusal(404, 5)}

#: Answers of the product: one envelope, one list of refusals.
OF_THE_PRODUCT = {
    "first page of customers": Endpoint(LIST, lambda world: world.go_on(EVERYTHING), "contacts", {"page": "1"}),
    "page read ahead": Endpoint(LIST, lambda world: world.go_on(EVERYTHING), "contacts", {"page": "2"}),
    "first page again": Endpoint(LIST, lambda world: world.go_on(EVERYTHING), "contacts", {"page": "1"}, after=1),
    "changed customers": Endpoint(LIST, lambda world: world.go_on(CHANGED), "contacts", {"page": "1"}),
    "one customer": Endpoint(f"{LIST}/*", _gone, "contact"),
    "custom fields": Endpoint(FIELDS, _fields, "customfields", whole=True),
    "detail": Endpoint(f"{LIST}/*", _detailed, "contact"),
    "persons": Endpoint(f"{LIST}/*", _persons, "contact"),
    "custom fields in rows": Endpoint(LIST, _fields, "contacts", before=(UNDESCRIBED,)),
    "contacts are there": Endpoint(LIST, _gone, "contacts", before=(NOTHING_HERE,)),
    "organizations": Endpoint("/books/v3/organizations", _organizations, "organizations", whole=True),
    "user": Endpoint("/books/v3/users/me", _address, "user", whole=True),
}

#: The same engine under another path; its own list and detail are enough to see that it is.
OF_INVOICE = {
    "first page in Invoice": Endpoint(
        "/invoice/v3/contacts", lambda world: world.go_on(EVERYTHING), "contacts", {"page": "1"}
    ),
    "detail in Invoice": Endpoint("/invoice/v3/contacts/*", _detailed, "contact"),
}

#: Answers of Zoho Accounts.
OF_ACCOUNTS = {
    "exchange of a code": Endpoint("/oauth/v2/token", _exchange, "access_token"),
    "exchange of a callback": Endpoint("/oauth/v2/token", _callback, "access_token"),
    "code for a device": Endpoint("/oauth/v3/device/code", _device, "user_code"),
    "consent on a device": Endpoint("/oauth/v3/device/token", _typed, "access_token"),
    "data centers": Endpoint("/oauth/serverinfo", _typed_elsewhere, "locations"),
    "renewal": Endpoint("/oauth/v2/token", _refresh, "access_token"),
    "revocation": Endpoint("/oauth/v2/token/revoke", _revoke, "status"),
    "profile": Endpoint("/oauth/user/info", _address, "Email", before=(NOBODY_SELECTED,), whole=True),
}

ENDPOINTS = OF_THE_PRODUCT | OF_INVOICE | OF_ACCOUNTS
