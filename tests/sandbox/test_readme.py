"""The README names everything that can be called, set, planted or typed, and nothing that cannot."""

import dataclasses
import re
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from contactd_zoho_sandbox.__main__ import parser
from contactd_zoho_sandbox.control import Call, Control
from contactd_zoho_sandbox.finance.bodies import ControlBody
from contactd_zoho_sandbox.limits import Limits
from contactd_zoho_sandbox.server import Server
from contactd_zoho_sandbox.steering.journal import Entry
from contactd_zoho_sandbox.steering.kinds import AnyFault, Fault
from contactd_zoho_sandbox.switches import Switches
from contactd_zoho_sandbox.zoho import Zoho

README = (Path(__file__).parents[2] / "plugins/sandbox/README.md").read_text()


@pytest.fixture
def zoho(tmp_path):
    opened = Zoho(tmp_path / "sandbox.db")
    yield opened
    opened.close()


def test_every_control_route_is_named(zoho):
    routes = {
        f"{route.method} {re.sub('{[^}]*}', '{id}', route.resource.canonical)}"
        for route in Server(zoho).application.router.routes()
        if route.resource and route.method != "HEAD" and route.resource.canonical.startswith("/sandbox/")
    }

    named = set(re.findall(r"^\| `([A-Z]+ /sandbox[^`?]*)", README, re.MULTILINE))

    assert named == routes


def test_every_method_of_the_client_is_named():
    methods = {name for part in Control.__mro__[:-1] for name in vars(part) if not name.startswith("_")}

    named = set(re.findall(r"`(\w+)\([^`]*\)`", README))

    assert named == methods | {"busiest_minute", "token_id"}


def test_every_field_of_the_journal_is_named_and_both_sides_know_the_same():
    fields = {field.name for field in msgspec.structs.fields(Entry)}

    assert fields == {field.name for field in dataclasses.fields(Call)}
    assert [name for name in fields if f"`{name}`" not in README] == []


def test_every_kind_of_fault_is_named_with_what_it_takes():
    shared = {field.name for field in msgspec.structs.fields(Fault)}
    kinds = {
        kind.__name__.lower(): {field.name for field in msgspec.structs.fields(kind)} - shared
        for kind in get_args(AnyFault)
    }

    table = README.partition("| `kind` |")[2].partition("\n\n")[0]
    named = {
        kind: set(re.findall(r"`(\w+)`", takes))
        for kind, takes in re.findall(r"^\| `(\w+)` \|[^|]*\|([^|]*)\|$", table, re.MULTILINE)
    }

    assert named == kinds


def test_every_limit_every_switch_and_every_field_of_a_contact_is_named():
    names = [field.name for shape in (Limits, Switches, ControlBody) for field in msgspec.structs.fields(shape)]

    assert [name for name in names if f"`{name}`" not in README] == []


def test_every_option_is_named():
    options = {option for action in parser()._actions for option in action.option_strings}

    assert set(re.findall(r"`(--[a-z-]+)", README)) == {option for option in options if option[:2] == "--"} - {"--help"}
