"""What a consent covers: scopes like `ZohoBooks.contacts.READ` (FACTS.md "1.9")."""

from collections.abc import Iterable


def missing(wanted: Iterable[str], granted: str) -> tuple[str, ...]:
    """Name those of *wanted* that the scopes *granted*, as the token endpoint tells them, do not cover."""
    given = set(granted.replace(",", " ").split())
    return tuple(scope for scope in wanted if given.isdisjoint(_covering(scope)))


def _covering(scope: str) -> set[str]:
    service, _, rest = scope.partition(".")
    resource = rest.partition(".")[0]
    return {scope, f"{service}.{resource}.ALL", f"{service}.fullaccess.all"}
