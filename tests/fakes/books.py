"""Answers as Zoho Books gives them, for scripts (plugins/zoho/FACTS.md "2.3", "2.4"), and a way in."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from contactd_sdk import Allowance, Page, Token
from contactd_zoho.times import micros
from fakes.http_script import Answer, Asked, HttpScript
from fakes.rights import MemoryShelf, OpenCalls

BIRTH = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)

#: What the settings allow by default.
ALLOWED = Allowance(per_minute=60, per_day=1000)


def clock() -> datetime:
    return NOW


@dataclass
class OpenAccess:
    """The way into an organization, as the daemon would hand it to a source."""

    endpoint: str
    organization: str = "10234695"
    renewals: list[str] = field(default_factory=list)
    #: What each renewal brings; one that is an error is raised.
    fresh: list[Token | Exception] = field(default_factory=list)
    token: Token = field(init=False)
    calls: OpenCalls = field(default_factory=OpenCalls)
    shelf: MemoryShelf = field(default_factory=MemoryShelf)

    def __post_init__(self) -> None:
        self.token = self.given("first")

    def given(self, value: str, endpoint: str = "") -> Token:
        return Token(value, NOW + timedelta(hours=1), endpoint or self.endpoint)

    def renew(self) -> Token:
        self.renewals.append(self.token.value)
        fresh = self.fresh.pop(0) if self.fresh else self.given(f"renewed-{len(self.renewals)}")
        if isinstance(fresh, Exception):
            raise fresh
        self.token = fresh
        return fresh


def stamp(number: int) -> str:
    return f"{BIRTH + timedelta(minutes=number):%Y-%m-%dT%H:%M:%S%z}"


def place(number: int, *, passed: int) -> str:
    """Give the cursor of page *number* where row *passed* was the last before it."""
    return f"all:{number}:{micros(datetime.fromisoformat(stamp(passed)))}"


def changed_place(number: int, *, passed: int) -> str:
    """Give the cursor of page *number* of what changed, where row *passed* was the last before it."""
    return f"modified:{number}:{micros(datetime.fromisoformat(stamp(passed)))}::"


AMOUNTS = [
    f"{amount}{currency}"
    for amount in (
        "outstanding_receivable_amount",
        "outstanding_payable_amount",
        "unused_credits_receivable_amount",
        "unused_credits_payable_amount",
    )
    for currency in ("", "_bcy")
]


#: What is the same in every row that was recorded, but for what `row` adds: 47 keys in all.
USUAL: dict[str, Any] = {
    "company_name": "",
    "website": "",
    "language_code": "en",
    "language_code_formatted": "English",
    "contact_type": "customer",
    "contact_type_formatted": "Customer",
    "status": "active",
    "customer_sub_type": "business",
    "source": "user",
    "is_linked_with_zohocrm": False,
    "payment_terms": 15,
    "payment_terms_id": "",
    "payment_terms_label": "Net 15",
    "currency_id": "4600000000000000097",
    "currency_code": "USD",
    "twitter": "",
    "facebook": "",
    **dict.fromkeys(AMOUNTS, 0.0),
    "first_name": "Anna",
    "phone": "",
    "mobile": "",
    "portal_status": "disabled",
    "portal_status_formatted": "Disabled",
    "track_1099": False,
    "created_time_formatted": "01 Jan 2026",
    "last_modified_time_formatted": "01 Jan 2026",
    "custom_fields": [],
    "custom_field_hash": {},
    "contactperson_custom_fields": [],
    "tags": [],
    "ach_supported": False,
    "has_attachment": False,
}


def row(number: int, **changes: Any) -> dict[str, Any]:
    """One row of the list; a change to `...` leaves a key out."""
    name = f"Customer {number}"
    own = {
        "contact_id": f"4600000000{number:08}",
        "contact_name": name,
        "customer_name": name,
        "vendor_name": name,
        "last_name": f"Nr {number}",
        "email": f"c{number}@example.com",
        "created_time": stamp(number),
        "last_modified_time": stamp(number),
    }
    return {key: value for key, value in (USUAL | own | changes).items() if value is not ...}


def rows(count: int) -> list[dict[str, Any]]:
    """Rows 1 to *count*."""
    return [row(number) for number in range(1, count + 1)]


def page(rows: Iterable[Any], number: int = 1, *, more: bool = False, **context: Any) -> dict[str, Any]:
    """One answer of the list."""
    return {
        "code": 0,
        "message": "success",
        "contacts": list(rows),
        "page_context": {
            "page": number,
            "per_page": 200,
            "has_more_page": more,
            "report_name": "Contacts",
            "applied_filter": "Status.All",
            "custom_fields": [],
            **context,
        },
    }


def refused(code: int, message: str = "", status: int = 400, **headers: str) -> Answer:
    """A refusal."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer({"code": code, "message": message}, status, named)


def ids(pages: Iterable[Page]) -> list[list[int]]:
    """The numbers of the rows on each of *pages*."""
    return [[int(record.id[-8:]) for record in page.records] for page in pages]


def asked(zoho: HttpScript) -> list[str]:
    """The numbers of the pages that *zoho* was asked for."""
    return [asked.query["page"] for asked in zoho.journal]


@dataclass
class BookOf:
    """The list over *rows*, sorted and paged as it is asked to.

    *faults* are answers instead of the pages of these numbers; *change* may
    meddle before each answer.
    """

    rows: list[dict[str, Any]]
    per_page: int = 200
    filters: bool = True
    sorts: bool = True
    faults: Mapping[str, Answer] = field(default_factory=dict)
    change: Callable[["BookOf", Mapping[str, str]], None] = lambda *_: None

    def __call__(self, asked: Asked) -> Answer:
        query = asked.query
        if query["page"] in self.faults:
            return self.faults[query["page"]]
        self.change(self, query)
        column, order = (query["sort_column"], query["sort_order"]) if self.sorts else ("contact_name", "A")
        rows = sorted(self.rows, key=lambda row: row[column], reverse=order == "D")
        if self.filters and (since := query.get("last_modified_time")):
            rows = [row for row in rows if row["last_modified_time"] >= since]
        first = (int(query["page"]) - 1) * self.per_page
        shown = rows[first : first + self.per_page]
        more = len(rows) > first + self.per_page
        return Answer(page(shown, int(query["page"]), more=more, sort_column=column, sort_order=order))
