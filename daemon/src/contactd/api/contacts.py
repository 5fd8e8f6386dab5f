"""ContactService."""

# ruff: noqa: N802  the contract names its calls

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from contactd.api import names, streaming
from contactd.api.access import caller
from contactd.api.convert.common import asking
from contactd.api.convert.contacts import (
    STATUSES,
    change_of,
    consent_message,
    contact_message,
    erased_message,
    person_of,
    subscription_type_of,
)
from contactd.api.convert.explain import explanation_message
from contactd.api.convert.imports import lines_of, result_messages, terms_of
from contactd.api.draining import Draining
from contactd.api.paging import Asked, Paging
from contactd.api.people_files import contact_form
from contactd.api.threads import Threads
from contactd.domain.address import email_key
from contactd.domain.explaining import Explanation
from contactd.domain.mapping import EMAIL
from contactd.domain.nouns import ConsentEvent, Contact
from contactd.domain.refusals import Fault, Invalid
from contactd.domain.words import ContactStatus, SubscriptionType
from contactd.engine.parts import Parts
from contactd.engine.people import contact_edits, erasure, explain, importing, subscribing
from contactd.engine.people import contacts as contact_verbs
from contactd.engine.people.explain import Subject
from contactd.store import consent, contacts, fields, lists, revisions, topics, workspaces
from contactd.store.contacts import Wanted
from contactd.store.database import Database
from contactd_proto.v1 import contact_pb2 as pb
from contactd_proto.v1 import contact_pb2_grpc, file_pb2


class ContactServicer(contact_pb2_grpc.ContactServiceServicer):
    """Answers for contacts."""

    def __init__(self, parts: Parts, threads: Threads, draining: Draining) -> None:
        self._draining = draining
        self._parts = parts
        self._database = parts.database
        self._threads = threads
        self._paging = Paging(parts.sealer, parts.database.clock)

    async def GetContact(self, request: pb.GetContactRequest, _context: object) -> pb.Contact:
        """Tell one contact."""
        workspace, number = _named(request.name)
        return contact_message(await self._threads.run(_get, self._database, workspace, number))

    async def LookupContact(self, request: pb.LookupContactRequest, _context: object) -> pb.Contact:
        """Find the contact that has an address."""
        (workspace,) = names.WORKSPACE.parse(request.parent, "parent")
        return contact_message(await self._threads.run(_lookup, self._database, workspace, request.email))

    async def ListContacts(self, request: pb.ListContactsRequest, _context: object) -> pb.ListContactsResponse:
        """List contacts: all of a workspace, or those that are asked for."""
        (workspace,) = names.WORKSPACE.parse(request.parent, "parent")
        question = pb.ListContactsRequest()
        question.CopyFrom(request)
        for beside in ("page_size", "page_token"):
            question.ClearField(beside)
        asked = self._paging.asked(
            page_size=request.page_size,
            page_token=request.page_token,
            filter=f"contacts {question.SerializeToString(deterministic=True).hex()}",
        )
        rows, revision = await self._threads.run(_page, self._database, workspace, request, asked)
        shown, token = self._paging.cut(asked, rows, lambda row: (row.id,))
        return pb.ListContactsResponse(
            contacts=[contact_message(row) for row in shown], next_page_token=token, revision=revision
        )

    async def CreateContact(self, request: pb.CreateContactRequest, context: object) -> pb.Contact:
        """Make a contact by hand."""
        (workspace,) = names.WORKSPACE.parse(request.parent, "parent")
        person, by = person_of(request, workspace), caller(context).name
        asked = asking(request.request_id, request)
        made = await self._threads.run(contact_verbs.create, self._parts, workspace, person, by=by, asking=asked)
        return contact_message(made)

    async def UpdateContact(self, request: pb.UpdateContactRequest, context: object) -> pb.Contact:
        """Change a contact by hand."""
        workspace, _ = _named(request.name)
        change = change_of(request, workspace)
        return await self._verb(contact_edits.edit, request.name, context, change=change, etag=request.etag)

    async def DeleteContact(self, request: pb.DeleteContactRequest, context: object) -> pb.Contact:
        """Delete a contact."""
        return await self._verb(contact_verbs.delete, request.name, context, etag=request.etag)

    async def UndeleteContact(self, request: pb.UndeleteContactRequest, context: object) -> pb.Contact:
        """Bring a deleted contact back."""
        return await self._verb(contact_verbs.undelete, request.name, context, etag=request.etag)

    async def UnsubscribeContact(self, request: pb.UnsubscribeContactRequest, context: object) -> pb.Contact:
        """Take a contact off all mail, one list or one topic."""
        return await self._verb(
            subscribing.unsubscribe,
            request.name,
            context,
            by_self=request.by_self,
            evidence=request.evidence,
            **_scope(request),
        )

    async def SubscribeContact(self, request: pb.SubscribeContactRequest, context: object) -> pb.Contact:
        """Take an unsubscription of the account back."""
        wanted = subscription_type_of(request.subscription_type) or SubscriptionType.MARKETING
        return await self._verb(
            subscribing.subscribe, request.name, context, subscription_type=wanted, **_scope(request)
        )

    async def ExplainContact(self, request: pb.ExplainContactRequest, _context: object) -> pb.ContactExplanation:
        """Explain why somebody is a contact, or is not."""
        return explanation_message(await self._threads.run(_explain, self._parts, request))

    async def ListConsentEvents(
        self, request: pb.ListConsentEventsRequest, _context: object
    ) -> pb.ListConsentEventsResponse:
        """List what a contact agreed to."""
        workspace, number = _named(request.parent, "parent")
        events = await self._threads.run(_consent, self._database, workspace, number)
        return pb.ListConsentEventsResponse(events=[consent_message(event) for event in events])

    async def EraseContact(self, request: pb.EraseContactRequest, context: object) -> pb.EraseContactResponse:
        """Erase a person for good."""
        (workspace,) = names.WORKSPACE.parse(request.parent, "parent")
        by = caller(context).name
        return erased_message(await self._threads.run(erasure.erase, self._parts, workspace, request.email, by=by))

    async def ImportContacts(self, request: pb.ImportContactsRequest, context: object) -> pb.ImportContactsResponse:
        """Take some lines of a file in."""
        (workspace,) = names.WORKSPACE.parse(request.parent, "parent")
        terms, lines, by = terms_of(request, workspace), lines_of(request.rows), caller(context).name
        imported = await self._threads.run(importing.contacts, self._parts, workspace, terms, lines, by=by)
        return pb.ImportContactsResponse(results=result_messages(imported, names.CONTACT, workspace))

    async def ExportContacts(
        self, request: pb.ExportContactsRequest, _context: object
    ) -> AsyncIterator[file_pb2.FilePiece]:
        """Send contacts as a file."""
        (workspace,) = names.WORKSPACE.parse(request.parent, "parent")
        mailing_list = names.child(names.LIST, request.list, workspace, "list")
        home, wanted, columns = await self._threads.run(_exported, self._database, workspace, mailing_list)
        form = contact_form(request.format, columns)

        def read(after: int) -> Sequence[Contact]:
            with self._database.reading() as r:
                return contacts.page(r, home, wanted=wanted, after=after, limit=streaming.BATCH)

        async for piece in streaming.pieces(form, read, lambda row: row.id, self._threads, self._draining):
            yield piece

    async def _verb(self, verb: Callable[..., Contact], name: str, context: object, **said: Any) -> pb.Contact:
        workspace, number = _named(name)
        by = caller(context).name
        return contact_message(await self._threads.run(verb, self._parts, workspace, number, by=by, **said))


