"""One control call: a method, a path, JSON there and back."""

import contextlib
import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit


class SandboxError(Exception):
    """The sandbox did not start, or refused a control call; the text is its sentence."""


class Wire:
    """Calls the sandbox that answers at *url*."""

    def __init__(self, url: str) -> None:
        self.url = url

    def _call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: Mapping[str, str] | None = None,
        timeout: float = 60.0,
    ) -> dict[str, Any]:
        target = f"{path}?{urlencode(query)}" if query else path
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=timeout)
        with contextlib.closing(connection):
            connection.request(method, target, None if body is None else json.dumps(body))
            response = connection.getresponse()
            answer: dict[str, Any] = json.loads(response.read())
        if response.status >= 400:
            raise SandboxError(str(answer.get("error", answer)))
        return answer


def given(**fields: object) -> dict[str, object]:
    """Return the *fields* that are not None."""
    return {name: value for name, value in fields.items() if value is not None}
