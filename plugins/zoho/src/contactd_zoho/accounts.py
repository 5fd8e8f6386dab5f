"""One server of Zoho Accounts: what is posted to it goes along with the client, and its name for sentences.

Rule: the client's secret is sent to the accounts host of a data center, or
where the settings say, and nowhere else (`told_accounts`).
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import urlsplit

from contactd_sdk import AuthFailed
from contactd_sdk.rest import Reply, Rest
from contactd_zoho.centers import CENTERS, center_at
from contactd_zoho.grants import Answer, answer_of
from contactd_zoho.settings import ZohoSettings
from contactd_zoho.texts import cleaned


class AccountsServer:
    """Zoho Accounts at *address*, asked as the client that *settings* name."""

    def __init__(self, settings: ZohoSettings, address: str, now: Callable[[], datetime]) -> None:
        self.address = address
        self.center = center_at(address)
        self._settings = settings
        self._now = now

    @property
    def name(self) -> str:
        """What a sentence calls it: with its place, where it is one of Zoho's own."""
        host = urlsplit(self.address).netloc
        return f"Zoho Accounts in {self.center.place} ({host})" if self.center else f"Zoho Accounts ({host})"

    @property
    def client(self) -> dict[str, str]:
        """What tells it who asks: parameters of a form."""
        return {
            "client_id": self._settings.client_id,
            "client_secret": self._settings.client_secret.reveal(),
        }

    def tokens(self, form: Mapping[str, str], refused: str) -> Answer:
        """Ask for tokens by *form*; *refused* says what `invalid_code` means.

        Raises:
            SourceError: there are none.
        """
        reply = self.post("/oauth/v2/token", {**form, **self.client})
        return answer_of(reply, self.name, refused, self._now)

    def post(self, path: str, form: Mapping[str, str]) -> Reply:
        """Send *form* to *path*.

        Raises:
            Unavailable: there was no answer.
        """
        rest = Rest(self.address)
        try:
            return rest.post_form(path, form)
        finally:
            rest.close()


def told_accounts(parameters: Mapping[str, str], began: str) -> str:
    """Tell where a code is exchanged, by the *parameters* of the callback; consent began at *began*.

    Anybody can make a browser call the loopback, so what it names must be an
    accounts host of Zoho. Only where the settings name another server may it be
    another, and the daemon has held it against the hosts that are allowed.

    Raises:
        AuthFailed: it names a server that is none of Zoho's.
    """
    told = parameters.get("accounts-server", "")
    if not told:
        center = CENTERS.get(parameters.get("location", "").lower())
        return f"https://{center.accounts_host}" if center and center_at(began) else began
    center = center_at(told)
    if center is not None:
        return f"https://{center.accounts_host}"
    if not center_at(began):
        place = urlsplit(told)
        return f"{place.scheme}://{place.netloc}"
    raise AuthFailed(
        f"The browser came back from '{cleaned(told)}', which is no accounts server of Zoho: nothing was sent there. "
        "Connect again, and consent on a page of Zoho only."
    )