def _named(name: str, field: str = "name") -> tuple[str, int]:
    workspace, text = names.CONTACT.parse(name, field)
    return workspace, names.number(text, field)


def _scope(request: pb.UnsubscribeContactRequest | pb.SubscribeContactRequest) -> dict[str, str]:
    """Read what a no is said to, or taken back of."""
    workspace, _ = _named(request.name)
    return {
        "list_name": names.child(names.LIST, request.list, workspace, "list"),
        "topic": names.child(names.TOPIC, request.topic, workspace, "topic"),
    }


def _get(database: Database, workspace: str, number: int) -> Contact:
    with database.reading() as r:
        return contacts.get(r, workspaces.get(r, workspace).id, number)


def _lookup(database: Database, workspace: str, email: str) -> Contact:
    key = email_key(email)
    if key is None:
        raise Invalid(Fault("email", "that is no e-mail address; give one such as jo@example.com"))
    with database.reading() as r:
        return contacts.by_key(r, workspaces.get(r, workspace).id, key)


def _page(
    database: Database, workspace: str, request: pb.ListContactsRequest, asked: Asked
) -> tuple[Sequence[Contact], int]:
    mailing_list = names.child(names.LIST, request.list, workspace, "list")
    topic = names.child(names.TOPIC, request.topic, workspace, "topic")
    with database.reading() as r:
        home = workspaces.get(r, workspace)
        wanted = Wanted(
            status=STATUSES.word(request.status, "status") if request.status else ContactStatus.LIVE,
            list_id=lists.get(r, home.id, mailing_list).id if mailing_list else None,
            topic_id=topics.get(r, home.id, topic).id if topic else None,
            subscription_type=subscription_type_of(request.subscription_type),
            stale=request.stale,
        )
        rows = contacts.page(r, home.id, wanted=wanted, after=asked.number_after, limit=asked.limit)
        return rows, revisions.latest(r)


def _explain(parts: Parts, request: pb.ExplainContactRequest) -> Explanation:
    (workspace,) = names.WORKSPACE.parse(request.parent, "parent")
    contact = names.child(names.CONTACT, request.contact, workspace, "contact")
    wanted = Subject(
        email=request.email,
        contact=names.number(contact, "contact") if contact else None,
        sync=names.child(names.SYNC, request.sync, workspace, "sync"),
        source_id=request.source_id,
    )
    return explain.explain(parts, workspace, wanted)


def _exported(database: Database, workspace: str, mailing_list: str) -> tuple[int, Wanted, list[str]]:
    """Give the workspace, whom to export of it, and the contact fields that there are."""
    with database.reading() as r:
        home = workspaces.get(r, workspace)
        wanted = Wanted(list_id=lists.get(r, home.id, mailing_list).id if mailing_list else None)
        return home.id, wanted, [field.name for field in fields.every(r, home.id) if field.name != EMAIL]


def _consent(database: Database, workspace: str, number: int) -> Sequence[ConsentEvent]:
    with database.reading() as r:
        return consent.history(r, contacts.get(r, workspaces.get(r, workspace).id, number))
