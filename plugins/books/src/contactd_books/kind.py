"""The kind `zoho-books`: what the daemon shows of it, and how it is opened.

What is not needed to describe the kind, HTTP above all, is imported when it is.
"""

from contactd_books.product import BOOKS
from contactd_sdk import Access, Authorizer, Capability, Source, SourceKind, hookimpl
from contactd_zoho.centers import VENDOR_HOSTS
from contactd_zoho.modules import modules
from contactd_zoho.settings import VENDOR, ZohoSettings, allowance


def open_source(settings: ZohoSettings, access: Access) -> Source:
    """Open the contacts of the organization that *access* leads to."""
    from contactd_zoho.source import FinanceSource

    return FinanceSource(BOOKS, access, allowance(settings))


def authorizer(settings: ZohoSettings) -> Authorizer:
    """Give what turns consent to Zoho Books into tokens."""
    from contactd_zoho.authorizer import ZohoAuthorizer

    return ZohoAuthorizer(settings, BOOKS)


@hookimpl
def contactd_sources() -> list[SourceKind]:
    """Offer `zoho-books`."""
    return [
        SourceKind(
            name="zoho-books",
            title="Zoho Books",
            settings=ZohoSettings,
            open=open_source,
            authorizer=authorizer,
            modules=modules(BOOKS),
            hosts=VENDOR_HOSTS,
            capabilities=frozenset(
                {
                    Capability.FIELDS,
                    Capability.MODIFIED_SINCE,
                    Capability.CONFIRM,
                    Capability.BROWSER,
                    Capability.DEVICE,
                }
            ),
            vendor=VENDOR,
            allowance=allowance,
        )
    ]
