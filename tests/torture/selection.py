"""Which tests are to notice a fault in which module of the domain: its own first, then those of what is built on it."""

from collections.abc import Mapping
from pathlib import Path

TESTS = Path(__file__).parents[1]

#: The tests of a module, by the beginning of its name, where they are not in a file of its name below `domain`.
#: The longest that fits counts.
OWN: Mapping[str, tuple[str, ...]] = {
    "address": (
        "domain/test_address.py",
        "domain/test_lists.py",
        "domain/test_address_verdicts.py::test_we_and_the_library_agree[0]",
    ),
    "changes": ("domain/test_changes.py", "engine/test_diff.py"),
    "clock": ("domain/test_due.py", "domain/test_schedule.py", "domain/test_criteria_comparisons.py"),
    "countries": ("domain/test_countries.py", "domain/test_criteria_comparisons.py"),
    "criteria": (
        "domain/test_criteria_comparisons.py",
        "domain/test_criteria.py",
        "domain/test_criteria_properties.py",
    ),
    "decide": ("domain/test_decide.py", "domain/test_decide_later.py"),
    "editions": ("domain/test_policies.py", "domain/test_views.py"),
    "effects": ("domain/test_effects.py", "domain/test_left_alone.py", "domain/test_page.py"),
    "erasing": ("domain/test_erasing.py", "people/test_erasure_of_others.py"),
    "explaining": ("domain/test_explaining.py", "people/test_explaining.py"),
    "lifecycle": ("syncs/test_lifecycle.py", "syncs/test_wishes.py"),
    "noes": ("domain/test_noes.py", "domain/test_merging.py"),
    "nouns": ("domain/test_by_hand.py", "domain/test_views.py"),
    "page": (
        "domain/test_page.py",
        "domain/test_refusing.py",
        "domain/test_owning.py",
        "domain/test_decide.py",
        "domain/test_settling.py",
        "domain/test_merging.py",
        "domain/test_handing_over.py",
    ),
    "ranking": ("domain/test_ranking.py", "domain/test_decide.py"),
    "reasons": ("syncs/test_reasons.py",),
    "rules": ("domain/test_rules.py", "domain/test_sift.py"),
    "schedule": ("domain/test_schedule.py", "domain/test_schedule_cron.py"),
    "settling": (
        "domain/test_settling.py",
        "domain/test_merging.py",
        "domain/test_handing_over.py",
        "domain/test_removing.py",
    ),
    "sift": ("domain/test_sift.py", "domain/test_sift_again.py"),
    "values": ("domain/test_values.py", "domain/test_mapping.py"),
}

#: What is asked where the own tests have noticed nothing, quick ones first.
BEYOND = (
    "domain/test_decide.py",
    "domain/test_settling.py",
    "domain/test_mapping.py",
    "engine/test_outcomes.py",
    "engine/test_rows.py",
    "engine/test_sweep.py",
    "engine/test_brake.py",
    "engine/test_preview.py",
    "engine/test_undo.py",
    "engine",
    "people",
    "syncs",
    "model/test_invariants.py",
    "model",
)

#: Modules that stand alone: nothing beyond their own tests could notice more.
ALONE = ("address", "clock", "countries", "criteria", "near_miss", "schedule", "values")


def own(module: str) -> list[tuple[str, ...]]:
    """Give the tests of *module*, which are run together."""
    short = _short(module)
    fitting = [name for name in OWN if short == name or short.startswith(f"{name}.")]
    return [_paths(OWN[max(fitting, key=len)] if fitting else (f"domain/test_{short}.py",))]


def beyond(module: str) -> list[tuple[str, ...]]:
    """Give the tests of what is built on *module*, one file after the other."""
    short = _short(module)
    if any(short == name or short.startswith(f"{name}.") for name in ALONE):
        return []
    files = (file for test in BEYOND for file in sorted(TESTS.glob(f"{test}/test_*.py")) or [TESTS / test])
    return [(f"tests/{file.relative_to(TESTS)}",) for file in dict.fromkeys(files)]


def _short(module: str) -> str:
    return module.removeprefix("contactd.domain.")


def _paths(tests: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"tests/{test}" for test in tests)
