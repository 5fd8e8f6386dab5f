"""What a person tells us to reach an account at Zoho: the same for every product of the family."""

from dataclasses import dataclass

from contactd_sdk import Secret, setting

#: The data centers of Zoho, as its own `location` names them (FACTS.md "1.1"); `centers` knows where each is.
CODES = ("us", "eu", "in", "au", "jp", "ca", "sa", "cn", "uk")


@dataclass(frozen=True, slots=True, kw_only=True)
class ZohoSettings:
    """Where the account lives, and the client that was registered there."""

    data_center: str = setting(
        "The data center of the account, as the end of its web address tells: "
        "us (.com), eu, in, au, jp, ca, sa, cn or uk.",
        default="us",
        choices=CODES,
    )
    accounts_url: str = setting(
        "The address of Zoho Accounts, if it is not the data center's own: a sandbox, a recording proxy.",
        default="",
        address=True,
    )
    client_id: str = setting("The client id of a self client, from Zoho's API console (1000.…).")
    client_secret: Secret = setting("The client secret that the API console shows beside it.")
