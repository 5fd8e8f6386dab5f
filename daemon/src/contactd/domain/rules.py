"""What one run works with: a snapshot of its sync, taken when the run begins.

A sync that is edited while it runs changes the next run, not this one.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Self

from contactd.domain.address import email_key
from contactd.domain.clock import SECOND
from contactd.domain.criteria import Criteria, parse
from contactd.domain.mapping import MappingPlan, compile_mapping
from contactd.domain.nouns import MappingLine
from contactd.domain.policies import DEFAULTS, Policies
from contactd.domain.words import Inactive, OnLeave, RoleAddress, SubscriptionType, Suppressed, Typo
from contactd_sdk import FieldType, Value

#: Read again this much before the watermark: the source stamps whole seconds,
#: and its clock is not ours (daemon/REQUIREMENTS.md 1.5, "Runs").
OVERLAP = 300 * SECOND

#: What of a snapshot bears on no decision, and so on no digest.
_APART = frozenset({"types", "choices", "priority", "limit", "now"})


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
        said = Policies.read({**DEFAULTS.document(), **policies})
        exceptions = (email_key(address) for address in said.role_exceptions or ())
        return cls(
            inactive=said.inactive or Inactive.SYNC,
            detaches=said.on_leave is OnLeave.DETACH,
            typos=said.typo is not Typo.OFF,
            allow_roles=said.role_address is RoleAddress.ALLOW,
            role_exceptions=frozenset(key for key in exceptions if key is not None),
            refreshes=said.suppressed is Suppressed.REFRESH,
            strict=bool(said.strict),
            raise_type=bool(said.raise_type),
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
    #: Which records are taken (row 6), looked at as at the moment *now*. `None`: all are.
    criteria: Criteria | None
    now: int
    #: Whose values go first on a contact that several syncs hold: the smaller.
    rank: tuple[int, int]
    #: Changes up to here are known; a repeat of one of them is not counted. `None`: all are counted.
    known_until: int | None
    version: bytes
    #: What hashes of erased addresses are made with.
    erasure_key: bytes = field(default=b"", repr=False)

    @classmethod
    def of(
        cls, config: Mapping[str, Any], *, run: int, sync: int, known_until: int | None, erasure_key: bytes = b""
    ) -> Self:
        """Read the snapshot *config*, as the run's row keeps it; an older version kept less."""
        lines = [MappingLine(**line) for line in config["mapping"]]
        types = {name: FieldType(kind) for name, kind in config["types"].items()}
        return cls(
            run=run,
            sync=sync,
            list=config["list"],
            mapping=compile_mapping(lines, types, config.get("choices")),
            subscription_type=SubscriptionType(config["subscription_type"]),
            topics={int(topic): name for topic, name in config.get("topics", {}).items()},
            lawful_basis=config.get("lawful_basis", ""),
            update_empty=config["update_empty"],
            choices=Choices.of(config["policies"]),
            after=config["after"],
            criteria=_criteria(config),
            now=config.get("now", 0),
            rank=precedence(*config.get("priority", (0, 0))),
            known_until=known_until,
            version=_version(config),
            erasure_key=erasure_key,
        )

    @property
    def source_fields(self) -> frozenset[str]:
        """The fields of the source that a decision looks at."""
        asked = frozenset[str]() if self.criteria is None else self.criteria.fields
        return self.mapping.source_fields | asked

    def wants(self, values: Mapping[str, Value]) -> bool:
        """Tell whether a record that holds *values* is inside the criteria (row 6)."""
        return self.criteria is None or self.criteria.matches(values, self.now)

    def digest(self, octets: bytes) -> bytes:
        """Tell a packed record under these rules from any other: equal digests, equal decisions."""
        return blake2b(octets, digest_size=16, key=self.version).digest()


def _criteria(config: Mapping[str, Any]) -> Criteria | None:
    fields = {name: FieldType(kind) for name, kind in config.get("criteria_types", {}).items()}
    text = config.get("criteria")
    return parse(text, fields) if text else None


def precedence(priority: int, connection: int) -> tuple[int, int]:
    """Place a connection among those that hold one contact: a higher priority goes first, then the older one."""
    return -priority, connection


def _version(config: Mapping[str, Any]) -> bytes:
    """Tell these rules from any others: a record is looked at again where one of them is new."""
    targets = {line["target_field"] for line in config["mapping"]}
    takes = [
        {name: value for name, value in config.get(what, {}).items() if name in targets}
        for what in ("types", "choices")
    ]
    bearing = {name: value for name, value in config.items() if name not in _APART}
    return blake2b(json.dumps([bearing, takes], sort_keys=True).encode(), digest_size=32).digest()
