"""The control calls about contacts: what a user would do in the web pages of Zoho, and some that none can."""

import msgspec
from aiohttp import web

from contactd_zoho_sandbox.finance.bodies import ControlBody, set_fields
from contactd_zoho_sandbox.finance.book import Book
from contactd_zoho_sandbox.finance.contacts import Contact
from contactd_zoho_sandbox.finance.detail import detail
from contactd_zoho_sandbox.finance.edits import edited, made
from contactd_zoho_sandbox.finance.persons import merged
from contactd_zoho_sandbox.finance.stamps import moved
from contactd_zoho_sandbox.steering.answers import ControlRefused, control_answered, control_body
from contactd_zoho_sandbox.store import FIRST_ID
from contactd_zoho_sandbox.zoho import Zoho


class Mutation(msgspec.Struct, forbid_unknown_fields=True):
    """How many contacts to edit, and of which organization; the first one if it is not said."""

    count: int
    organization_id: str = ""


class Merge(msgspec.Struct, forbid_unknown_fields=True):
    """The contact that is left of two."""

    into: str


class ContactRoutes:
    """Adds, finds, edits and deletes contacts past the products' rights and limits."""

    def __init__(self, zoho: Zoho) -> None:
        self._zoho = zoho

    def routes(self) -> list[web.RouteDef]:
        """Return what is served."""
        return [
            web.get("/sandbox/contacts", self._find),
            web.post("/sandbox/contacts", self._add),
            web.get("/sandbox/contacts/{contact_id}", self._get),
            web.patch("/sandbox/contacts/{contact_id}", self._edit),
            web.delete("/sandbox/contacts/{contact_id}", self._delete),
            web.post("/sandbox/contacts/{contact_id}/merge", self._merge),
            web.post("/sandbox/mutate", self._mutate),
        ]

    async def _find(self, request: web.Request) -> web.Response:
        email = request.query.get("email")
        if not email:
            raise ControlRefused("Name the address to look for in the query: 'email'.")
        named = request.query.get("organization_id")
        books = [self._book(named)] if named else list(self._zoho.books.values())
        found = [self._shown(book, contact) for book in books for contact in book.with_email(email)]
        return control_answered({"contacts": found})

    async def _add(self, request: web.Request) -> web.Response:
        book = self._book(request.query.get("organization_id", ""))
        body = await control_body(request, ControlBody)
        now = self._zoho.clock.now()
        contact = made(book, body, self._zoho.store.allocate, now=now, source="user")
        book.put(contact)
        return control_answered({"contact": self._shown(book, contact)})

    async def _get(self, request: web.Request) -> web.Response:
        return control_answered({"contact": self._shown(*self._contact(request))})

    async def _edit(self, request: web.Request) -> web.Response:
        book, before = self._contact(request)
        body = await control_body(request, ControlBody)
        keep = request.query.get("keep_stamp") == "true" or not moved(set_fields(body), self._zoho.switches)
        now = before.modified if keep else self._zoho.clock.now()
        contact = edited(book, before, body, self._zoho.store.allocate, now=now)
        book.put(contact)
        return control_answered({"contact": self._shown(book, contact)})

    async def _delete(self, request: web.Request) -> web.Response:
        book, contact = self._contact(request)
        book.remove(contact)
        return control_answered({})

    async def _merge(self, request: web.Request) -> web.Response:
        book, loser = self._contact(request)
        into = (await control_body(request, Merge)).into
        winner = book.get(into)
        if winner is None or winner is loser:
            raise ControlRefused(f"The organization has no other contact '{into}' to merge into.", 404)
        book.remove(loser)
        contact = msgspec.structs.replace(merged(winner, loser), modified=self._zoho.clock.now())
        book.put(contact)
        return control_answered({"contact": self._shown(book, contact)})

    async def _mutate(self, request: web.Request) -> web.Response:
        mutation = await control_body(request, Mutation)
        book = self._book(mutation.organization_id)
        now = self._zoho.clock.now()
        # A number that no mutation before has had, a restart in between included.
        mark = self._zoho.store.allocate(1)[0] - FIRST_ID
        try:
            chosen = book.spread(mutation.count)
        except ValueError as exc:
            raise ControlRefused(f"'count' must be {exc}.") from exc
        changed = [_mutated(contact, mark, now) for contact in chosen]
        book.put_all(changed)
        return control_answered({"contact_ids": [contact.contact_id for contact in changed]})

    def _book(self, organization_id: str) -> Book:
        book = self._zoho.book(organization_id)
        if book is None:
            raise ControlRefused(f"There is no organization '{organization_id}'.", 404)
        return book

    def _contact(self, request: web.Request) -> tuple[Book, Contact]:
        contact_id = request.match_info["contact_id"]
        found = self._zoho.contact(contact_id)
        if found is None:
            raise ControlRefused(f"There is no contact '{contact_id}'.", 404)
        return found

    def _shown(self, book: Book, contact: Contact) -> dict[str, object]:
        return detail(contact, book.organization, self._zoho.accounts.user)


def _mutated(contact: Contact, mark: int, now: int) -> Contact:
    primary = contact.primary
    last_name = f"{primary.last_name.partition(' #')[0]} #{mark}"
    persons = tuple(
        msgspec.structs.replace(person, last_name=last_name) if person is primary else person
        for person in contact.persons
    )
    return msgspec.structs.replace(contact, persons=persons, modified=now)
