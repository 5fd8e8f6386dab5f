"""Start a sandbox and steer it, from a test, a demo or a benchmark.

    with Sandbox.start(load="chinook") as sandbox:
        sandbox.edit(sandbox.find("ftremblay@gmail.com"), phone="+1 514 555 0100")
        sandbox.plant(path="*/contacts", kind="html", status=503)

Rule: nothing but the standard library is imported here, so that whoever
steers a sandbox does not load what the sandbox is made of.
"""

import contextlib
import http.client
import json
import select
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import urlencode, urlsplit

#: Starting with a hundred thousand customers takes seconds; not answering at all is a fault.
START_SECONDS = 120.0
STOP_SECONDS = 10.0


class SandboxError(Exception):
    """The sandbox did not start, or refused a control call; the text is its sentence."""


@dataclass(frozen=True, slots=True)
class Organization:
    """One organization of the sandbox."""

    organization_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Ready:
    """What a sandbox tells when it answers."""

    url: str
    client_id: str
    client_secret: str
    #: Can be exchanged once, within a day.
    grant_code: str
    #: The address of the account's owner.
    email: str
    organizations: tuple[Organization, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """One entry of the journal; *status* is 0 where no whole answer was given."""

    at: int
    method: str
    path: str
    query: str
    status: int


@dataclass(frozen=True, slots=True)
class Tokens:
    """An access token that works at once, and the refresh token it came from."""

    access_token: str
    refresh_token: str


class Control:
    """The control API of the sandbox that answers at *url*."""

    def __init__(self, url: str) -> None:
        self.url = url

    def state(self) -> dict[str, Any]:
        """Return what the sandbox holds: client, organizations with their counts, limits, token counts."""
        return self._call("GET", "/sandbox/state")

    def grant(self, scope: str | None = None, *, seconds: int | None = None) -> str:
        """Make a grant code that lives *seconds*, by default 60."""
        return str(self._call("POST", "/sandbox/grants", _given(scope=scope, seconds=seconds))["code"])

    def tokens(self, scope: str | None = None) -> Tokens:
        """Make tokens without a grant code."""
        return Tokens(**self._call("POST", "/sandbox/tokens", _given(scope=scope)))

    def expire_tokens(self) -> int:
        """End all access tokens; return how many there were."""
        return int(self._call("POST", "/sandbox/tokens/expire")["expired"])

    def revoke_tokens(self) -> int:
        """End all refresh tokens with their access tokens; return how many there were."""
        return int(self._call("POST", "/sandbox/tokens/revoke")["revoked"])

    def readdress_owner(self, email: str) -> None:
        """Give the account's owner another address."""
        self._call("PATCH", "/sandbox/owner", {"email": email})

    def journal(self, path: str = "*") -> list[Call]:
        """Return the calls so far whose path is like the glob *path*, oldest first."""
        return [Call(**call) for call in self._call("GET", "/sandbox/journal", query={"path": path})["calls"]]

    def clear_journal(self) -> None:
        """Forget the calls so far."""
        self._call("DELETE", "/sandbox/journal")

    def add(self, contact_name: str, *, organization_id: str = "", **fields: object) -> str:
        """Add a contact to an organization, by default the first; return its id."""
        body = {"contact_name": contact_name, **fields}
        query = {"organization_id": organization_id}
        return str(self._call("POST", "/sandbox/contacts", body, query=query)["contact"]["contact_id"])

    def edit(self, contact_id: str, *, keep_stamp: bool = False, **fields: object) -> dict[str, Any]:
        """Change fields of a contact; return it in full.

        It moves the time of the last change to now, unless *keep_stamp*.
        """
        query = {"keep_stamp": "true" if keep_stamp else "false"}
        return self._contact(self._call("PATCH", f"/sandbox/contacts/{contact_id}", fields, query=query))

    def get(self, contact_id: str) -> dict[str, Any]:
        """Return a contact in full."""
        return self._contact(self._call("GET", f"/sandbox/contacts/{contact_id}"))

    def delete(self, contact_id: str) -> None:
        """Delete a contact without a trace."""
        self._call("DELETE", f"/sandbox/contacts/{contact_id}")

    def find(self, email: str, *, organization_id: str = "") -> str:
        """Return the id of the first contact with this address."""
        found = self.find_all(email, organization_id=organization_id)
        if not found:
            raise SandboxError(f"No contact has the address '{email}'.")
        return found[0]

    def find_all(self, email: str, *, organization_id: str = "") -> list[str]:
        """Return the ids of all contacts with this address."""
        query = {"email": email, "organization_id": organization_id}
        return [
            str(contact["contact_id"]) for contact in self._call("GET", "/sandbox/contacts", query=query)["contacts"]
        ]

    def mutate(self, count: int, *, organization_id: str = "") -> list[str]:
        """Change the last name of *count* contacts, evenly spread; return their ids."""
        body = {"count": count, "organization_id": organization_id}
        return list(self._call("POST", "/sandbox/mutate", body)["contact_ids"])

    def set_limits(self, **limits: int | None) -> None:
        """Set limits: per_minute (None is off), block_seconds, per_day, token_seconds, grant_seconds."""
        self._call("POST", "/sandbox/limits", limits)

    def plant(self, **fault: object) -> int:
        """Plant one fault; return its id. See the README for the kinds and what they take."""
        return self.plant_all([fault])[0]

    def plant_all(self, faults: Sequence[Mapping[str, object]]) -> list[int]:
        """Plant faults; return their ids."""
        return [int(planted["id"]) for planted in self._call("POST", "/sandbox/faults", faults)["faults"]]

    def faults(self) -> list[dict[str, Any]]:
        """Return the planted faults with how often each was seen and has struck."""
        return list(self._call("GET", "/sandbox/faults")["faults"])

    def wait_struck(self, fault_id: int, times: int = 1, *, seconds: float = 30.0) -> None:
        """Wait until a fault has struck so often; for a held call, that it has arrived."""
        query = {"struck": str(times), "seconds": str(seconds)}
        fault = self._call("GET", f"/sandbox/faults/{fault_id}", query=query, timeout=seconds + STOP_SECONDS)
        if fault["struck"] < times:
            raise SandboxError(f"Fault {fault_id} has struck {fault['struck']} times in {seconds} s, not {times}.")

    def release(self, fault_id: int) -> None:
        """Take back one fault, and let go of the calls that it holds."""
        self._call("DELETE", f"/sandbox/faults/{fault_id}")

    def clear_faults(self) -> None:
        """Take back all faults."""
        self._call("DELETE", "/sandbox/faults")

    @staticmethod
    def _contact(answer: Mapping[str, Any]) -> dict[str, Any]:
        return dict(answer["contact"])

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


class Sandbox(Control):
    """A sandbox that runs as a process of its own, until it is stopped or this one ends."""

    def __init__(self, process: subprocess.Popen[bytes], ready: Ready) -> None:
        super().__init__(ready.url)
        self.process = process
        self.ready = ready

    @classmethod
    def start(
        cls,
        *,
        store: Path | None = None,
        load: Literal["chinook"] | None = None,
        generate: int = 0,
        seed: int = 1,
        bad_share: float = 0.0,
        port: int = 0,
        seconds: float = START_SECONDS,
    ) -> Self:
        """Start a sandbox and wait until it answers.

        Raises:
            SandboxError: it ended instead, or did not answer within *seconds*.
        """
        command = [sys.executable, "-m", "contactd_zoho_sandbox", "--while-stdin"]
        command += [f"--port={port}", f"--generate={generate}", f"--seed={seed}", f"--bad-share={bad_share}"]
        command += ["--store", str(store)] if store else []
        command += ["--load", load] if load else []
        # Its standard input ends with us, however we end, and then it stops too.
        process = subprocess.Popen(  # noqa: S603 - our own interpreter with our own module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        try:
            return cls(process, _ready(process, seconds))
        except BaseException:
            _end(process, process.kill)
            raise

    def stop(self) -> int:
        """Stop it in good order, as SIGTERM does; return its exit code."""
        return _end(self.process, self.process.terminate)

    def kill(self) -> None:
        """End it at once, as a crash would."""
        _end(self.process, self.process.kill)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()


def _given(**fields: object) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}


def _ready(process: subprocess.Popen[bytes], seconds: float) -> Ready:
    pipe = process.stdout
    told = [] if pipe is None else select.select([pipe], [], [], seconds)[0]
    line = pipe.readline() if pipe is not None and told else b""
    if not line:
        how = "ended" if told else f"did not answer within {seconds} s"
        raise SandboxError(f"The sandbox {how}; what it wrote to standard error says why.")
    ready = json.loads(line)
    ready["organizations"] = tuple(Organization(**each) for each in ready["organizations"])
    return Ready(**ready)


def _end(process: subprocess.Popen[bytes], how: Callable[[], None]) -> int:
    # To signal a process that has ended already does nothing.
    how()
    try:
        code = process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        code = process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    return code
