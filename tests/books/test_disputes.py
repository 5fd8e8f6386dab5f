"""Whatever is disputed about Zoho (plugins/zoho/FACTS.md "9"): nothing is lost, and nobody is taken for gone."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contactd_books.product import BOOKS
from contactd_invoice.product import INVOICE
from contactd_sdk import Misconfigured, Page, Spent, Token, Window
from contactd_zoho.product import Product
from contactd_zoho.source import FinanceSource
from contactd_zoho_sandbox.control import Sandbox
from fakes.books import ALLOWED
from fakes.rights import MemoryShelf, OpenCalls

PRODUCTS = pytest.mark.parametrize("product", [BOOKS, INVOICE], ids=["books", "invoice"])


class Way:
    """The way into an organization of a sandbox, with a token made at once."""

    def __init__(self, sandbox: Sandbox, organization: str) -> None:
        scopes = " ".join((*BOOKS.scopes, *INVOICE.scopes))
        self.token = Token(sandbox.tokens(scopes).access_token, datetime.now(UTC) + timedelta(hours=1), sandbox.url)
        self.organization = organization
        self.calls = OpenCalls()
        self.shelf = MemoryShelf()

    def renew(self) -> Token:
        return self.token


#: What tests switch, as it is otherwise.
USUAL: dict[str, Any] = {
    "books_ignores": [],
    "invoice_ignores": ["contact_type"],
    "gone_status": 404,
    "gone_code": 1002,
    "foreign_status": 400,
    "deepest_page": None,
    "default_filter": "Status.All",
    **{f"{part}_moves_stamp": True for part in ("person", "custom", "status")},
}


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox.start(generate=450) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Iterator[Sandbox]:
    yield running
    running.switch(**USUAL)


@pytest.fixture
def way(sandbox: Sandbox) -> Way:
    name = "Generated Customers"
    return Way(sandbox, next(one.organization_id for one in sandbox.ready.organizations if one.name == name))


def read(product: Product, way: Way, **window: Any) -> list[Page]:
    source = FinanceSource(product, way, ALLOWED)
    pages = list(source.pages(None, Window(**{"module": "contacts", "fields": frozenset({"email"}), **window})))
    source.close()
    return pages


def ids(pages: list[Page]) -> list[str]:
    return [record.id for page in pages for record in page.records if record.customer]


@PRODUCTS
@pytest.mark.parametrize(
    ("ignored", "calls"),
    [
        ([], 1),
        (["last_modified_time"], 1),
        (["sort_column"], 1),
        (["last_modified_time", "sort_column"], 4),
        (["contact_type"], 1),
        (["last_modified_time", "sort_column", "sort_order", "contact_type", "filter_by"], 4),
    ],
)
def test_what_changed_comes_whatever_the_list_passes_over(
    sandbox: Sandbox, way: Way, product: Product, ignored: list[str], calls: int
) -> None:
    sandbox.switch(books_ignores=ignored, invoice_ignores=ignored)
    since = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    changed = ids(read(product, way))[100:103]
    for customer in changed:
        sandbox.edit(customer, last_name="New", last_modified_time=f"{since:%Y-%m-%dT%H:%M:%S+0000}")
    sandbox.clear_journal()

    pages = read(product, way, since=since)

    for customer in changed:
        sandbox.edit(customer, last_modified_time="2026-01-01T00:00:00+0000")
    assert set(ids(pages)) == set(changed)
    assert len(sandbox.journal("*/contacts")) == calls


@PRODUCTS
@pytest.mark.parametrize("status", [400, 404])
@pytest.mark.parametrize("code", [1002, 5])
def test_a_deleted_customer_is_gone_whatever_is_said_of_it(
    sandbox: Sandbox, way: Way, product: Product, status: int, code: int
) -> None:
    sandbox.switch(gone_status=status, gone_code=code)
    here = ids(read(product, way))[0]
    gone = sandbox.add("Gone Tomorrow", organization_id=way.organization)
    sandbox.delete(gone)
    source = FinanceSource(product, way, ALLOWED)

    told = source.gone("contacts", [here, gone])

    source.close()
    assert told == {gone}


@PRODUCTS
@pytest.mark.parametrize("status", [400, 401])
def test_a_foreign_organization_makes_nobody_gone(sandbox: Sandbox, product: Product, status: int) -> None:
    sandbox.switch(foreign_status=status)
    source = FinanceSource(product, Way(sandbox, "1"), ALLOWED)

    with pytest.raises(Misconfigured):
        source.gone("contacts", ["1", "2"])

    source.close()


@PRODUCTS
def test_a_deepest_page_does_not_keep_a_shorter_list_from_being_counted(
    sandbox: Sandbox, way: Way, product: Product
) -> None:
    sandbox.switch(deepest_page=3)
    source = FinanceSource(product, way, ALLOWED)
    way.calls.left = 10

    with pytest.raises(Spent, match="customers are read") as spent:
        list(source.pages(None, Window("contacts", frozenset({"notes"}))))

    source.close()
    assert "6 of about 450 customers" in str(spent.value)


@PRODUCTS
def test_inactive_customers_come_whatever_the_default_filter(sandbox: Sandbox, way: Way, product: Product) -> None:
    sandbox.switch(default_filter="Status.Active")
    everyone = ids(read(product, way))
    sandbox.edit(everyone[0], status="inactive")

    again = [record for page in read(product, way) for record in page.records]

    sandbox.edit(everyone[0], status="active")
    assert [record.id for record in again if record.inactive] == [everyone[0]]
    assert len(again) == len(everyone)


@pytest.mark.parametrize(
    ("part", "change", "module"),
    [
        ("status", {"status": "inactive"}, "contacts"),
        ("person", {"email": "moved@example.com"}, "contacts"),
        ("person", {"email": "moved@example.com"}, "contact_persons"),
        ("custom", {"cf_level": "Platinum"}, "contacts"),
    ],
)
def test_an_edit_that_moves_no_time_is_found_where_everything_is_read(
    sandbox: Sandbox, way: Way, part: str, change: dict[str, str], module: str
) -> None:
    ((field, value),) = change.items()
    edited = ids(read(BOOKS, way))[7]
    was = sandbox.get(edited).get(field, "Gold")
    value = "Silver" if field == "cf_level" and was != "Silver" else value.replace("Platinum", "Gold")

    def told(since: datetime | None = None) -> list[object]:
        pages = read(BOOKS, way, module=module, fields=frozenset({"email", field}), since=since)
        return [one.values[field] for page in pages for one in page.records if one.id.startswith(edited)]

    def edit(value: str) -> None:
        sandbox.edit(edited, **({"custom": {field: value}} if field == "cf_level" else {field: value}))

    sandbox.switch(**{f"{part}_moves_stamp": False})
    before = told()
    edit(value)

    changed, everything = told(since=datetime.now(UTC) - timedelta(minutes=5)), told()

    edit(was)
    assert before != [value]
    assert (changed, everything) == ([], [value])
