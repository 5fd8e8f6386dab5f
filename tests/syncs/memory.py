"""A plugin whose records stand in a file, and the test's end of that file."""

import json
from pathlib import Path
from typing import Any

CODE = """
import json
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Settings:
    folder: str = setting("Where the records are.")


class Memory:
    def __init__(self, settings):
        self.path = Path(settings.folder) / "records.json"

    def pages(self, cursor, window):
        held = json.loads(self.path.read_text())
        if held["trouble"]:
            raise Unavailable("the source does not answer")
        rows, size, start = held["records"], held["page"], int(cursor or 0)
        while True:
            part = [one for one in rows[start : start + size]]
            records = [self.record(one) for one in part if "raw" not in one]
            malformed = [Malformed(one["raw"], "no id") for one in part if "raw" in one]
            start += size
            yield Page(records, str(start) if start < len(rows) else None, malformed, len(rows))
            if start >= len(rows):
                return

    def record(self, row):
        created = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=row["number"])
        return Record(str(row["number"]), row["values"], row["title"], created, created)

    def close(self):
        pass


@hookimpl
def contactd_sources():
    fields = (
        SourceField("email", "E-mail", FieldType.EMAIL, Preset.EMAIL),
        SourceField("first", "First name", FieldType.TEXT, Preset.FIRST_NAME),
        SourceField("last", "Last name", FieldType.TEXT, Preset.LAST_NAME),
        SourceField("company_name", "Company", FieldType.TEXT),
        SourceField("country", "Country", FieldType.COUNTRY),
        SourceField("changed", "Changed", FieldType.DATETIME),
        SourceField("owed", "Outstanding amount", FieldType.DECIMAL),
        SourceField("name", "Name", FieldType.TEXT),
    )
    modules = (Module("contacts", "Customers"), Module("people", "People"))
    return [
        SourceKind(name="memory", title="Memory", settings=Settings, open=Memory, fields=fields, modules=modules),
        SourceKind(name="dateless", title="Dateless", settings=Settings, open=Memory, fields=fields[:4]),
    ]
"""


class Memory:
    """The records of kind `memory` in *folder*."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self._held: dict[str, Any] = {"records": [], "page": 2, "trouble": False}
        self._write()

    def hold(self, *records: dict[str, Any], page: int = 2) -> None:
        """Let these be all records."""
        self._held |= {"records": list(records), "page": page}
        self._write()

    def fall_silent(self) -> None:
        """Answer no more."""
        self._held["trouble"] = True
        self._write()

    def _write(self) -> None:
        (self.folder / "records.json").write_text(json.dumps(self._held))


def row(number: int, email: str | None = None, *, title: str = "", **values: Any) -> dict[str, Any]:
    """Make a record; those with smaller numbers were made earlier."""
    address = f"person{number}@example.com" if email is None else email
    return {"number": number, "title": title or f"Customer {number}", "values": {"email": address, **values}}


def unreadable(raw: str) -> dict[str, str]:
    """Make a record that cannot be read."""
    return {"raw": raw}
