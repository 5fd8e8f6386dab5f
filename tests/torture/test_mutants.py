"""The faults that are planted: each is one, in its place, and what people read is left alone."""

import ast
from pathlib import Path

from torture.mutants import mutants
from torture.sampling import every, explained, sample

SOURCE = '''
"""What it is for."""

from typing import Mapping

__all__ = ["TABLE", "rule"]

TABLE: Mapping[str, int] = {"a": 1, "b": 2}
Kind = Mapping[str, tuple[int, str]]


def rule(one: int, two: bool = True) -> str:
    """What it does."""
    if one < 3 and not two:
        raise ValueError("a sentence for people")
    found = [each for each in range(one) if each]
    found.append(one + 1)
    return f"{found} of {one}"
'''


def planted(tmp_path: Path) -> dict[str, str]:
    path = tmp_path / "rules.py"
    path.write_text(SOURCE)
    clean = ast.unparse(ast.parse(SOURCE)).splitlines()
    found = {}
    for mutant in mutants(path, "rules"):
        changed = ast.unparse(mutant.tree).splitlines()
        (line,) = [new for old, new in zip(clean, changed, strict=True) if old != new]
        found[f"{mutant.kind}: {mutant.before}"] = line.strip()
    return found


def test_each_fault_changes_one_line(tmp_path) -> None:
    assert planted(tmp_path) == {
        "row: 'a'": "TABLE: Mapping[str, int] = {'b': 2}",
        "row: 'b'": "TABLE: Mapping[str, int] = {'a': 1}",
        "value: 'a'": "TABLE: Mapping[str, int] = {'a?': 1, 'b': 2}",
        "value: 'b'": "TABLE: Mapping[str, int] = {'a': 1, 'b?': 2}",
        "value: 1": "found.append(one + 2)",
        "value: 2": "TABLE: Mapping[str, int] = {'a': 1, 'b': 3}",
        "value: True": "def rule(one: int, two: bool=False) -> str:",
        "condition: if one < 3 and (not two):": "if not (one < 3 and (not two)):",
        "joint: one < 3 and (not two)": "if one < 3 or not two:",
        "comparison: one < 3": "if one <= 3 and (not two):",
        "value: 3": "if one < 4 and (not two):",
        "sign: not two": "if one < 3 and two:",
        "statement: raise ValueError('a sentence for people')": "pass",
        "filter: for each in range(one) if each": "found = [each for each in range(one)]",
        "statement: found.append(one + 1)": "pass",
        "operator: one + 1": "found.append(one - 1)",
        "return: return f'{found} of {one}'": "return None",
    }


def test_a_mutant_is_known_without_its_line(tmp_path) -> None:
    path = tmp_path / "rules.py"
    path.write_text(SOURCE)

    first, *_, last = mutants(path, "rules")

    assert first.name == "rules: row: `'a'` became `nothing`"
    assert str(first) == f"line 8 of {first.name}"
    assert last.name == "rules.rule: return: `return f'{found} of {one}'` became `return None`"


def test_what_is_said_to_live_can_be_planted() -> None:
    assert explained() - {mutant.name for mutant in every()} == set()


def test_a_line_more_elsewhere_changes_no_lot(tmp_path) -> None:
    path, longer = tmp_path / "rules.py", tmp_path / "longer.py"
    path.write_text(SOURCE)
    longer.write_text(f"MORE = 7\n{SOURCE}")

    drawn, again = (sample(mutants(each, "rules"), 9, 1) for each in (path, longer))

    # Eight of nine at least: the one that came may be drawn in another's place.
    assert len({one.name for one in drawn} & {one.name for one in again}) >= 8
