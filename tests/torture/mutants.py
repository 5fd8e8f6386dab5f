"""Small faults, planted one at a time into the source of a module.

What is planted is what people get wrong: a bound, the side of a comparison, a
condition turned round, a statement or a row of a table left out, a value that
is not given back. Left alone is what only people read: docstrings, sentences
in messages, and annotations.
"""

import ast
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from functools import partial
from pathlib import Path

#: A way to damage a node: what kind of fault it is, and the node with the fault.
Fault = tuple[str, ast.AST]

_Scope = tuple[ast.ClassDef | ast.FunctionDef | ast.Lambda, ...]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault: in which module, on which line, what stood there and what stands there now."""

    path: Path
    module: str
    #: The function that it is in, or nothing.
    within: str
    number: int
    line: int
    kind: str
    before: str
    after: str

    @property
    def tree(self) -> ast.Module:
        """The module with this fault in it."""
        tree = ast.parse(self.path.read_text("utf-8"))
        for number, (*_, plant) in enumerate(_faults(tree)):
            if number == self.number:
                plant()
                return ast.fix_missing_locations(tree)
        raise LookupError(str(self))

    @property
    def name(self) -> str:
        """What it is called: without its line, which moves."""
        place = f"{self.module}.{self.within}" if self.within else self.module
        return f"{place}: {self.kind}: `{self.before}` became `{self.after}`"

    def __str__(self) -> str:
        return f"line {self.line} of {self.name}"


def mutants(path: Path, module: str) -> list[Mutant]:
    """Give every mutant of the *module* at *path*, in the order of its source."""
    faults = enumerate(_faults(ast.parse(path.read_text("utf-8"))))
    return [
        Mutant(path, module, within, number, getattr(node, "lineno", 0), kind, *_told(node, kind, damaged))
        for number, (node, within, kind, damaged, _) in faults
    ]


def _told(node: ast.AST, kind: str, damaged: ast.AST) -> tuple[str, str]:
    if kind != "row":
        return _short(node), _short(damaged)
    left = {ast.unparse(row) for row in _rows(damaged)}
    return next((_short(row) for row in _rows(node) if ast.unparse(row) not in left), _short(node)), "nothing"


def _rows(node: ast.AST) -> list[ast.expr]:
    """Give what stands for the rows of a table: of a dictionary, its keys."""
    if isinstance(node, ast.Dict):
        return [key for key in node.keys if key is not None]
    assert isinstance(node, ast.Tuple | ast.List | ast.Set)
    return node.elts


def _faults(tree: ast.Module) -> Iterator[tuple[ast.AST, str, str, ast.AST, Callable[[], None]]]:
    for node, replace, within in _places(tree, within=()):
        damaging = [*_DAMAGES.get(type(node), ())]
        if _is_at_top(within) and type(node) in _TABLES:
            damaging.append(_without_a_row)
        for damage in damaging:
            for kind, damaged in damage(node):
                yield (
                    node,
                    ".".join(getattr(one, "name", "lambda") for one in within),
                    kind,
                    damaged,
                    partial(replace, damaged),
                )


def _places(node: ast.AST, *, within: _Scope) -> Iterator[tuple[ast.AST, Callable[[ast.AST], None], _Scope]]:
    """Go through all that can be damaged below *node*: what stands there, how to put another in its place."""
    if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.Lambda):
        within = (*within, node)
    for field, value in ast.iter_fields(node):
        if (type(node), field) in _LEFT_ALONE or (_is_at_top(within) and (type(node), field) in _OF_TYPES):
            continue
        for place, child in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(child, ast.AST) and not _is_for_reading(child):
                slot = place if isinstance(value, list) else None
                yield child, _replacing(node, field, slot), within
                yield from _places(child, within=within)


def _is_at_top(within: _Scope) -> bool:
    return not any(isinstance(one, ast.FunctionDef | ast.Lambda) for one in within)


def _replacing(node: ast.AST, field: str, slot: int | None) -> Callable[[ast.AST], None]:
    def replace(other: ast.AST) -> None:
        if slot is None:
            setattr(node, field, other)
        else:
            getattr(node, field)[slot] = other

    return replace


def _is_for_reading(node: ast.AST) -> bool:
    """Whether *node* is a docstring, or the list of what a module offers."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"


def _changed(node: ast.AST, **fields: object) -> ast.AST:
    other = copy(node)
    for field, value in fields.items():
        setattr(other, field, value)
    return other


