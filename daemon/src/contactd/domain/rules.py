"""What one run works with: a snapshot of its sync, taken when the run begins.

A sync that is edited while it runs changes the next run, not this one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Self

from contactd.domain.clock import SECOND
from contactd.domain.mapping import MappingPlan, compile_mapping
from contactd.domain.nouns import MappingLine
from contactd.domain.words import Inactive, SubscriptionType
from contactd_sdk import FieldType

#: Read again this much before the watermark: the source stamps whole seconds,
#: and its clock is not ours (daemon/REQUIREMENTS.md 1.5, "Runs").
OVERLAP = 300 * SECOND


@dataclass(frozen=True, slots=True)
class Rules:
    """How the records of one run are decided."""

    run: int
    sync: int
    list: int
    mapping: MappingPlan
    subscription_type: SubscriptionType
    update_empty: bool
    inactive: Inactive
    allow_roles: bool
    #: Changes up to here are known; a repeat of one of them is not counted. `None`: all are counted.
    known_until: int | None
    version: bytes

    @classmethod
    def of(cls, config: Mapping[str, Any], *, run: int, sync: int, known_until: int | None) -> Self:
        """Read the snapshot *config*, as the run's row keeps it."""
        lines = [MappingLine(**line) for line in config["mapping"]]
        types = {name: FieldType(kind) for name, kind in config["types"].items()}
        policies = config["policies"]
        return cls(
            run=run,
            sync=sync,
            list=config["list"],
            mapping=compile_mapping(lines, types, config.get("choices")),
            subscription_type=SubscriptionType(config["subscription_type"]),
            update_empty=config["update_empty"],
            inactive=Inactive(policies.get("inactive", Inactive.SYNC)),
            allow_roles=policies.get("role_address", "skip") == "allow",
            known_until=known_until,
            version=f"{config['mapping_version']}/{config['policy_version']}".encode(),
        )

    def digest(self, octets: bytes) -> bytes:
        """Tell a packed record under these rules from any other: equal digests, equal decisions."""
        return blake2b(octets, digest_size=16, key=self.version).digest()
