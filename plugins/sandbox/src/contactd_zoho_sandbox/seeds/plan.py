"""Which organizations a new store gets, and what is in them.

Rule: a store that holds an organization is served as it is; loading into it
again would double everybody.
"""

from dataclasses import dataclass

from contactd_zoho_sandbox.seeds import chinook, generated, small
from contactd_zoho_sandbox.zoho import Zoho


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to put into an empty store."""

    chinook: bool = False
    generate: int = 0
    seed: int = 1
    #: The share of generated customers whose address no mail can be sent to, from 0 to 1.
    bad_share: float = 0.0


def sow(zoho: Zoho, plan: Plan) -> None:
    """Fill *zoho* as *plan* says, unless it holds something already."""
    if zoho.books:
        return
    if plan.chinook:
        chinook.load(zoho)
    if plan.generate:
        generated.load(zoho, plan.generate, seed=plan.seed, bad_share=plan.bad_share)
    small.load(zoho, small.QUIET_HARBOUR)


def sow_other(zoho: Zoho) -> None:
    """Fill the other data center, unless it holds something already."""
    if not zoho.books:
        small.load(zoho, small.MAPLE_LEAF)
