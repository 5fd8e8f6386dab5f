"""Who may make a call of a product, and for which organization.

Rule: a call is admitted in one order, everywhere: token, organization, limits,
scope. A scope that is missing and a token that is dead look the same, as at Zoho.
"""

from collections.abc import Awaitable, Callable

from aiohttp import web

from contactd_zoho_sandbox.accounts.routes import bearer_of
from contactd_zoho_sandbox.accounts.tokens import AccessToken
from contactd_zoho_sandbox.finance.answers import (
    Refused,
    foreign_organization,
    no_organization,
    no_token,
    not_authorized,
    refused,
)
from contactd_zoho_sandbox.finance.book import Book
from contactd_zoho_sandbox.finance.products import Product
from contactd_zoho_sandbox.zoho import Zoho

UserHandler = Callable[[web.Request], Awaitable[web.Response]]
BookHandler = Callable[[web.Request, Book], Awaitable[web.Response]]


class Admission:
    """Wraps the answers of *product*, so that only calls that may be made reach them."""

    def __init__(self, product: Product, zoho: Zoho) -> None:
        self._product = product
        self._zoho = zoho

    def to_user(self, scope: str, handler: UserHandler) -> UserHandler:
        """Admit calls that are about no organization, like `/organizations`."""

        async def admitted(request: web.Request) -> web.Response:
            try:
                token = self._token(request)
                self._zoho.meter.take_of_user()
                self._check(token, scope)
                return await handler(request)
            except Refused as exc:
                return refused(exc)

        return admitted

    def to_book(self, scope: str, handler: BookHandler) -> UserHandler:
        """Admit calls that are about one organization; they use up some of its quota."""

        async def metered(request: web.Request, token: AccessToken, book: Book) -> web.Response:
            try:
                self._zoho.meter.take(book.organization, self._product)
                self._check(token, scope)
                return await handler(request, book)
            except Refused as exc:
                return refused(exc)

        async def admitted(request: web.Request) -> web.Response:
            try:
                token, book = self._token(request), self._book(request)
            except Refused as exc:
                return refused(exc)
            response = await metered(request, token, book)
            response.headers.update(self._zoho.meter.headers(book.organization, self._product))
            return response

        return admitted

    def _token(self, request: web.Request) -> AccessToken:
        bearer = bearer_of(request)
        if bearer is None:
            raise no_token()
        token = self._zoho.accounts.bearer(bearer)
        if token is None:
            raise not_authorized()
        return token

    def _check(self, token: AccessToken, scope: str) -> None:
        if not token.allows(f"{self._product.service}.{scope}"):
            raise not_authorized()

    def _book(self, request: web.Request) -> Book:
        organization_id = self._product.organization_of(request)
        if not organization_id:
            raise no_organization()
        book = self._zoho.books.get(organization_id)
        if book is None:
            raise foreign_organization(organization_id, self._zoho.switches)
        return book
