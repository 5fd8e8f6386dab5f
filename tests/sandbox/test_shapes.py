"""Every answer has the shape that plugins/zoho/FACTS.md records, and no other."""

import re

import pytest


def keys(text):
    return set(text.split())


#: FACTS.md "2.4", typed off by hand: this test must not learn the keys from what it tests.
ROW = keys(
    """
    contact_id contact_name customer_name vendor_name company_name website language_code
    language_code_formatted contact_type contact_type_formatted status customer_sub_type source
    is_linked_with_zohocrm payment_terms payment_terms_id payment_terms_label currency_id currency_code
    twitter facebook outstanding_receivable_amount outstanding_receivable_amount_bcy
    outstanding_payable_amount outstanding_payable_amount_bcy unused_credits_receivable_amount
    unused_credits_receivable_amount_bcy unused_credits_payable_amount unused_credits_payable_amount_bcy
    first_name last_name email phone mobile portal_status portal_status_formatted track_1099 created_time
    created_time_formatted last_modified_time last_modified_time_formatted custom_fields custom_field_hash
    contactperson_custom_fields tags ach_supported has_attachment
    """
)
LIST_ONLY = keys(
    """
    contact_type_formatted contactperson_custom_fields created_time_formatted customer_name has_attachment
    last_modified_time_formatted portal_status_formatted vendor_name
    """
)
DETAIL_ONLY = keys(
    """
    primary_contact_id contact_salutation designation department owner_id owner_name currency_symbol
    price_precision exchange_rate has_transaction contact_persons billing_address shipping_address addresses
    entity_address_id notes default_templates payment_reminder_enabled is_sms_enabled is_consent_agreed
    consent_date credit_limit_exceeded_amount opening_balances lock_details pricebook_id sales_channel
    zcrm_account_id zcrm_contact_id created_by_id created_by_name created_date last_modified_by_id
    customer_currency_summaries cards bank_accounts documents integration_references
    """
)
ADDRESS = keys(
    """
    address_id attention address street2 city state state_code zip country country_code county phone fax
    latitude longitude
    """
)
PERSON = keys(
    """
    contact_person_id salutation first_name last_name email phone mobile mobile_country_code designation
    department skype fax is_primary_contact is_added_in_portal communication_preference can_invite photo_url
    zcrm_contact_id custom_fields
    """
)
ELEMENT = keys(
    """
    field_id customfield_id api_name placeholder label index data_type value value_formatted search_entity
    is_active show_on_pdf show_in_portal show_in_store show_in_all_pdf edit_on_portal edit_on_store
    is_dependent_field
    """
)
ORGANIZATION = keys(
    """
    organization_id name contact_name email is_default_org plan_type plan_name plan_period tax_group_enabled
    zi_migration_status language_code fiscal_year_start_month account_created_date
    account_created_date_formatted time_zone is_org_active currency_id currency_code currency_symbol
    currency_format price_precision isOrgActive isOrgNotSupported org_alias_name source country country_code
    state phone org_type version custom_fields org_joined_app_list AppList mode user_status user_role
    is_trial_expired support_email date_format field_separator industry_type
    """
)
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}")
IDENTITY = re.compile(r"\d{19}")


@pytest.fixture(scope="module")
def rows(zoho):
    return zoho.contacts(filter_by="Status.All")


def test_there_are_47_keys_to_a_row():
    assert len(ROW) == 47


def test_every_row_has_exactly_the_recorded_keys_and_its_own_custom_fields(rows):
    for row in rows:
        own = {field["api_name"] for field in row["custom_fields"]}

        assert set(row) == ROW | own | {f"{name}_unformatted" for name in own}


def test_an_indian_row_has_keys_of_its_own_and_lacks_what_is_of_the_us(sandbox, caller_for):
    rows = caller_for(sandbox, place=1).contacts()

    indian = keys("gst_no gst_treatment place_of_contact pan_no registration_details")
    assert [set(row) for row in rows] == [ROW - {"track_1099"} | indian] * 2


def test_some_rows_have_custom_fields_and_some_have_none(rows):
    assert {len(row["custom_fields"]) for row in rows} == {0, 1, 2}


def test_ids_are_text_of_19_digits(rows):
    for row in rows:
        for key in ("contact_id", "currency_id", "payment_terms_id"):
            assert IDENTITY.fullmatch(row[key])


def test_nothing_in_a_row_is_null(rows):
    assert all(value is not None for row in rows for value in row.values())


def test_amounts_are_numbers_that_print_as_money_does(zoho):
    text = zoho.get("/contacts", contact_name="Luís Gonçalves").text
    embraer = zoho.get("/contacts", company_name_startswith="Embraer").text

    assert '"contacts":[]' in text
    assert '"outstanding_receivable_amount":39.62,' in embraer
    assert '"outstanding_payable_amount":0,' in embraer


def test_times_are_in_the_zone_of_the_organization(rows):
    for row in rows:
        assert STAMP.fullmatch(row["created_time"])
        assert STAMP.fullmatch(row["last_modified_time"])

    by_offset = {row["created_time"][-5:] for row in rows}
    assert by_offset == {"-0500"}


