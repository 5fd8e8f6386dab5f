"""The ids that people choose, or leave to the daemon to make from a title."""

import re
import unicodedata
from collections.abc import Callable
from itertools import count

from contactd.domain.refusals import Exists, Fault

_ID = re.compile(r"[a-z][a-z0-9-]{0,62}")
_LONGEST = 63
_LONGEST_TITLE = 200

#: What is deleted and keeps its id, so that who asks for it does not find it.
_OR_WAS = {
    "list": ", or was one that is deleted",
    "topic": ", or was one that is deleted",
    "sync": ", or was one that is deleted and may come back",
}


def id_faults(name: str, title: str, *, noun: str, id_field: str, title_field: str) -> tuple[Fault, ...]:
    """Tell what is wrong with what a person calls a new *noun*; the fields say where it stands."""
    faults = []
    if name and not _ID.fullmatch(name):
        faults.append(
            Fault(
                id_field,
                f"'{name}' cannot be the id of a {noun}; use small letters a to z, digits and hyphens, "
                f"a letter first, {_LONGEST} in all",
            )
        )
    if not (name or title.strip()):
        faults.append(Fault(title_field, f"the {noun} has neither a title nor an id; give it a title"))
    return (*faults, *_line_faults(title, title_field))


def title_faults(title: str, *, noun: str, field: str) -> tuple[Fault, ...]:
    """Tell what is wrong with a new title of a *noun* that is there; *field* says where it stands."""
    if not title.strip():
        return (Fault(field, f"the {noun} must have a title; give it one"),)
    return _line_faults(title, field)


def _line_faults(title: str, field: str) -> tuple[Fault, ...]:
    if len(title) <= _LONGEST_TITLE and title.isprintable():
        return ()
    return (
        Fault(
            field, f"the {field.rpartition('.')[2]} must be one line of at most {_LONGEST_TITLE} characters; shorten it"
        ),
    )


def chosen(name: str, title: str, *, noun: str, taken: Callable[[str], bool]) -> str:
    """Give the id of a new *noun*: *name* itself, or where that is empty a free one made from *title*.

    Raises:
        Exists: *name* is taken.
    """
    if not name:
        return free(slug(title) or noun, taken=taken)
    if taken(name):
        message = f"there is a {noun} called '{name}' already{_OR_WAS.get(noun, '')}; choose another id"
        raise Exists(message, kind=noun, name=name)
    return name


def free(wished: str, *, taken: Callable[[str], bool]) -> str:
    """Give *wished*, or the first of `wished-2`, `wished-3` … that is not taken."""
    if not taken(wished):
        return wished
    candidates = (f"{wished[: _LONGEST - len(end)]}{end}" for end in (f"-{number}" for number in count(2)))
    return next(candidate for candidate in candidates if not taken(candidate))


def slug(title: str) -> str:
    """Make an id from *title*, empty where none of its letters has one in a to z."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).lstrip("-0123456789")[:_LONGEST].rstrip("-")
