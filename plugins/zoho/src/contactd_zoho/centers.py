"""The data centers of Zoho (FACTS.md "1.1"): an account lives in one of them and is unknown in all others."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from contactd_sdk import Misconfigured
from contactd_zoho.settings import ZohoSettings


@dataclass(frozen=True, slots=True)
class DataCenter:
    """One data center: its code, where it is, and the hosts for consent and for calls."""

    code: str
    place: str
    accounts_host: str
    api_host: str


#: Canada keeps its accounts under another domain than its API.
CENTERS = {
    center.code: center
    for center in (
        DataCenter("us", "United States", "accounts.zoho.com", "www.zohoapis.com"),
        DataCenter("eu", "Europe", "accounts.zoho.eu", "www.zohoapis.eu"),
        DataCenter("in", "India", "accounts.zoho.in", "www.zohoapis.in"),
        DataCenter("au", "Australia", "accounts.zoho.com.au", "www.zohoapis.com.au"),
        DataCenter("jp", "Japan", "accounts.zoho.jp", "www.zohoapis.jp"),
        DataCenter("ca", "Canada", "accounts.zohocloud.ca", "www.zohoapis.ca"),
        DataCenter("sa", "Saudi Arabia", "accounts.zoho.sa", "www.zohoapis.sa"),
        DataCenter("cn", "China", "accounts.zoho.com.cn", "www.zohoapis.com.cn"),
        DataCenter("uk", "United Kingdom", "accounts.zoho.uk", "www.zohoapis.uk"),
    )
}

#: Every host of the vendor that a connector may be pointed at without being allowed to.
VENDOR_HOSTS = tuple(host for center in CENTERS.values() for host in (center.accounts_host, center.api_host))


def center_of(settings: ZohoSettings) -> DataCenter:
    """Find the data center that *settings* name.

    Raises:
        Misconfigured: there is none of that code.
    """
    center = CENTERS.get(settings.data_center.strip().lower())
    if center is None:
        raise Misconfigured(
            f"No data center of Zoho has the code '{settings.data_center}': "
            f"setting 'data_center' must be one of {', '.join(CENTERS)}.",
            setting="data_center",
        )
    return center


def accounts_address(settings: ZohoSettings) -> str:
    """Tell where consent is exchanged for tokens: as set, else at the data center."""
    return settings.accounts_url.rstrip("/") or f"https://{center_of(settings).accounts_host}"


def center_at(address: str) -> DataCenter | None:
    """Find the data center whose accounts or API answer at *address*; `None` if it is none of Zoho's, or not by TLS."""
    try:
        place = urlsplit(address.lower())
    except ValueError:
        return None
    if place.scheme != "https":
        return None
    hosts = {host: center for center in CENTERS.values() for host in (center.accounts_host, center.api_host)}
    return hosts.get(place.netloc)
