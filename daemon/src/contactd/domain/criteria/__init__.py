"""Which records a sync wants: text, a condition tree, and a test of one record.

    country is "India" and (total > 5000 or tag in ["vip"])

Rule (daemon/REQUIREMENTS.md 1.5, row 6): a comparison with a value that is
missing, empty or odd is false and never an error. `not` turns that round:
`country is not "India"` wants a country, `not country is "India"` does not.

| fields | operators |
|---|---|
| text, enum, url, phone, email | `is`, `is not`, `in`, `not in`, `contains`, `does not contain`, `starts`/`ends with` |
| tags | the same, of any of the words; what is denied, of all of them |
| country | `is`, `is not`, `in`, `not in`: India, IN and IND are one |
| number, decimal | `is`, `is not`, `in`, `not in`, `<`, `<=`, `>`, `>=` |
| boolean | `is`, `is not` |
| date, datetime | `is`, `is not`, `in`, `not in`, `before`, `after`, `<=`, `>=`, `within last N days` |
| all | `is empty`, `is not empty` |

Values are `"text"`, `12.5`, `true`, `"2026-01-31"`, `"2026-01-31T12:00:00Z"`
and `["one", "two"]`; days begin at midnight UTC. Texts are equal without
regard to case, to blanks around and to how accents are composed. A name with
other than letters, digits, `_`, `.`, `:` and `-` in it, or that is a word of
the language, stands in backquotes. `not` binds closest, then `and`, then `or`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from contactd.domain.criteria.compiling import Condition, compiled
from contactd.domain.criteria.faults import CriteriaFault
from contactd.domain.criteria.reading import LONGEST, read
from contactd.domain.criteria.tree import Tree, fields_of, text_of
from contactd_sdk import FieldType, Value


@dataclass(frozen=True, slots=True)
class Criteria:
    """A condition on the source fields of a record, ready for many records.

    *text* is the one spelling of the condition; *fields* are the source fields
    that it looks at.
    """

    tree: Tree
    text: str
    fields: frozenset[str]
    _holds: Condition = field(repr=False, compare=False)

    @classmethod
    def of(cls, tree: Tree) -> Self:
        """Make the condition *tree* ready."""
        return cls(tree, text_of(tree), fields_of(tree), compiled(tree))

    def matches(self, values: Mapping[str, Value], now: int) -> bool:
        """Tell whether a record with *values* is wanted at *now*, in microseconds since 1970."""
        return self._holds(values, now)


def parse(text: str, fields: Mapping[str, FieldType]) -> Criteria:
    """Read the condition *text* about the source *fields* of these types.

    Raises:
        CriteriaFault: it cannot be read; the fault says where and what to write instead.
    """
    criteria = Criteria.of(read(text, fields))
    # What is shown and stored is the one spelling, and that has to be readable again.
    if len(criteria.text) > LONGEST:
        message = f"the criteria take {len(criteria.text)} characters when spelled out"
        raise CriteriaFault(message, 1, f"{LONGEST} are the most; split them over several syncs")
    return criteria


__all__ = ["Criteria", "CriteriaFault", "parse"]
