"""The whole way, from a grant code to customers, with the sandbox of Zoho as the vendor."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from urllib.parse import parse_qs

import pytest

from contactd_books import contactd_sources
from contactd_books.product import BOOKS
from contactd_sdk import (
    AuthFailed,
    Authorizer,
    Grant,
    Misconfigured,
    Page,
    Secret,
    Throttled,
    Token,
    Unavailable,
    Window,
)
from contactd_zoho.listed import FIELDS
from contactd_zoho.settings import ZohoSettings
from contactd_zoho.source import FinanceSource
from contactd_zoho_sandbox.control import Sandbox
from fakes.books import ALLOWED
from fakes.rights import MemoryShelf, OpenCalls

#: Keys that rows of the Indian edition have.
INDIAN = frozenset({"gst_no", "gst_treatment", "place_of_contact", "pan_no"})
EVERYTHING = Window("contacts", frozenset(field.name for field in FIELDS) - INDIAN)


class Consent:
    """The way into the first organization of a sandbox: what the daemon does between authorizer and source."""

    def __init__(self, sandbox: Sandbox, settings: ZohoSettings) -> None:
        (kind,) = contactd_sources()
        assert kind.authorizer is not None
        self.authorizer: Authorizer = kind.authorizer(settings)
        self.grant: Grant = self.authorizer.complete(Secret(sandbox.grant()))
        self.token: Token = self.authorizer.refresh(self.grant)
        self.organization = sandbox.ready.organizations[0].organization_id
        self.calls = OpenCalls()
        self.shelf = MemoryShelf()

    def renew(self) -> Token:
        self.token = self.authorizer.refresh(self.grant)
        return self.token


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox.start(generate=450) as sandbox:
        # Each test begins with tokens of its own.
        sandbox.set_limits(per_minute=None)
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Iterator[Sandbox]:
    running.clear_journal()
    yield running
    running.clear_faults()


@pytest.fixture
def settings(sandbox: Sandbox) -> ZohoSettings:
    ready = sandbox.ready
    return ZohoSettings(accounts_url=sandbox.url, client_id=ready.client_id, client_secret=Secret(ready.client_secret))


@pytest.fixture
def consent(sandbox: Sandbox, settings: ZohoSettings) -> Consent:
    return Consent(sandbox, settings)


@pytest.fixture
def source(consent: Consent) -> Iterator[FinanceSource]:
    books = FinanceSource(BOOKS, consent, ALLOWED)
    yield books
    books.close()


def ids(pages: list[Page]) -> set[str]:
    return {record.id for page in pages for record in page.records}


def lists(sandbox: Sandbox) -> int:
    return len(sandbox.journal("/books/v3/contacts"))


def test_consent_leads_to_the_account_and_its_organizations(sandbox: Sandbox, consent: Consent) -> None:
    account = consent.authorizer.account(consent.token)
    organizations = consent.authorizer.organizations(consent.token)

    assert account.email == sandbox.ready.email
    assert [(row.id, row.name) for row in organizations] == [
        (row.organization_id, row.name) for row in sandbox.ready.organizations
    ]


def test_a_wrong_code_a_wrong_client_and_a_wrong_secret_are_told_apart(
    sandbox: Sandbox, settings: ZohoSettings
) -> None:
    (kind,) = contactd_sources()
    assert kind.authorizer is not None
    stranger = ZohoSettings(accounts_url=sandbox.url, client_id="1000.NOBODY", client_secret=Secret("x"))
    forgetful = ZohoSettings(accounts_url=sandbox.url, client_id=settings.client_id, client_secret=Secret("x"))

    with pytest.raises(AuthFailed, match="Make a new grant code"):
        kind.authorizer(settings).complete(Secret("1000.wrong"))
    with pytest.raises(Misconfigured, match="knows no client with this id"):
        kind.authorizer(stranger).complete(Secret("1000.wrong"))
    with pytest.raises(Misconfigured, match="refuses the client secret"):
        kind.authorizer(forgetful).complete(Secret("1000.wrong"))


def test_a_revoked_grant_gives_no_more_tokens(consent: Consent) -> None:
    consent.authorizer.revoke(consent.grant)

    with pytest.raises(AuthFailed, match="Connect again"):
        consent.authorizer.refresh(consent.grant)


def test_every_customer_is_read_once_and_page_one_again(sandbox: Sandbox, source: FinanceSource) -> None:
    pages = list(source.pages(None, EVERYTHING))

    records = [record for page in pages for record in page.records]
    assert len(records) == len(ids(pages)) == 450
    assert all(record.created and record.modified and record.customer for record in records)
    assert [page.malformed for page in pages] == [[]] * 4
    assert lists(sandbox) == 4


def test_every_field_of_a_row_is_there(source: FinanceSource) -> None:
    first = next(source.pages(None, EVERYTHING))

    assert set(first.records[0].values) == EVERYTHING.fields


def test_the_fields_include_the_custom_ones_and_their_values(sandbox: Sandbox, source: FinanceSource) -> None:
    custom = [field for field in source.fields("contacts") if field.custom]
    added = sandbox.add("Ann of the Custom Fields", custom_fields=[{"api_name": custom[0].name, "value": "Gold"}])

    pages = list(source.pages(None, Window("contacts", frozenset(field.name for field in custom))))

    sandbox.delete(added)
    values = next(record.values for page in pages for record in page.records if record.id == added)
    assert values == {field.name: None for field in custom} | {custom[0].name: "Gold"}


def test_nothing_new_costs_one_call_and_one_change_brings_one_record(sandbox: Sandbox, source: FinanceSource) -> None:
    since = Window("contacts", frozenset({"last_name"}), since=datetime.now(UTC) + timedelta(minutes=1))
    (nothing,) = source.pages(None, since)
    assert (nothing.records, nothing.cursor) == ([], None)
    assert nothing.as_of is not None
    assert lists(sandbox) == 1
    added = sandbox.add("Ann")

    changed = Window("contacts", frozenset({"last_name"}), since=datetime.now(UTC) - timedelta(seconds=2))
    found = ids(list(source.pages(None, changed)))

    sandbox.delete(added)
    assert added in found
    assert lists(sandbox) == 2


def test_a_token_that_ends_in_the_middle_is_renewed_once(
    sandbox: Sandbox, source: FinanceSource, consent: Consent
) -> None:
    first = consent.token
    sandbox.plant(kind="expire", path="/books/v3/contacts", query={"page": "2"})

    pages = list(source.pages(None, EVERYTHING))

    assert len(ids(pages)) == 450
    assert consent.token.value != first.value
    assert [call.status for call in sandbox.journal("/books/v3/contacts")] == [200, 401, 200, 200, 200]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "html", "status": 503}, Unavailable),
        ({"kind": "truncate"}, Unavailable),
        ({"kind": "cut"}, Unavailable),
        ({"kind": "reset"}, Unavailable),
        ({"kind": "code", "code": 1000}, Unavailable),
        ({"kind": "throttle", "code": 44}, Throttled),
        ({"kind": "throttle", "code": 45}, Throttled),
        ({"kind": "throttle", "code": 1070}, Throttled),
    ],
)
def test_after_a_fault_the_reading_goes_on_from_its_cursor(
    sandbox: Sandbox, source: FinanceSource, fault: dict[str, object], error: type[Exception]
) -> None:
    whole = ids(list(source.pages(None, EVERYTHING)))
    sandbox.plant(path="/books/v3/contacts", query={"page": "2"}, **fault)
    pages = source.pages(None, EVERYTHING)
    first = next(pages)
    with pytest.raises(error):
        next(pages)

    rest = list(source.pages(first.cursor, EVERYTHING))

    assert ids([first, *rest]) == whole


def numbers(sandbox: Sandbox) -> list[str]:
    return [parse_qs(call.query)["page"][0] for call in sandbox.journal("/books/v3/contacts")]


def two_pages(consent: Consent) -> list[Page]:
    source = FinanceSource(BOOKS, consent, ALLOWED)
    pages = list(islice(source.pages(None, EVERYTHING), 2))
    source.close()
    return pages


def test_going_on_where_nothing_moved_costs_one_call_more(
    sandbox: Sandbox, consent: Consent, source: FinanceSource
) -> None:
    read = two_pages(consent)
    sandbox.clear_journal()

    rest = list(source.pages(read[-1].cursor, EVERYTHING))

    assert len(ids([*read, *rest])) == 450
    assert numbers(sandbox) == ["2", "3", "1"]


def test_customers_that_slid_to_an_earlier_page_while_the_run_waited_are_read() -> None:
    with Sandbox.start(generate=450) as sandbox:
        ready = sandbox.ready
        own = ZohoSettings(
            accounts_url=sandbox.url, client_id=ready.client_id, client_secret=Secret(ready.client_secret)
        )
        consent = Consent(sandbox, own)
        read = two_pages(consent)
        deleted = [record.id for record in read[0].records[:3]]
        for customer in deleted:
            sandbox.delete(customer)
        source = FinanceSource(BOOKS, consent, ALLOWED)

        rest = list(source.pages(read[-1].cursor, EVERYTHING))
        left = ids(list(source.pages(None, EVERYTHING)))

        source.close()
        assert len(left) == 447
        assert ids([*read, *rest]) == left | set(deleted)


def test_a_foreign_organization_is_told(consent: Consent) -> None:
    consent.organization = "1"
    source = FinanceSource(BOOKS, consent, ALLOWED)

    with pytest.raises(Misconfigured) as fault:
        next(source.pages(None, EVERYTHING))

    source.close()
    assert fault.value.setting == "organization"


def test_a_deleted_customer_is_told_from_one_that_is_there(sandbox: Sandbox, source: FinanceSource) -> None:
    here, gone = sandbox.add("Still Here"), sandbox.add("Gone Tomorrow")
    sandbox.delete(gone)

    assert source.gone("contacts", [here, gone]) == {gone}


def test_a_customer_that_cannot_be_asked_after_is_not_gone(sandbox: Sandbox, source: FinanceSource) -> None:
    here = sandbox.add("Not To Be Reached")
    sandbox.plant(kind="html", path=f"/books/v3/contacts/{here}")

    with pytest.raises(Unavailable):
        source.gone("contacts", [here])
