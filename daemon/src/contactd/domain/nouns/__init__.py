"""The things that people name: frozen values, as the store gives them and the engine returns them.

Times are microseconds (`domain.clock`). *version* becomes the etag.
"""

from contactd.domain.nouns.daemons import Daemon
from contactd.domain.nouns.people import (
    ConsentEvent,
    Contact,
    ContactField,
    MailingList,
    Member,
    Suppression,
    Topic,
)
from contactd.domain.nouns.runs import Counts, Notification, RecordOutcome, Run, SkippedRecord
from contactd.domain.nouns.setup import Connection, Mapping, MappingLine, Schedule, Sync, Workspace

__all__ = [
    "Workspace",
    "Connection",
    "MailingList",
    "Topic",
    "ContactField",
    "Contact",
    "Member",
    "ConsentEvent",
    "Suppression",
    "Sync",
    "Schedule",
    "Mapping",
    "MappingLine",
    "Run",
    "Counts",
    "RecordOutcome",
    "SkippedRecord",
    "Notification",
    "Daemon",
]
