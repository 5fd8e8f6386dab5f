"""The data centers of the sandbox: two of them, each with an account, a user and organizations of its own.

The first is at home, with everything on one host. The second is called Canada,
and as there its accounts and its API have different hosts.
"""

from dataclasses import dataclass

from contactd_zoho_sandbox.accounts.tokens import Accounts


@dataclass(slots=True)
class Center:
    """One data center: its *code* as `location` tells it, and where it answers once it does."""

    code: str
    accounts: Accounts
    accounts_url: str = ""
    api_url: str = ""


@dataclass(slots=True)
class Centers:
    """All data centers, which send people on to one another."""

    all: list[Center]

    def of_user(self, email: str) -> Center | None:
        """Return the data center where the account of *email* is."""
        return next((center for center in self.all if center.accounts.user.email == email), None)
