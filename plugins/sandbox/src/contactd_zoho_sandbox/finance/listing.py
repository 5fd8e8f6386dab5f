"""The parameters of a list call -> what is wanted, or a refusal.

Rule: a parameter that nobody knows is ignored without a word, as Zoho does;
a known one with an impossible value is refused, but for `sort_column` and
`sort_order`, which fall back to the default and are echoed as such. What is
disputed goes by switches.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from contactd_zoho_sandbox.finance.answers import bad_shape, bad_value
from contactd_zoho_sandbox.finance.contacts import Contact
from contactd_zoho_sandbox.finance.filters import (
    COLUMNS,
    COMPARATORS,
    FILTERS,
    LINKS,
    OF_EACH,
    ORDERS,
    STATUSES,
    TYPES,
    Claim,
)
from contactd_zoho_sandbox.finance.times import second_of
from contactd_zoho_sandbox.switches import Switches

MOST_PER_PAGE = 200
LONGEST_SEARCH = 100

_NUMBER = re.compile(r"[1-9]\d{0,8}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Term:
    """One search: the text of *column* must compare like *comparator* with *text*."""

    column: str
    ending: str
    text: str

    @property
    def criterion(self) -> dict[str, str]:
        """The search as `page_context.search_criteria[]` echoes it."""
        return {
            "column_name": self.column,
            "search_text": self.text,
            "comparator": COMPARATORS[self.ending][0],
        }

    def matches(self, contact: Contact) -> bool:
        """Tell whether *contact* is found; letter case does not matter."""
        if self.column in LINKS:
            return False
        compare = COMPARATORS[self.ending][1]
        wanted = self.text.casefold()
        if self.column == "search_text":
            return wanted in contact.contact_name.casefold() or wanted in contact.notes.casefold()
        return any(compare(text.casefold(), wanted) for text in COLUMNS[self.column](contact))


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which contacts are wanted, in which order; equal wishes are equal values."""

    filter_by: str = "Status.All"
    contact_type: str = ""
    status: str = ""
    terms: tuple[Term, ...] = ()
    #: The last second at which a contact may have been changed to be left out.
    modified_after: int | None = None
    sort_column: str = "contact_name"
    sort_order: str = "A"

    @property
    def kind_claims(self) -> list[Claim]:
        """What must hold for each contact, and holds for all of one type and status or for none."""
        of_the_filter = None if self.filter_by in OF_EACH else FILTERS[self.filter_by]
        wanted = [of_the_filter, TYPES.get(self.contact_type), STATUSES.get(self.status)]
        return [claim for claim in wanted if claim is not None]

    @property
    def own_claims(self) -> list[Claim]:
        """What must hold for each contact besides, the bound of its last change aside."""
        of_the_filter = FILTERS[self.filter_by] if self.filter_by in OF_EACH else None
        return [claim for claim in (of_the_filter,) if claim is not None] + [term.matches for term in self.terms]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A selection, and the page of it that is wanted."""

    selection: Selection
    page: int
    per_page: int

    def page_context(self, *, more: bool) -> dict[str, object]:
        """Return what the answer says about the page; *more* is the only sign that it is not the last."""
        selection = self.selection
        context: dict[str, object] = {
            "page": self.page,
            "per_page": self.per_page,
            "has_more_page": more,
            "report_name": "Contacts",
            "applied_filter": selection.filter_by,
            "custom_fields": [],
            "sort_column": selection.sort_column,
            "sort_order": selection.sort_order,
        }
        if selection.terms:
            context["search_criteria"] = [term.criterion for term in selection.terms]
        return context


def listing(parameters: Mapping[str, str], zone: str, switches: Switches) -> Listing:
    """Return what *parameters* ask for.

    Raises:
        Refused: a known parameter has a value that it cannot have.
    """
    column = parameters.get("sort_column", "")
    order = parameters.get("sort_order", "")
    selection = Selection(
        filter_by=_filter(parameters, switches),
        contact_type=_one_of(TYPES, parameters, "contact_type"),
        status=_one_of(STATUSES, parameters, "status"),
        terms=_terms(parameters),
        modified_after=_bound(parameters, zone, switches),
        sort_column=column if column in ORDERS else "contact_name",
        sort_order=order if order in {"A", "D"} else "A",
    )
    return Listing(
        selection=selection,
        page=_page(parameters, switches),
        per_page=_per_page(parameters, switches),
    )


def _page(parameters: Mapping[str, str], switches: Switches) -> int:
    page = _number(parameters, "page", 1)
    if switches.deepest_page is not None and page > switches.deepest_page:
        raise bad_value("page")
    return page


def _per_page(parameters: Mapping[str, str], switches: Switches) -> int:
    per_page = _number(parameters, "per_page", MOST_PER_PAGE)
    if per_page > MOST_PER_PAGE and switches.long_page == "refused":
        raise bad_value("per_page")
    return min(per_page, MOST_PER_PAGE)


def _filter(parameters: Mapping[str, str], switches: Switches) -> str:
    if "filter_by" not in parameters:
        return switches.default_filter
    if switches.bad_filter == "ignored" and parameters["filter_by"] not in FILTERS:
        return "Status.All"
    return _one_of(FILTERS, parameters, "filter_by") or switches.default_filter


def _number(parameters: Mapping[str, str], name: str, default: int) -> int:
    text = parameters.get(name)
    if text is None:
        return default
    if not _NUMBER.fullmatch(text):
        raise bad_value(name)
    return int(text)


def _one_of(table: Mapping[str, object], parameters: Mapping[str, str], name: str) -> str:
    value = parameters.get(name, "")
    if value and value not in table:
        raise bad_value(name)
    return value


def _bound(parameters: Mapping[str, str], zone: str, switches: Switches) -> int | None:
    text = parameters.get("last_modified_time")
    if text is None:
        return None
    second = second_of(text, zone)
    if second is None:
        if switches.bad_time == "ignored":
            return None
        raise bad_value("last_modified_time")
    return second - 1 if switches.bound_inclusive else second


def _terms(parameters: Mapping[str, str]) -> tuple[Term, ...]:
    searches = [("search_text", "search_text", "_contains")]
    searches += [(column + ending, column, ending) for column in COLUMNS for ending in COMPARATORS]
    searches += [(link, link, "") for link in LINKS]
    terms = []
    for name, column, ending in searches:
        text = parameters.get(name)
        if text is None:
            continue
        if len(text) > LONGEST_SEARCH:
            raise bad_shape(name)
        terms.append(Term(column, ending, text))
    return tuple(terms)
