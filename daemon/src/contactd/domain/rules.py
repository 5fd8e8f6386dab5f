"""What one run works with: a snapshot of its sync, taken when the run begins.

A sync that is edited while it runs changes the next run, not this one.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Self

from contactd.domain.address import email_key
from contactd.domain.clock import SECOND
from contactd.domain.mapping import MappingPlan, compile_mapping
from contactd.domain.nouns import MappingLine
from contactd.domain.words import Inactive, SubscriptionType
from contactd_sdk import FieldType

#: Read again this much before the watermark: the source stamps whole seconds,
#: and its clock is not ours (daemon/REQUIREMENTS.md 1.5, "Runs").
OVERLAP = 300 * SECOND

#: What of a snapshot bears on no decision, and so on no digest.
_APART = frozenset({"types", "priority", "limit"})


@dataclass(frozen=True, slots=True)
class Choices:
    """What the policies of a sync choose, where the table leaves a choice."""

    inactive: Inactive = Inactive.SYNC
    #: Row 6: a contact whose record left the criteria leaves the list.
    detaches: bool = False
    #: Row 9: a misspelt domain is refused.
    typos: bool = True
    #: Row 10: addresses of roles are taken, or these at least.
    allow_roles: bool = False
    role_exceptions: frozenset[str] = frozenset()
    #: Row 13: the values of a contact that gets no mail are kept up to date.
    refreshes: bool = False
    #: Row 17: a value that its field cannot take fails its record.
    strict: bool = False
    raise_type: bool = False

    @classmethod
    def of(cls, policies: Mapping[str, Any]) -> Self:
        """Read the *policies* of a sync, laid over those of its workspace."""
        exceptions = (email_key(address) for address in policies.get("role_exceptions", ()))
        return cls(
            inactive=Inactive(policies.get("inactive", Inactive.SYNC)),
            detaches=policies.get("on_leave", "keep") == "detach",
            typos=policies.get("typo", "known") != "off",
            allow_roles=policies.get("role_address", "skip") == "allow",
            role_exceptions=frozenset(key for key in exceptions if key is not None),
            refreshes=policies.get("suppressed", "skip") == "refresh",
            strict=bool(policies.get("strict", False)),
            raise_type=bool(policies.get("raise_type", False)),
        )


@dataclass(frozen=True, slots=True)
class Rules:
    """How the records of one run are decided."""

    run: int
    sync: int
    list: int
    mapping: MappingPlan
    subscription_type: SubscriptionType
    #: The topics that contacts come to know of, by id.
    topics: Mapping[int, str]
    lawful_basis: str
    update_empty: bool
    choices: Choices
    #: What was changed up to here is not taken (row 5). `None`: all is.
    after: int | None
    #: Whose values go first on a contact that several syncs hold: the smaller.
    rank: tuple[int, int]
    #: Changes up to here are known; a repeat of one of them is not counted. `None`: all are counted.
    known_until: int | None
    version: bytes

    @classmethod
    def of(cls, config: Mapping[str, Any], *, run: int, sync: int, known_until: int | None) -> Self:
        """Read the snapshot *config*, as the run's row keeps it."""
        lines = [MappingLine(**line) for line in config["mapping"]]
        types = {name: FieldType(kind) for name, kind in config["types"].items()}
        priority, connection = config["priority"]
        return cls(
            run=run,
            sync=sync,
            list=config["list"],
            mapping=compile_mapping(lines, types, config.get("choices")),
            subscription_type=SubscriptionType(config["subscription_type"]),
            topics={int(topic): name for topic, name in config["topics"].items()},
            lawful_basis=config["lawful_basis"],
            update_empty=config["update_empty"],
            choices=Choices.of(config["policies"]),
            after=config["after"],
            rank=precedence(priority, connection),
            known_until=known_until,
            version=_version(config),
        )

    def digest(self, octets: bytes) -> bytes:
        """Tell a packed record under these rules from any other: equal digests, equal decisions."""
        return blake2b(octets, digest_size=16, key=self.version).digest()


def precedence(priority: int, connection: int) -> tuple[int, int]:
    """Place a connection among those that hold one contact: a higher priority goes first, then the older one."""
    return -priority, connection


def _version(config: Mapping[str, Any]) -> bytes:
    """Tell these rules from any others: a record is looked at again where one of them is new."""
    targets = {line["target_field"] for line in config["mapping"]}
    types = {name: kind for name, kind in config["types"].items() if name in targets}
    bearing = {name: value for name, value in config.items() if name not in _APART}
    return blake2b(json.dumps([bearing, types], sort_keys=True).encode(), digest_size=32).digest()
