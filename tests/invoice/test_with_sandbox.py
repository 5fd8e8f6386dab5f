"""Zoho Invoice differs from Books by its scopes, its header and its smaller rows: the rest is tests/books."""

from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import entry_points

import pytest

from contactd_invoice import contactd_sources
from contactd_invoice.product import INVOICE
from contactd_sdk import ENTRY_POINT_GROUP, AuthFailed, Grant, Secret, Token, Window
from contactd_zoho.listed import listed
from contactd_zoho.settings import ZohoSettings
from contactd_zoho.source import FinanceSource
from contactd_zoho_sandbox.control import Sandbox
from fakes.books import ALLOWED, OpenAccess, clock, page, row
from fakes.http_script import Answer, Asked, HttpScript
from fakes.rights import MemoryShelf, OpenCalls

SCOPES = "ZohoInvoice.contacts.READ ZohoInvoice.settings.READ"
EVERYTHING = Window("contacts", frozenset(field.name for field in listed(INVOICE)))


class Consent:
    """The way into the Chinook records of a sandbox, with consent to *scopes*."""

    def __init__(self, sandbox: Sandbox, scopes: str) -> None:
        ready = sandbox.ready
        secret = Secret(ready.client_secret)
        settings = ZohoSettings(accounts_url=sandbox.url, client_id=ready.client_id, client_secret=secret)
        (kind,) = contactd_sources()
        assert kind.authorizer is not None
        self.authorizer = kind.authorizer(settings)
        self.grant: Grant = self.authorizer.complete(Secret(sandbox.grant(scopes)))
        self.token: Token = self.authorizer.refresh(self.grant)
        self.organization = next(one.organization_id for one in ready.organizations if one.name == "Chinook Records")
        self.calls = OpenCalls()
        self.shelf = MemoryShelf()

    def renew(self) -> Token:
        self.token = self.authorizer.refresh(self.grant)
        return self.token


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start(load="chinook") as running:
        yield running


def test_it_is_found_by_its_entry_point_and_tells_what_it_is() -> None:
    (found,) = entry_points(group=ENTRY_POINT_GROUP, name="zoho-invoice")
    (kind,) = contactd_sources()

    assert found.value == "contactd_invoice"
    assert (kind.name, kind.title) == ("zoho-invoice", "Zoho Invoice")
    assert [(module.name, module.title) for module in kind.modules] == [
        ("contacts", "Customers"),
        ("contact_persons", "Contact persons"),
    ]


def test_it_reads_the_customers_of_its_own_product(sandbox: Sandbox) -> None:
    source = FinanceSource(INVOICE, Consent(sandbox, SCOPES), ALLOWED)

    records = [record for got in source.pages(None, EVERYTHING) for record in got.records]

    source.close()
    assert len(records) == 66
    assert sum(record.customer for record in records) == 65
    assert {"email", "first_name", "company_name"} <= records[0].values.keys()
    assert {call.path for call in sandbox.journal("*/contacts*")} == {"/invoice/v3/contacts"}


def test_it_tells_what_changed_and_what_is_gone(sandbox: Sandbox) -> None:
    source = FinanceSource(INVOICE, Consent(sandbox, SCOPES), ALLOWED)
    changed, deleted = sandbox.find("bjorn.hansen@yahoo.no"), sandbox.find("hholy@gmail.com")
    began = datetime.now(UTC)
    sandbox.edit(changed, first_name="Bjarne")
    sandbox.delete(deleted)

    window = Window("contacts", EVERYTHING.fields, began.replace(microsecond=0))
    records = [record for got in source.pages(None, window) for record in got.records]
    gone = source.gone("contacts", [changed, deleted])

    source.close()
    assert [record.id for record in records] == [changed]
    assert gone == {deleted}


def test_consent_to_books_does_not_open_invoice(sandbox: Sandbox) -> None:
    with pytest.raises(AuthFailed, match=r"does not cover ZohoInvoice\.contacts\.READ and ZohoInvoice\.settings\.READ"):
        Consent(sandbox, "ZohoBooks.contacts.READ ZohoBooks.settings.READ")


def test_the_account_and_its_organizations_are_told(sandbox: Sandbox) -> None:
    consent = Consent(sandbox, SCOPES)

    account = consent.authorizer.account(consent.token)
    organizations = consent.authorizer.organizations(consent.token)

    assert account.email == sandbox.ready.email
    assert consent.organization in {one.id for one in organizations}


def test_each_call_names_the_organization_in_the_header_and_in_the_query() -> None:
    calls: list[Asked] = []

    def answer(asked: Asked) -> Answer:
        calls.append(asked)
        return Answer(page([row(1)]))

    with HttpScript(answer) as script:
        source = FinanceSource(INVOICE, OpenAccess(script.address), ALLOWED, now=clock)

        list(source.pages(None, EVERYTHING))

        source.close()
    (asked,) = calls
    assert asked.headers["X-com-zoho-invoice-organizationid"] == "10234695"
    assert asked.query["organization_id"] == "10234695"


def test_a_key_that_its_rows_lack_is_unknown_and_not_empty() -> None:
    small = {key: value for key, value in row(1).items() if key not in {"phone", "payment_terms"}}
    with HttpScript(lambda _: Answer(page([small]))) as script:
        source = FinanceSource(INVOICE, OpenAccess(script.address), ALLOWED, now=clock)

        ((record,),) = (got.records for got in source.pages(None, EVERYTHING))

        source.close()
    assert "phone" not in record.values
    assert "email" in record.values
