"""Organizations of the Zoho Finance suite, and the two ways in which Zoho shows one.

Keys: the documented and the recorded ones of plugins/zoho/FACTS.md "2.2".
"""

from typing import Literal

from msgspec import Struct

from contactd_zoho_sandbox.accounts.users import User

DataType = Literal["string", "number", "date", "dropdown", "check_box", "multiselect", "phone", "url", "email"]


class CustomField(Struct, frozen=True, kw_only=True):
    """One field that an organization added to its contacts."""

    customfield_id: str
    api_name: str
    label: str
    data_type: DataType
    index: int
    #: The choices of a dropdown or multiselect, each with an id of its own.
    options: dict[str, str] = {}


class Organization(Struct, frozen=True, kw_only=True):
    """One organization: where it lives and how it writes money and days."""

    organization_id: str
    name: str
    time_zone: str
    country: str
    country_code: str
    currency_code: str
    currency_symbol: str
    currency_id: str
    payment_terms_id: str
    #: The edition of the product: `us`, `india`, `global`, ...
    version: str
    created: str
    is_default_org: bool = False
    custom_fields: tuple[CustomField, ...] = ()

    def field(self, name: str | int) -> CustomField | None:
        """Return the custom field that *name* means: its `api_name`, label, id or index."""
        for field in self.custom_fields:
            if name in {field.api_name, field.label, field.customfield_id, field.index}:
                return field
        return None


def listed(organization: Organization, user: User) -> dict[str, object]:
    """Return *organization* as an element of `organizations[]`."""
    return _named(organization, user) | _planned(organization) | _placed(organization)


def detailed(organization: Organization, user: User) -> dict[str, object]:
    """Return *organization* as the answer to a call for it alone."""
    return listed(organization, user) | {
        "fiscal_year_start_month": "january",
        "address": _address(organization),
        "tax_settings": {},
        "portal_name": "",
        "primary_domain_name": "",
        "company_id_label": "",
        "company_id_value": "",
        "tax_id_label": "",
        "tax_id_value": "",
        "custom_field_hash": {},
        "status": "active",
    }


def _named(organization: Organization, user: User) -> dict[str, object]:
    return {
        "organization_id": organization.organization_id,
        "name": organization.name,
        "contact_name": user.display_name,
        "email": user.email,
        "is_default_org": organization.is_default_org,
        "language_code": "en",
        "account_created_date": organization.created,
        "account_created_date_formatted": organization.created,
        "time_zone": organization.time_zone,
        "user_status": "active",
        "user_role": "admin",
        "support_email": user.email,
    }


def _planned(organization: Organization) -> dict[str, object]:
    return {
        "plan_type": 12,
        "plan_name": "ELITE",
        "plan_period": "Monthly",
        "is_trial_expired": False,
        "is_org_active": True,
        "isOrgActive": True,
        "isOrgNotSupported": False,
        "mode": "live",
        "version": organization.version,
        "org_type": "organization",
        "org_joined_app_list": ["books", "invoice"],
        "AppList": ["books", "invoice"],
        "source": 0,
        "zi_migration_status": 0,
        "tax_group_enabled": True,
    }


def _placed(organization: Organization) -> dict[str, object]:
    return {
        "org_alias_name": "",
        "country": organization.country,
        "country_code": organization.country_code,
        "state": "",
        "phone": "",
        "industry_type": "",
        "fiscal_year_start_month": 0,
        "date_format": "dd MMM yyyy",
        "field_separator": " ",
        "currency_id": organization.currency_id,
        "currency_code": organization.currency_code,
        "currency_symbol": organization.currency_symbol,
        "currency_format": "###,##0.00",
        "price_precision": 2,
        "custom_fields": [{"index": index, "label": "", "value": ""} for index in range(1, 6)],
    }


def _address(organization: Organization) -> dict[str, str]:
    return {
        "attention": "",
        "street_address1": "",
        "street_address2": "",
        "city": "",
        "state": "",
        "state_code": "",
        "country": organization.country,
        "zip": "",
    }
