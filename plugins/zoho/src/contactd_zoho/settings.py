"""What a person tells us to reach an account at Zoho: the same for every product of the family."""

from dataclasses import dataclass

from contactd_sdk import Allowance, Secret, setting

#: The data centers of Zoho, as its own `location` names them (FACTS.md "1.1"); `centers` knows where each is.
CODES = ("us", "eu", "in", "au", "jp", "ca", "sa", "cn", "uk")


@dataclass(frozen=True, slots=True, kw_only=True)
class ZohoSettings:
    """Where the account lives, and the client that was registered there."""

    data_center: str = setting(
        "The data center where the client is registered, as the end of its web address tells: "
        "us (.com), eu, in, au, jp, ca, sa, cn or uk.",
        default="us",
        choices=CODES,
    )
    accounts_url: str = setting(
        "The address of Zoho Accounts, if it is not the data center's own: a sandbox, a recording proxy.",
        default="",
        address=True,
    )
    client_id: str = setting("The client id, from Zoho's API console (1000.…).")
    client_secret: Secret = setting("The client secret that the API console shows beside it.")
    calls_per_minute: int = setting(
        "How many calls in a minute all syncs of an organization may make together. Zoho blocks an organization "
        "for half an hour that makes more than 100, its other tools included.",
        default=60,
        bounds=(1, 1_000_000),
    )
    leave_percent: int = setting(
        "How many percent of an organization's calls of a day are left for its other tools, from 0 to 99.",
        default=50,
        bounds=(0, 99),
    )


#: Kinds of this vendor share the budget of an organization: whether Zoho counts them together is not known.
VENDOR = "zoho"

#: The calls of a day in the smallest plan (FACTS.md "3.1"): so many there are until an answer tells how many.
_SMALLEST_DAY = 1_000


def allowance(settings: ZohoSettings) -> Allowance:
    """Tell what may be used of an organization's calls by *settings*."""
    return Allowance(per_minute=settings.calls_per_minute, per_day=_SMALLEST_DAY, leave=settings.leave_percent)