def _compared(node: ast.Compare) -> Iterator[Fault]:
    for place, operator in enumerate(node.ops):
        other = _COMPARISONS[type(operator)]()
        yield "comparison", _changed(node, ops=[*node.ops[:place], other, *node.ops[place + 1 :]])


def _joined(node: ast.BoolOp) -> Iterator[Fault]:
    yield "joint", _changed(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())


def _signed(node: ast.UnaryOp) -> Iterator[Fault]:
    if isinstance(node.op, ast.Not | ast.USub):
        yield "sign", node.operand


def _calculated(node: ast.BinOp) -> Iterator[Fault]:
    if type(node.op) in _OPERATORS:
        yield "operator", _changed(node, op=_OPERATORS[type(node.op)]())


def _conditioned(node: ast.If | ast.IfExp | ast.While) -> Iterator[Fault]:
    yield "condition", _changed(node, test=ast.UnaryOp(ast.Not(), node.test))


def _filtered(node: ast.comprehension) -> Iterator[Fault]:
    for place in range(len(node.ifs)):
        yield "filter", _changed(node, ifs=[*node.ifs[:place], *node.ifs[place + 1 :]])


def _left_out(_: ast.AST) -> Iterator[Fault]:
    yield "statement", ast.Pass()


def _given_back(node: ast.Return) -> Iterator[Fault]:
    # A False that becomes None is the same to whoever asks; that it becomes True is tried anyway.
    if node.value is not None and ast.unparse(node.value) not in {"None", "False"}:
        yield "return", _changed(node, value=ast.Constant(None))


def _valued(node: ast.Constant) -> Iterator[Fault]:
    match node.value:
        case bool(value):
            yield "value", ast.Constant(not value)
        case int(value):
            yield "value", ast.Constant(value + 1)
        case str(value) if " " not in value.strip():
            yield "value", ast.Constant(f"{value}?")


def _without_a_row(node: ast.AST) -> Iterator[Fault]:
    if isinstance(node, ast.Dict):
        for place in range(len(node.keys)):
            keys = [*node.keys[:place], *node.keys[place + 1 :]]
            yield "row", ast.Dict(keys, [*node.values[:place], *node.values[place + 1 :]])
    elif isinstance(node, ast.Tuple | ast.List | ast.Set) and len(node.elts) > 1:
        for place in range(len(node.elts)):
            yield "row", _changed(node, elts=[*node.elts[:place], *node.elts[place + 1 :]])


def _short(node: ast.AST) -> str:
    """Show *node* in a line: of a block its head only."""
    text = ast.unparse(node) if not isinstance(node, ast.comprehension) else _shown(node)
    return text.partition("\n")[0][:100]


def _shown(node: ast.comprehension) -> str:
    return f"for {ast.unparse(node.target)} in {ast.unparse(node.iter)}" + "".join(
        f" if {ast.unparse(one)}" for one in node.ifs
    )


_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}

# `|` joins types and flags, and `%` is used for what it is not: they are left alone.
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.BitAnd: ast.BitOr,
}

_DAMAGES: dict[type[ast.AST], tuple[Callable[..., Iterator[Fault]], ...]] = {
    ast.Compare: (_compared,),
    ast.BoolOp: (_joined,),
    ast.UnaryOp: (_signed,),
    ast.BinOp: (_calculated,),
    ast.If: (_conditioned,),
    ast.IfExp: (_conditioned,),
    ast.While: (_conditioned,),
    ast.comprehension: (_filtered,),
    ast.Expr: (_left_out,),
    ast.AugAssign: (_left_out,),
    ast.Raise: (_left_out,),
    ast.Continue: (_left_out,),
    ast.Return: (_given_back,),
    ast.Constant: (_valued,),
}

_TABLES = {ast.Dict, ast.Tuple, ast.List, ast.Set}

# Annotations, decorators, sentences put together from parts, what is raised: not what a rule is made of.
_LEFT_ALONE = {
    (ast.AnnAssign, "annotation"),
    (ast.arg, "annotation"),
    (ast.FunctionDef, "returns"),
    (ast.FunctionDef, "decorator_list"),
    (ast.ClassDef, "decorator_list"),
    (ast.JoinedStr, "values"),
    (ast.Raise, "exc"),
    (ast.Raise, "cause"),
}

# Outside functions only types are subscripted.
_OF_TYPES = {(ast.Subscript, "slice")}
