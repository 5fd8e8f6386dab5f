"""The real sandbox as a process, once a module, and a plain caller that knows nothing of it but HTTP."""

import http.client
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from contactd_zoho_sandbox.control import Sandbox

EVERYTHING = "ZohoBooks.fullaccess.all AaaServer.profile.READ"


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers, body as text."""

    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def body(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.text)
        return found

    @property
    def error(self) -> tuple[int, int]:
        return self.status, self.body["code"]


@dataclass(frozen=True)
class Caller:
    """Calls a sandbox as one user, for one organization."""

    url: str
    organization_id: str
    token: str = ""

    def __call__(
        self, method: str, target: str, *, body: str | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        with closing(http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=30)) as connection:
            connection.request(method, target, body, headers or {})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read().decode())

    def books(self, method: str, path: str, body: object = None, **query: object) -> Answer:
        query = {"organization_id": self.organization_id, **query}
        return self(
            method,
            f"/books/v3{path}?{urlencode(query)}",
            body=None if body is None else json.dumps(body),
            headers={"Authorization": f"Zoho-oauthtoken {self.token}"},
        )

    def get(self, path: str, **query: object) -> Answer:
        return self.books("GET", path, **query)

    def contacts(self, **query: object) -> list[dict[str, Any]]:
        answer = self.get("/contacts", **query)
        assert answer.status == 200, answer.text
        rows: list[dict[str, Any]] = answer.body["contacts"]
        return rows

    def names(self, **query: object) -> list[str]:
        return [row["contact_name"] for row in self.contacts(**query)]

    def form(self, path: str, **fields: str) -> Answer:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self("POST", path, body=urlencode(fields), headers=headers)


def caller(sandbox: Sandbox, place: int = 0, scope: str = EVERYTHING) -> Caller:
    organization = sandbox.ready.organizations[place]
    return Caller(sandbox.url, organization.organization_id, sandbox.tokens(scope).access_token)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start(load="chinook") as running:
        yield running


@pytest.fixture(scope="module")
def zoho(sandbox) -> Caller:
    return caller(sandbox)


@pytest.fixture(scope="module")
def caller_for():
    return caller
