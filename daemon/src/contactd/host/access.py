"""The daemon's side of an account, as an open source needs it: what answers its questions."""

from typing import Protocol

from contactd.host.asides import Aside, Find, Found, Keep, Kept, Renew, Renewed, Take, Taken
from contactd.host.frame import Frame
from contactd.host.frames import Closed, Failed, refused
from contactd_sdk import Aware, Shelf, SourceError, Token


class Rights(Protocol):
    """The budget of an organization, from which rights to call are granted."""

    def grant(self, asked: Take) -> Taken:
        """Grant up to as many calls as are *asked* for, at least one, and tell until when they may be made.

        Raises:
            Spent: there is none left.
            Throttled: the vendor blocks the organization.
        """
        ...

    def note(self, closed: Closed) -> None:
        """Take back what was not used until the source was closed, and write down what was told of the day."""
        ...

    def block(self, until: Aware, why: str, *, everywhere: bool = False) -> None:
        """Write down that the vendor blocks the organization, or *everywhere*: each that is read from here."""
        ...


class DaemonAccess(Protocol):
    """The way into an account, for one source."""

    @property
    def organization(self) -> str:
        """The chosen organization's id."""
        ...

    @property
    def token(self) -> Token:
        """The token in force."""
        ...

    @property
    def rights(self) -> Rights:
        """The budget of the organization."""
        ...

    @property
    def shelf(self) -> Shelf:
        """What the source keeps between runs."""
        ...

    def renew(self) -> Token:
        """Give a token other than the one handed out last."""
        ...


def answer(access: DaemonAccess | None, question: Aside) -> Frame:
    """Answer what an open source asks."""
    if access is None:
        return Failed("broken", f"asked the daemon ({type(question).__name__}), and its kind has no authorizer")
    try:
        return _answer(access, question)
    except SourceError as exc:
        return refused(exc)


def _answer(access: DaemonAccess, question: Aside) -> Frame:
    match question:
        case Renew():
            return Renewed(access.renew())
        case Take():
            return access.rights.grant(question)
        case Find():
            return Found(access.shelf.find(question.module, question.stamps))
        case Keep():
            access.shelf.keep(question.module, question.items)
            return Kept()
