"""The calls of a product and their answers: plugins/zoho/FACTS.md "2.2" to "2.8"."""

import msgspec
from aiohttp import web

from contactd_zoho_sandbox.accounts.users import user_me
from contactd_zoho_sandbox.finance import custom_fields, organizations
from contactd_zoho_sandbox.finance.admission import Admission, BookHandler
from contactd_zoho_sandbox.finance.answers import SHIFT, answered, bad_value, gone, respond
from contactd_zoho_sandbox.finance.bodies import ContactBody, body_of
from contactd_zoho_sandbox.finance.book import Book
from contactd_zoho_sandbox.finance.contacts import Contact, Status
from contactd_zoho_sandbox.finance.detail import detail
from contactd_zoho_sandbox.finance.edits import edited, made
from contactd_zoho_sandbox.finance.listing import listing
from contactd_zoho_sandbox.finance.products import BOOKS, Product
from contactd_zoho_sandbox.finance.rows import encode, without
from contactd_zoho_sandbox.finance.stamps import moved
from contactd_zoho_sandbox.zoho import Zoho


class FinanceRoutes:
    """Serves *product* from *zoho*."""

    def __init__(self, product: Product, zoho: Zoho) -> None:
        self._product = product
        self._zoho = zoho
        self._admission = Admission(product, zoho)

    def routes(self) -> list[web.RouteDef]:
        """Return what is served."""
        contact = r"/contacts/{contact_id:\d+}"
        in_book: list[tuple[str, str, str, BookHandler]] = [
            ("GET", r"/organizations/{organization_id:\d+}", "settings.READ", self._organization),
            ("GET", "/users/me", "settings.READ", self._me),
            ("GET", "/settings/preferences/customfields", "settings.READ", self._fields),
            ("GET", "/contacts", "contacts.READ", self._list),
            ("POST", "/contacts", "contacts.CREATE", self._add),
            ("GET", contact, "contacts.READ", self._get),
            ("PUT", contact, "contacts.UPDATE", self._edit),
            ("DELETE", contact, "contacts.DELETE", self._delete),
            ("POST", f"{contact}/{{status:active|inactive}}", "contacts.UPDATE", self._mark),
        ]
        root, admission = self._product.root, self._admission
        every = admission.to_user("settings.READ", self._organizations)
        return [web.get(f"{root}/organizations", every)] + [
            web.route(method, root + path, admission.to_book(scope, handler))
            for method, path, scope, handler in in_book
        ]

    async def _organizations(self, _request: web.Request) -> web.Response:
        user = self._zoho.accounts.user
        every = [organizations.listed(book.organization, user) for book in self._zoho.books.values()]
        return answered({"organizations": every})

    async def _organization(self, _request: web.Request, book: Book) -> web.Response:
        return answered({"organization": organizations.detailed(book.organization, self._zoho.accounts.user)})

    async def _me(self, _request: web.Request, _book: Book) -> web.Response:
        return answered({"user": user_me(self._zoho.accounts.user)})

    async def _fields(self, request: web.Request, book: Book) -> web.Response:
        if request.query.get("entity") != "contact":
            raise bad_value("entity")
        return answered({"customfields": custom_fields.metadata(book.organization)})

    async def _list(self, request: web.Request, book: Book) -> web.Response:
        switches = self._zoho.switches
        ignored = switches.books_ignores if self._product is BOOKS else switches.invoice_ignores
        asked = {name: text for name, text in request.query.items() if name not in ignored}
        wanted = listing(asked, book.organization.time_zone, switches)
        rows, more = book.page(wanted, request.get(SHIFT, 0))
        if self._product.lacks:
            rows = [without(row, self._product.lacks) for row in rows]
        context = encode(wanted.page_context(more=more))
        # The rows are JSON already, and so many bytes that they are copied once only.
        start, end = b'{"code":0,"message":"success","contacts":[', b'],"page_context":%b}' % context
        if not rows:
            return respond(start + end)
        rows[0] = start + rows[0]
        rows[-1] += end
        return respond(b",".join(rows))

    async def _get(self, request: web.Request, book: Book) -> web.Response:
        return self._shown(book, self._contact(request, book), "success")

    async def _add(self, request: web.Request, book: Book) -> web.Response:
        body = await body_of(request, ContactBody)
        contact = made(book, body, self._zoho.store.allocate, now=self._zoho.clock.now(), source="api")
        book.put(contact)
        return self._shown(book, contact, "The contact has been added.", status=201)

    async def _edit(self, request: web.Request, book: Book) -> web.Response:
        body = await body_of(request, ContactBody)
        before = self._contact(request, book)
        contact = edited(book, before, body, self._zoho.store.allocate, now=self._zoho.clock.now())
        book.put(contact)
        return self._shown(book, contact, "Contact information has been saved.")

    async def _delete(self, request: web.Request, book: Book) -> web.Response:
        contact = self._contact(request, book)
        book.remove(contact)
        return answered({}, message=f"The {contact.contact_type} has been deleted.")

    async def _mark(self, request: web.Request, book: Book) -> web.Response:
        status: Status = "active" if request.match_info["status"] == "active" else "inactive"
        contact = self._contact(request, book)
        stamp = self._zoho.clock.now() if moved({"status"}, self._zoho.switches) else contact.modified
        book.put(msgspec.structs.replace(contact, status=status, modified=stamp))
        return answered({}, message=f"The contact has been marked as {status}.")

    def _shown(self, book: Book, contact: Contact, message: str, status: int = 200) -> web.Response:
        shown = detail(contact, book.organization, self._zoho.accounts.user)
        return answered({"contact": shown}, message=message, status=status)

    def _contact(self, request: web.Request, book: Book) -> Contact:
        contact = book.get(request.match_info["contact_id"])
        if contact is None:
            raise gone("Contact", self._zoho.switches)
        return contact
