"""A vendor that is a folder, and the plugin that reads it.

`state.json` says what the vendor answers; each call adds a line to `calls`. A
pipe called `gate` holds a refresh back until somebody opens it.
"""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

CODE = """
import json
from pathlib import Path

ERRORS = {
    "auth": lambda: AuthFailed("the vendor refuses the grant; make a new grant code"),
    "setting": lambda: Misconfigured("the vendor does not know this client id", setting="client_id"),
    "throttled": lambda: Throttled("the vendor allows no more calls", datetime(2030, 1, 1, 0, 10, tzinfo=UTC)),
    "hurried": lambda: Throttled("the vendor gives no more tokens", datetime(2030, 1, 1, 1, 10, tzinfo=UTC)),
    "away": lambda: Unavailable("the vendor does not answer"),
}


@dataclass(frozen=True, kw_only=True)
class VendorSettings:
    folder: str = setting("Where the vendor keeps its books.")
    client_id: str = setting("The id of your client.")
    client_secret: Secret = setting("The secret of your client.")
    accounts_url: str = setting("Where accounts are.", default="", address=True)
    page: int = setting("How many records a page has.", default=10)


@dataclass(frozen=True, kw_only=True)
class PlainSettings:
    key: Secret = setting("The key of your account.")


class Vendor:
    def __init__(self, settings):
        self.folder = Path(settings.folder)
        self.secret = settings.client_secret.reveal()

    def call(self, name):
        with (self.folder / "calls").open("a") as calls:
            calls.write(name + "\\n")
        state = json.loads((self.folder / "state.json").read_text())
        for trouble in state["trouble"].get(name, [])[: 1]:
            raise ERRORS[trouble]()
        return state

    def count(self, name):
        return (self.folder / "calls").read_text().splitlines().count(name)


class VendorAuthorizer(Vendor):
    def complete(self, code):
        state = self.call("complete")
        if code.reveal() not in state["codes"]:
            raise AuthFailed("the vendor refuses the grant code; make a new one")
        return Grant({"refresh_token": "grant of " + code.reveal()})

    def begin(self, redirect, state, challenge):
        return f"https://accounts.vendor.example/auth?redirect={redirect}&state={state}&challenge={challenge}"

    def exchange(self, consented):
        self.call("exchange")
        (self.folder / "consented").write_text(json.dumps({
            "verifier": consented.verifier.reveal(), "redirect": consented.redirect,
            "parameters": dict(consented.parameters), "secret": self.secret,
        }))
        return self.complete(consented.code)

    def begin_device(self):
        state = self.call("begin_device")
        expires = datetime.fromisoformat(state["expires"])
        return DeviceCode("ABCD", "https://vendor.example/go", state["endpoint"], expires, 5, {"code": "dev"})

    def poll(self, device):
        state = self.call("poll")
        if state["consented"]:
            return self.complete(Secret(state["codes"][0]))
        return DeviceCode("ABCD", device.address, state["endpoint"], device.expires, 30, device.secrets)

    def refresh(self, grant):
        state = self.call("refresh")
        if (self.folder / "gate").exists():
            (self.folder / "gate").read_text()
        value = f"token {self.count('refresh')} for {grant.secrets['refresh_token']}"
        return Token(value, datetime.fromisoformat(state["expires"]), state["endpoint"])

    def revoke(self, grant):
        self.call("revoke")
        with (self.folder / "revoked").open("a") as revoked:
            revoked.write(grant.secrets["refresh_token"] + "\\n")

    def account(self, token):
        return Account(self.call("account")["email"])

    def organizations(self, token):
        state = self.call("organizations")
        if token.value in state["dead"]:
            raise AuthFailed("the vendor refuses the token")
        return [Organization(id, name) for id, name in state["organizations"].items()]


class VendorSource(Vendor):
    def __init__(self, settings, access):
        super().__init__(settings)
        self.access = access

    def pages(self, cursor, window):
        told = {"token": self.access.token.value, "organization": self.access.organization, "secret": self.secret}
        yield Page([Record("1", told)], None)

    def fields(self, module):
        self.call("fields")
        return [SourceField("email", "E-mail address", FieldType.EMAIL, Preset.EMAIL),
                SourceField("cf_tier", "Tier", FieldType.TEXT, None, True),
                SourceField("cf_since", "Since", FieldType.DATE, None, True)]

    def close(self):
        pass


class PlainSource:
    def __init__(self, settings):
        self.settings = settings

    def pages(self, cursor, window):
        yield Page([Record("1", {"key": self.settings.key.reveal()})], None)

    def close(self):
        pass


@hookimpl
def contactd_sources():
    return [
        SourceKind(
            name="vendor",
            title="The Vendor",
            settings=VendorSettings,
            open=VendorSource,
            authorizer=VendorAuthorizer,
            modules=(Module("contacts", "Customers"),),
            fields=(SourceField("email", "E-mail", FieldType.EMAIL), SourceField("company", "Company", FieldType.TEXT)),
            hosts=("accounts.vendor.example", "*.api.vendor.example"),
            capabilities=frozenset({Capability.FIELDS, Capability.BROWSER, Capability.DEVICE}),
        ),
        SourceKind(
            name="plain",
            title="Plain",
            settings=PlainSettings,
            open=PlainSource,
            fields=(SourceField("email", "E-mail", FieldType.EMAIL),),
        ),
    ]
"""

_STATE: dict[str, object] = {
    "codes": ["good", "better"],
    "expires": "2030-01-01T01:00:00+00:00",
    "endpoint": "https://eu.api.vendor.example",
    "email": "owner@example.com",
    "organizations": {"10": "Chinook", "20": "Northwind"},
    "dead": [],
    "consented": False,
    "trouble": {},
}

#: The key of the stores that tests make.
KEY = bytes(range(32))

#: The moment at which the tests begin: an hour before the first token ends.
NOON = datetime(2030, 1, 1, tzinfo=UTC)


class Vendor:
    """The test's end of the vendor in *folder*."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self._state = dict(_STATE)
        (folder / "calls").touch()
        (folder / "revoked").touch()
        self.change()

    def change(self, **state: object) -> None:
        self._state |= state
        (self.folder / "state.json").write_text(json.dumps(self._state))

    def trouble(self, **kinds: str) -> None:
        """Let each call fail with that kind of error from now on."""
        self.change(trouble={call: [kind] for call, kind in kinds.items()})

    @property
    def calls(self) -> list[str]:
        return (self.folder / "calls").read_text().splitlines()

    @property
    def revoked(self) -> list[str]:
        """The grants that were given back."""
        return (self.folder / "revoked").read_text().splitlines()

    def hold(self) -> None:
        """Hold the next refresh back."""
        os.mkfifo(self.folder / "gate")

    def let_go(self) -> None:
        """Wait until a refresh is held back, and let it go on."""
        with (self.folder / "gate").open("w"):
            (self.folder / "gate").rename(self.folder / "gate-opened")
