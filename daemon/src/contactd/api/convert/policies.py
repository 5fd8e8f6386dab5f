"""Policies and lawful bases to messages, and back. Syncs have them, and workspaces."""

from typing import Any

from contactd.api.convert.common import Words
from contactd.domain.policies import Policies
from contactd.domain.words import Inactive, LawfulBasis, OnLeave, RoleAddress, Suppressed, Typo
from contactd_proto.v1 import policy_pb2 as pb

LAWFUL_BASES: Words[LawfulBasis, pb.LawfulBasis.ValueType] = Words(
    {
        LawfulBasis.NONE: pb.LAWFUL_BASIS_UNSPECIFIED,
        LawfulBasis.CONSENT: pb.LAWFUL_BASIS_CONSENT,
        LawfulBasis.CONTRACT: pb.LAWFUL_BASIS_CONTRACT,
        LawfulBasis.LEGAL_OBLIGATION: pb.LAWFUL_BASIS_LEGAL_OBLIGATION,
        LawfulBasis.VITAL_INTERESTS: pb.LAWFUL_BASIS_VITAL_INTERESTS,
        LawfulBasis.PUBLIC_TASK: pb.LAWFUL_BASIS_PUBLIC_TASK,
        LawfulBasis.LEGITIMATE_INTERESTS: pb.LAWFUL_BASIS_LEGITIMATE_INTERESTS,
    }
)

INACTIVES: Words[Inactive, pb.Policies.Inactive.ValueType] = Words(
    {
        Inactive.SYNC: pb.Policies.INACTIVE_SYNC,
        Inactive.SKIP: pb.Policies.INACTIVE_SKIP,
        Inactive.REMOVE: pb.Policies.INACTIVE_REMOVE,
    }
)

ROLE_ADDRESSES: Words[RoleAddress, pb.Policies.RoleAddress.ValueType] = Words(
    {RoleAddress.SKIP: pb.Policies.ROLE_ADDRESS_SKIP, RoleAddress.ALLOW: pb.Policies.ROLE_ADDRESS_ALLOW}
)

TYPOS: Words[Typo, pb.Policies.Typo.ValueType] = Words(
    {Typo.OFF: pb.Policies.TYPO_OFF, Typo.KNOWN: pb.Policies.TYPO_KNOWN}
)

ON_LEAVES: Words[OnLeave, pb.Policies.OnLeave.ValueType] = Words(
    {OnLeave.KEEP: pb.Policies.ON_LEAVE_KEEP, OnLeave.DETACH: pb.Policies.ON_LEAVE_DETACH}
)

SUPPRESSEDS: Words[Suppressed, pb.Policies.Suppressed.ValueType] = Words(
    {Suppressed.SKIP: pb.Policies.SUPPRESSED_SKIP, Suppressed.REFRESH: pb.Policies.SUPPRESSED_REFRESH}
)


_CHOICES: dict[str, Words[Any, Any]] = {
    "inactive": INACTIVES,
    "role_address": ROLE_ADDRESSES,
    "typo": TYPOS,
    "on_leave": ON_LEAVES,
    "suppressed": SUPPRESSEDS,
}


def policies_message(policies: Policies) -> pb.Policies:
    """Turn what somebody says of policies into its message."""
    message = pb.Policies(
        role_exceptions=policies.role_exceptions, strict=policies.strict, raise_type=policies.raise_type
    )
    for name, words in _CHOICES.items():
        word = getattr(policies, name)
        if word is not None:
            setattr(message, name, words.number(word))
    return message


def policies_of(said: pb.Policies, place: str) -> Policies:
    """Read what somebody says of policies; *place* is where it stands in the request.

    Raises:
        Invalid: a word that this daemon does not know.
    """
    chosen = {
        name: words.word(getattr(said, name), f"{place}.{name}")
        for name, words in _CHOICES.items()
        if getattr(said, name)
    }
    return Policies(
        role_exceptions=tuple(said.role_exceptions) or None,
        strict=said.strict if said.HasField("strict") else None,
        raise_type=said.raise_type if said.HasField("raise_type") else None,
        **chosen,
    )