def test_times_change_their_offset_with_daylight_saving(sandbox, zoho):
    contact_id = sandbox.add("Summer Sale", created_time="2026-06-09T13:45:19+0000")

    shown = zoho.get(f"/contacts/{contact_id}").body["contact"]["created_time"]
    sandbox.delete(contact_id)

    assert shown == "2026-06-09T09:45:19-0400"


def test_a_second_organization_has_its_own_zone(sandbox, caller_for):
    rows = caller_for(sandbox, place=1).contacts()

    assert {row["created_time"] for row in rows} == {"2022-03-14T10:00:00+0530"}


def test_a_detail_has_the_keys_of_the_row_but_eight_and_more(zoho, rows):
    for row in rows[:20]:
        detail = zoho.get(f"/contacts/{row['contact_id']}").body["contact"]

        assert set(detail) == set(row) - LIST_ONLY | DETAIL_ONLY
        assert {key: detail[key] for key in set(row) - LIST_ONLY} == {key: row[key] for key in set(row) - LIST_ONLY}


def test_addresses_and_persons_are_in_the_detail_whole(zoho):
    row = zoho.contacts(email="leonekohler@surfeu.de")[0]

    detail = zoho.get(f"/contacts/{row['contact_id']}").body["contact"]

    assert set(detail["billing_address"]) == set(detail["shipping_address"]) == ADDRESS
    assert detail["billing_address"]["country"] == "Germany"
    assert detail["shipping_address"]["country"] == ""
    assert [set(person) for person in detail["contact_persons"]] == [PERSON]
    assert detail["contact_persons"][0]["contact_person_id"] == detail["primary_contact_id"]


def test_a_contact_may_have_no_person_at_all(zoho):
    row = zoho.contacts(contact_name="Walk-in Sales")[0]

    detail = zoho.get(f"/contacts/{row['contact_id']}").body["contact"]

    assert [row[key] for key in ("first_name", "last_name", "email", "phone", "mobile")] == [""] * 5
    assert (detail["contact_persons"], detail["primary_contact_id"]) == ([], "")


def test_custom_fields_are_listed_hashed_and_flat(rows):
    row = next(row for row in rows if len(row["custom_fields"]) == 2)

    genre, since = row["custom_fields"]

    assert set(genre) == ELEMENT | {"selected_option_id"}
    assert set(since) == ELEMENT
    assert (genre["data_type"], since["data_type"]) == ("dropdown", "date")
    assert genre["value"] == row["cf_favorite_genre"] == row["cf_favorite_genre_unformatted"]
    assert since["value"] == row["cf_member_since_unformatted"]
    assert since["value_formatted"] == row["cf_member_since"] != since["value"]
    assert row["custom_field_hash"] == {key: row[key] for key in row if key.startswith("cf_")}


def test_the_metadata_of_custom_fields_names_their_choices(zoho):
    answer = zoho.get("/settings/preferences/customfields", entity="contact")

    genre, since = answer.body["customfields"]
    assert (genre["label"], genre["api_name"], genre["data_type"]) == (
        "Favorite Genre",
        "cf_favorite_genre",
        "dropdown",
    )
    assert "Jazz" in [option["name"] for option in genre["values"]]
    assert (since["label"], since["data_type"], since["values"]) == ("Member Since", "date", [])


def test_organizations_are_listed_without_an_organization(sandbox, zoho):
    answer = zoho("GET", "/books/v3/organizations", headers={"Authorization": f"Zoho-oauthtoken {zoho.token}"})

    listed = answer.body["organizations"]
    assert [row["name"] for row in listed] == ["Chinook Records", "Quiet Harbour Trading"]
    assert all(set(row) == ORGANIZATION for row in listed)
    assert [row["is_default_org"] for row in listed] == [True, False]
    assert [row["organization_id"] for row in listed] == [each.organization_id for each in sandbox.ready.organizations]
    assert "X-Rate-Limit-Limit" not in answer.headers


def test_an_organization_alone_shows_its_address_and_month_by_name(zoho):
    answer = zoho.get(f"/organizations/{zoho.organization_id}")

    organization = answer.body["organization"]
    assert organization["fiscal_year_start_month"] == "january"
    assert organization["address"]["country"] == "U.S.A."
    assert set(organization) > ORGANIZATION


def test_the_user_has_one_selected_address(sandbox, zoho):
    user = zoho.get("/users/me").body["user"]

    assert user["email_ids"] == [{"email": sandbox.ready.email, "is_selected": True}]


def test_answers_carry_the_headers_of_zoho(zoho):
    headers = zoho.get("/contacts").headers

    assert headers["Server"] == "ZGS"
    assert headers["Content-Type"] == "application/json;charset=UTF-8"
    assert headers["Cache-Control"].startswith("no-store, no-cache")
    assert headers["Vary"] == "accept-encoding"
    assert headers["Content-Disposition"] == "attachment;"
    assert "ETag" not in headers
    assert 0 < int(headers["X-Rate-Limit-Reset"]) <= 25 * 3600
    assert int(headers["X-Rate-Limit-Remaining"]) < int(headers["X-Rate-Limit-Limit"])
