"""What `zoho-books` tells of itself: the kind, its settings, its fields."""

import subprocess
import sys
from importlib.metadata import entry_points

import pytest

from contactd_books import contactd_sources
from contactd_books.product import BOOKS
from contactd_sdk import (
    ENTRY_POINT_GROUP,
    AuthFailed,
    Capability,
    FieldsSource,
    FieldType,
    Preset,
    SourceField,
    SourceKind,
    Throttled,
    Unavailable,
)
from contactd_zoho.authorizer import ZohoAuthorizer
from contactd_zoho.dear import DETAILS
from contactd_zoho.listed import FIELDS
from contactd_zoho.settings import ZohoSettings
from contactd_zoho.source import FinanceSource
from fakes.books import ALLOWED, OpenAccess, page, refused, row
from fakes.http_script import Answer, HttpScript


@pytest.fixture
def kind() -> SourceKind:
    (only,) = contactd_sources()
    return only


def described(**about: object) -> dict[str, object]:
    return {"customfield_id": "1", "label": "Tier", "api_name": "cf_tier", "data_type": "string", **about}


#: What every organization has.
OFFERED = (*FIELDS, *DETAILS)


class TestKind:
    def test_it_is_found_by_its_entry_point(self) -> None:
        (found,) = entry_points(group=ENTRY_POINT_GROUP, name="zoho-books")

        assert found.value == "contactd_books"

    def test_it_tells_what_it_is(self, kind: SourceKind) -> None:
        assert (kind.name, kind.title) == ("zoho-books", "Zoho Books")
        assert [(module.name, module.title) for module in kind.modules] == [
            ("contacts", "Customers"),
            ("contact_persons", "Contact persons"),
        ]
        assert kind.capabilities == frozenset(Capability) - {Capability.DELETES}

    def test_its_hosts_are_those_of_the_vendor(self, kind: SourceKind) -> None:
        assert {"accounts.zoho.com", "www.zohoapis.com", "accounts.zohocloud.ca", "www.zohoapis.ca"} <= set(kind.hosts)
        assert len(kind.hosts) == 18

    def test_it_opens_a_source_and_an_authorizer(self, kind: SourceKind, settings: ZohoSettings) -> None:
        assert kind.authorizer is not None

        source = kind.open(settings, OpenAccess("http://127.0.0.1:1"))

        source.close()
        assert isinstance(source, FieldsSource)
        assert isinstance(kind.authorizer(settings), ZohoAuthorizer)

    def test_asking_for_it_does_not_load_http(self) -> None:
        code = "import sys, contactd_books; contactd_books.contactd_sources(); print('urllib3' in sys.modules)"

        told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

        assert told.stdout == "False\n"


class TestFields:
    def test_the_address_and_the_names_are_mapped_without_being_asked(self) -> None:
        presets = {field.preset: field.name for field in FIELDS if field.preset}

        assert presets == {
            Preset.EMAIL: "email",
            Preset.FIRST_NAME: "first_name",
            Preset.LAST_NAME: "last_name",
        }

    def test_no_name_and_no_title_is_offered_twice(self) -> None:
        assert len({field.name for field in OFFERED}) == len({field.title for field in OFFERED}) == len(OFFERED)

    def test_custom_fields_follow_those_that_everyone_has(self, zoho: HttpScript, source: FinanceSource) -> None:
        zoho.answer = lambda _: Answer({"code": 0, "customfields": [described(is_mandatory=False, values=[])]})

        fields = source.fields("contacts")

        assert fields == (*OFFERED, SourceField("cf_tier", "Tier", FieldType.TEXT, custom=True))
        assert zoho.journal[0].path == "/books/v3/settings/preferences/customfields"
        assert zoho.journal[0].query == {"organization_id": "10234695", "entity": "contact"}

    @pytest.mark.parametrize(
        ("data_type", "expected"),
        [
            ("string", FieldType.TEXT),
            ("multiline", FieldType.TEXT),
            ("number", FieldType.NUMBER),
            ("autonumber", FieldType.TEXT),
            ("decimal", FieldType.DECIMAL),
            ("amount", FieldType.DECIMAL),
            ("percent", FieldType.DECIMAL),
            ("date", FieldType.DATE),
            ("date_time", FieldType.DATETIME),
            ("check_box", FieldType.BOOLEAN),
            ("dropdown", FieldType.ENUM),
            ("multiselect", FieldType.TAGS),
            ("url", FieldType.URL),
            ("email", FieldType.EMAIL),
            ("phone", FieldType.PHONE),
            ("something_new", FieldType.TEXT),
        ],
    )
    def test_a_type_of_theirs_is_one_of_ours(
        self, zoho: HttpScript, source: FinanceSource, data_type: str, expected: FieldType
    ) -> None:
        zoho.answer = lambda _: Answer({"code": 0, "customfields": [described(data_type=data_type)]})

        assert source.fields("contacts")[-1].type == expected

    @pytest.mark.parametrize(
        "about",
        [
            described(data_type="lookup"),
            described(data_type="attachment"),
            described(is_active=False),
            described(api_name=""),
            described(api_name="tier"),
            described(label=None),
            "no object",
        ],
    )
    def test_what_cannot_be_mapped_is_not_offered(self, zoho: HttpScript, source: FinanceSource, about: object) -> None:
        zoho.answer = lambda _: Answer({"code": 0, "customfields": [about]})

        assert source.fields("contacts") == OFFERED

    @pytest.mark.parametrize("answer", [refused(57, status=401), refused(5, status=404), refused(2)])
    def test_where_the_settings_may_not_be_read_custom_fields_are_learned_from_rows(
        self, zoho: HttpScript, source: FinanceSource, answer: Answer
    ) -> None:
        shown = [row(1), row(2, custom_fields=[described(data_type="date")]), row(3, custom_fields=None)]
        zoho.answer = lambda asked: Answer(page(shown)) if asked.path.endswith("/contacts") else answer

        fields = source.fields("contacts")

        assert fields == (*OFFERED, SourceField("cf_tier", "Tier", FieldType.DATE, custom=True))

    @pytest.mark.parametrize("answer", [Answer({"code": 0}), Answer({"code": 0, "customfields": {}})])
    def test_an_odd_description_describes_nothing(
        self, zoho: HttpScript, source: FinanceSource, answer: Answer
    ) -> None:
        zoho.answer = lambda _: answer

        assert source.fields("contacts") == OFFERED

    @pytest.mark.parametrize(
        ("answer", "error"), [(refused(44, status=429), Throttled), (Answer("", 503), Unavailable)]
    )
    def test_a_passing_trouble_is_not_taken_for_a_refusal(
        self, zoho: HttpScript, source: FinanceSource, answer: Answer, error: type[Exception]
    ) -> None:
        zoho.answer = lambda _: answer

        with pytest.raises(error):
            source.fields("contacts")

    def test_an_account_that_is_gone_is_not_taken_for_a_missing_scope(self, zoho: HttpScript) -> None:
        zoho.answer = lambda _: refused(57, status=401)
        source = FinanceSource(BOOKS, OpenAccess(zoho.address, fresh=[AuthFailed("Connect again.")]), ALLOWED)

        with pytest.raises(AuthFailed, match=r"^Connect again\.$"):
            source.fields("contacts")

        source.close()
