"""All that a connector plugin of contactd sees.

A plugin offers *kinds* of source through one hook; a kind opens a *source*;
a source gives *pages* of *records*. Nothing here knows the daemon.
"""

from contactd_sdk.calls import Allowance, Calls, Quota
from contactd_sdk.consent import BrowserAuthorizer, Consented, DeviceAuthorizer, DeviceCode
from contactd_sdk.errors import AuthFailed, Misconfigured, SourceError, Spent, Throttled, Unavailable
from contactd_sdk.kinds import ENTRY_POINT_GROUP, PROJECT, Capability, HookSpecs, SourceKind, hookimpl
from contactd_sdk.settings import Secret, SettingFault, SettingsInvalid, setting
from contactd_sdk.shelf import Shelf, Shelved
from contactd_sdk.source import Access, Authorizer, ConfirmingSource, FieldsSource, Source
from contactd_sdk.values import (
    Account,
    Aware,
    FieldType,
    Grant,
    Malformed,
    Module,
    Organization,
    Page,
    Preset,
    Record,
    SourceField,
    Token,
    Value,
    Window,
)

__all__ = [
    "hookimpl",
    "HookSpecs",
    "ENTRY_POINT_GROUP",
    "PROJECT",
    "SourceKind",
    "Capability",
    "Module",
    "Source",
    "FieldsSource",
    "ConfirmingSource",
    "Page",
    "Record",
    "Malformed",
    "Value",
    "Aware",
    "Window",
    "SourceField",
    "FieldType",
    "Preset",
    "setting",
    "Secret",
    "SettingFault",
    "SettingsInvalid",
    "SourceError",
    "AuthFailed",
    "Misconfigured",
    "Throttled",
    "Spent",
    "Unavailable",
    "Authorizer",
    "BrowserAuthorizer",
    "DeviceAuthorizer",
    "Consented",
    "DeviceCode",
    "Access",
    "Grant",
    "Token",
    "Account",
    "Organization",
    "Allowance",
    "Calls",
    "Quota",
    "Shelf",
    "Shelved",
]
