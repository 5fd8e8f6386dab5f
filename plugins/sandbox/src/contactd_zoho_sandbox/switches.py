"""What is disputed about Zoho, each as a switch (plugins/zoho/FACTS.md "9").

Rule: a connector must do well whichever way a switch stands. The defaults are
what was seen live, or else the kinder of the two.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta


class Switches(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How Zoho behaves where nobody is sure."""

    #: The status of the token endpoint's errors; 400 brings an `error_description` along.
    token_error_status: Literal[200, 400] = 200
    #: The status of its "too many requests continuously".
    throttle_status: Literal[200, 400] = 400
    #: Whether the client is known in this data center (Multi-DC, for another than its own).
    client_known: bool = True

    #: The status of code 6041, for an organization that the user is no member of.
    foreign_status: Literal[400, 401] = 400
    #: The status and the code for a contact that was deleted or merged away.
    gone_status: Literal[400, 404] = 404
    gone_code: Literal[5, 1002] = 1002
    #: Whether a change of this alone moves the contact's `last_modified_time`.
    person_moves_stamp: bool = True
    address_moves_stamp: bool = True
    custom_moves_stamp: bool = True
    status_moves_stamp: bool = True
    #: Whether the bound `last_modified_time` lets through what changed in that very second.
    bound_inclusive: bool = True
    #: What a bad `filter_by`, or a bad `last_modified_time`, comes to: 400 code 2, or the list without it.
    bad_filter: Literal["refused", "ignored"] = "refused"
    bad_time: Literal["refused", "ignored"] = "refused"
    #: The filter of a list for which none was asked.
    default_filter: Literal["Status.All", "Status.Active"] = "Status.All"
    #: What a `per_page` above 200 comes to.
    long_page: Literal["cut", "refused"] = "cut"
    #: The deepest page that is given; those below are refused with 400 code 2. None is no limit.
    deepest_page: Annotated[int, Meta(ge=1)] | None = None
    #: Parameters of the list that each product passes over without a word.
    books_ignores: frozenset[str] = frozenset()
    invoice_ignores: frozenset[str] = frozenset({"contact_type"})
    #: Whether Books and Invoice use up one quota of their organization.
    quota_shared: bool = True
    #: Whether a call in a block makes the block begin anew.
    block_grows: bool = False
