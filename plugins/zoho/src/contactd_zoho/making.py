"""What becomes of a row of the list and its detail: the row with more in it, or a record for each person."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec.structs import replace

from contactd_sdk import Record, Value
from contactd_zoho.customs import PREFIX
from contactd_zoho.details import Detail, Person
from contactd_zoho.persons import customer_names
from contactd_zoho.product import Product

#: Gives what a row and its detail become.
Make = Callable[[Record, Detail], Sequence[Record]]


def adding(wanted: frozenset[str]) -> Make:
    """Give what adds the *wanted* fields of a detail to its row."""

    def made(row: Record, detail: Detail) -> Sequence[Record]:
        more = {name: value for name, value in detail.values.items() if name in wanted}
        return [replace(row, values=row.values | more)]

    return made


class PersonMaker:
    """Makes records of the persons of a customer, with the *wanted* fields.

    Their times, and whether they are customers and inactive, are the customer's.
    """

    def __init__(self, product: Product, wanted: Iterable[str]) -> None:
        self._wanted = frozenset(wanted)
        self._customer = customer_names(product, self._wanted)

    def __call__(self, row: Record, detail: Detail) -> Sequence[Record]:
        """Give a record for each person that *detail* tells of."""
        known = detail.values | row.values
        shared = {name: known[there] for name, there in self._customer.items() if there in known}
        return [self._record(row, person, shared) for person in detail.persons]

    def _record(self, row: Record, person: Person, shared: Mapping[str, Value]) -> Record:
        # A custom field without a value is left out, and empty.
        empty: dict[str, Value] = {name: None for name in self._wanted if name.startswith(PREFIX)}
        own = {name: value for name, value in person.values.items() if name in self._wanted}
        names = (person.values.get(name) for name in ("first_name", "last_name"))
        title = " ".join(str(name) for name in names if name) or row.title
        return replace(row, id=f"{row.id}/{person.id}", values={**shared, **empty, **own}, title=title)
