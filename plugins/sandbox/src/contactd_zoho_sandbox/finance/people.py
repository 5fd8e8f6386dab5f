"""The calls about contact persons and addresses: plugins/zoho/FACTS.md "2.8"."""

from aiohttp import web
from msgspec.structs import replace

from contactd_zoho_sandbox.finance import persons
from contactd_zoho_sandbox.finance.admission import Admission, BookHandler
from contactd_zoho_sandbox.finance.answers import answered, bad_value, gone
from contactd_zoho_sandbox.finance.bodies import PersonBody, body_of
from contactd_zoho_sandbox.finance.book import Book
from contactd_zoho_sandbox.finance.contacts import Contact, Person
from contactd_zoho_sandbox.finance.detail import shown_address, shown_person
from contactd_zoho_sandbox.finance.listing import listing
from contactd_zoho_sandbox.finance.products import Product
from contactd_zoho_sandbox.finance.stamps import moved
from contactd_zoho_sandbox.zoho import Zoho


class NewPerson(PersonBody):
    """A person, and the contact to add it to."""

    contact_id: str = ""


class PeopleRoutes:
    """Serves the contact persons of *product* from *zoho*."""

    def __init__(self, product: Product, zoho: Zoho) -> None:
        self._product = product
        self._zoho = zoho
        self._admission = Admission(product, zoho)

    def routes(self) -> list[web.RouteDef]:
        """Return what is served."""
        contact, person = r"/contacts/{contact_id:\d+}", r"/contacts/contactpersons/{person_id:\d+}"
        calls: list[tuple[str, str, str, BookHandler]] = [
            ("GET", f"{contact}/contactpersons", "contacts.READ", self._list),
            ("GET", rf"{contact}/contactpersons/{{person_id:\d+}}", "contacts.READ", self._get),
            ("GET", f"{contact}/address", "contacts.READ", self._addresses),
            ("GET", "/contacts/contactpersons", "contacts.READ", self._list),
            ("POST", "/contacts/contactpersons", "contacts.CREATE", self._add),
            ("PUT", person, "contacts.UPDATE", self._edit),
            ("DELETE", person, "contacts.DELETE", self._delete),
            ("POST", f"{person}/primary", "contacts.UPDATE", self._mark_primary),
        ]
        return [
            web.route(method, self._product.root + path, self._admission.to_book(scope, handler))
            for method, path, scope, handler in calls
        ]

    async def _list(self, request: web.Request, book: Book) -> web.Response:
        contact = self._contact(request, book)
        wanted = listing(request.query, book.organization.time_zone, self._zoho.switches)
        first = (wanted.page - 1) * wanted.per_page
        shown = [shown_person(person) for person in contact.persons[first : first + wanted.per_page]]
        context = {
            "page": wanted.page,
            "per_page": wanted.per_page,
            "has_more_page": first + wanted.per_page < len(contact.persons),
            "sort_column": "contact_person_id",
            "sort_order": "A",
        }
        return answered({"contact_persons": shown, "page_context": context})

    async def _get(self, request: web.Request, book: Book) -> web.Response:
        contact, person = self._person(request, book)
        if contact is not self._contact(request, book):
            raise gone("Contact person", self._zoho.switches)
        return answered({"contact_person": shown_person(person)})

    async def _addresses(self, request: web.Request, book: Book) -> web.Response:
        contact = self._contact(request, book)
        both = (
            (contact.billing_address_id, contact.billing_address),
            (contact.shipping_address_id, contact.shipping_address),
        )
        return answered({"addresses": [shown_address(identity, address) for identity, address in both]})

    async def _add(self, request: web.Request, book: Book) -> web.Response:
        body = await body_of(request, NewPerson)
        contact = book.get(body.contact_id)
        if contact is None:
            raise bad_value("contact_id")
        identity = str(self._zoho.store.allocate(1)[0])
        self._put(book, persons.with_added(contact, body, identity))
        added = self._named(book, identity)[1]
        message = "The contact person has been added."
        return answered({"contact_person": shown_person(added)}, message=message, status=201)

    async def _edit(self, request: web.Request, book: Book) -> web.Response:
        contact, person = self._person(request, book)
        body = await body_of(request, PersonBody)
        self._put(book, persons.with_changed(contact, person.contact_person_id, body))
        changed = self._named(book, person.contact_person_id)[1]
        return answered({"contact_person": shown_person(changed)}, message="The contact person has been saved.")

    async def _delete(self, request: web.Request, book: Book) -> web.Response:
        contact, person = self._person(request, book)
        self._put(book, persons.without(contact, person.contact_person_id))
        return answered({}, message="The contact person has been deleted.")

    async def _mark_primary(self, request: web.Request, book: Book) -> web.Response:
        contact, person = self._person(request, book)
        self._put(book, persons.with_primary(contact, person.contact_person_id))
        return answered({}, message="This contact person has been marked as primary.")

    def _put(self, book: Book, contact: Contact) -> None:
        stamp = self._zoho.clock.now() if moved({"contact_persons"}, self._zoho.switches) else contact.modified
        book.put(replace(contact, modified=stamp))

    def _contact(self, request: web.Request, book: Book) -> Contact:
        named = request.match_info.get("contact_id") or request.query.get("contact_id", "")
        contact = book.get(named)
        if contact is None:
            raise gone("Contact", self._zoho.switches)
        return contact

    def _person(self, request: web.Request, book: Book) -> tuple[Contact, Person]:
        return self._named(book, request.match_info["person_id"])

    def _named(self, book: Book, identity: str) -> tuple[Contact, Person]:
        found = book.person(identity)
        if found is None:
            raise gone("Contact person", self._zoho.switches)
        return found
