"""What the edition of a workspace says to an account and to an organization."""

from contactd.domain.address import email_key
from contactd.domain.editions import EDITIONS, SameEmail
from contactd.domain.nouns import Connection, Workspace
from contactd.domain.refusals import Conflict
from contactd.domain.words import ConnectionState
from contactd.store import connections
from contactd.store.database import Reading
from contactd_sdk import Organization


def check_account(home: Workspace, email: str) -> None:
    """Refuse an account registered under *email* where the edition does (R5).

    Raises:
        Conflict: `EMAIL_MISMATCH`.
    """
    refused = refusal(home, email)
    if refused is not None:
        raise refused


def refusal(home: Workspace, email: str) -> Conflict | None:
    """Give the refusal of an account that is none of the owners', where the edition asks for one."""
    if _is_owners(home, email) or EDITIONS[home.edition].same_email is not SameEmail.REFUSE:
        return None
    return Conflict(
        f"the account is registered under an address that no owner of workspace '{home.name}' has, and edition "
        f"'{home.edition}' asks for the same one; authorize with the owner's account",
        reason="EMAIL_MISMATCH",
        name=home.name,
    )


def warnings(home: Workspace, email: str) -> tuple[str, ...]:
    """Tell what a person should know of an account that is none of the owners'."""
    if _is_owners(home, email) or EDITIONS[home.edition].same_email is SameEmail.NOTHING:
        return ()
    warning = (
        f"the account is registered under '{email}', which is no address of an owner of workspace "
        f"'{home.name}'; make sure that it is the account you mean"
    )
    return (warning,)


def _is_owners(home: Workspace, email: str) -> bool:
    # Nobody can tell where the account has no address, or no owner has one.
    owners = {email_key(owner) for owner in home.owner_emails}
    return not email or not owners or email_key(email) in owners


def check_choice(r: Reading, home: Workspace, connection: Connection, organization: Organization) -> None:
    """Refuse *organization* for *connection* where it has another, or *home* may have no more of them (R6).

    Raises:
        Conflict: `ORGANIZATION_ALREADY_CONNECTED`.
    """
    # One that was disabled and is associated again has an organization, which its syncs and their links are of.
    chosen = connection.state is not ConnectionState.PENDING or bool(connection.organization_id)
    if chosen and connection.organization_id != organization.id:
        raise _connected(
            f"the connection '{connection.name}' reads organization '{connection.organization_name}' already; "
            f"create another connection for '{organization.name}'",
            connection,
        )
    limit = EDITIONS[home.edition].organizations
    others = [one for one in connections.connected(r, home.id, connection.kind) if one.id != connection.id]
    if limit and len(others) >= limit:
        raise _connected(
            f"connection '{others[0].name}' reads organization '{others[0].organization_name}' already, and "
            f"edition '{home.edition}' allows {limit} of a kind at a time; disable that connection first",
            others[0],
        )


def _connected(message: str, connection: Connection) -> Conflict:
    return Conflict(message, reason="ORGANIZATION_ALREADY_CONNECTED", name=connection.name)
