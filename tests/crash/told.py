"""A plugin whose truth is known: its sources give what a file says, and are in trouble if another one says so.

While a file `held` is there, a source does not give its last page.
"""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from contactd_sdk import Record
from fakes.plugins import install

_CODE = """
import msgspec
from pathlib import Path

TROUBLE = {
    "unavailable": lambda: Unavailable("the vendor does not answer"),
    "throttled": lambda: Throttled("the vendor gives no more tokens", datetime.now(UTC) + timedelta(minutes=10)),
    "refused": lambda: AuthFailed("the vendor refuses the grant; consent again"),
}


@dataclass(frozen=True, kw_only=True)
class Settings:
    folder: str = setting("Where its truth is kept.")


class Place:
    def __init__(self, settings, access=None):
        self.folder = Path(settings.folder)
        self.access = access

    def meet(self, where):
        trouble = self.folder / where
        if trouble.exists():
            raise TROUBLE[trouble.read_text()]()

    def close(self):
        pass


class Told(Place):
    def world(self):
        told = (self.folder / "world").read_bytes()
        return msgspec.msgpack.decode(told, type=tuple[list[Record], int, float])

    def pages(self, cursor, window):
        records, size, pause = self.world()
        since = window.since
        wanted = [one for one in records if since is None or one.modified is None or one.modified >= since]
        start = int(cursor or 0)
        while True:
            page = wanted[start:start + size]
            if self.access is not None:
                self.remember(page)
            self.meet("trouble")
            time.sleep(pause)
            start += size
            more = start < len(wanted)
            while not more and (self.folder / "held").exists():
                time.sleep(0.005)
            yield Page(page, str(start) if more else None, [], len(wanted))
            if not more:
                return

    def remember(self, page):
        self.access.token
        if (self.folder / "blocked").exists():
            until = datetime.now(UTC) + timedelta(minutes=10)
            self.access.calls.blocked(until, "The vendor blocks the organization.")
            raise Throttled("the vendor blocks the organization", until)
        self.access.calls.take()
        found = self.access.shelf.find("contacts", {one.id: one.modified for one in page})
        fresh = [Shelved(one.id, one.modified, [], b"kept") for one in page if one.id not in found]
        if fresh:
            self.access.shelf.keep("contacts", fresh)

    def gone(self, module, ids):
        records, _, _ = self.world()
        return frozenset(ids) - {one.id for one in records}


class Vendor(Place):
    def complete(self, code):
        return Grant({"refresh": code.reveal()})

    def refresh(self, grant):
        self.meet("no_token")
        return Token("token", datetime.now(UTC) + timedelta(hours=1), "https://api.told.example")

    def revoke(self, grant):
        pass

    def account(self, token):
        told = self.folder / "account"
        return Account(told.read_text() if told.exists() else "owner@example.com")

    def organizations(self, token):
        return [Organization("10", "Ten")]


FIELDS = (
    SourceField("email", "E-mail", FieldType.EMAIL, Preset.EMAIL),
    SourceField("first", "First name", FieldType.TEXT, Preset.FIRST_NAME),
    SourceField("company", "Company", FieldType.TEXT),
    SourceField("size", "Size", FieldType.TEXT),
    SourceField("since", "Since", FieldType.DATE),
)


@hookimpl
def contactd_sources():
    common = {"title": "Told", "settings": Settings, "open": Told, "fields": FIELDS}
    return [
        SourceKind(name="plain", capabilities=frozenset({Capability.CONFIRM, Capability.MODIFIED_SINCE}), **common),
        SourceKind(
            name="metered",
            capabilities=frozenset({Capability.CONFIRM}),
            authorizer=Vendor,
            allowance=lambda settings: Allowance(per_minute=100_000, per_day=10_000_000, leave=0),
            hosts=("api.told.example",),
            **common,
        ),
    ]
"""


def install_told(folder: Path) -> Path:
    """Put the plugin into *folder*."""
    folder.mkdir()
    install(folder, "told", _CODE)
    return folder


def tell(folder: Path, records: Sequence[Record], *, page_size: int, pause: float = 0.0) -> None:
    """Let the source whose truth is in *folder* give *records*; *pause* is what it takes for a page, seconds."""
    fresh = folder / "world.new"
    fresh.write_bytes(msgspec.msgpack.encode((list(records), page_size, pause)))
    fresh.replace(folder / "world")
