"""Standard output that takes nothing: told in a line, without a traceback; a reader who leaves is told nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from contactctl.exits import Exit
from contactd_proto.v1.list_pb2 import ListListsResponse
from fakes import sample_answers as sample

FULL = "contactctl: standard output cannot be written: No space left on device\n"


def run_into(stdout: int, environ: dict[str, str], *argv: str) -> tuple[int, str]:
    """Run contactctl as a process that writes to *stdout*."""
    ran = subprocess.run(
        [sys.executable, "-m", "contactctl", *argv],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        env=environ,
        check=False,
    )
    return ran.returncode, ran.stderr


@pytest.mark.parametrize("argv", [("lists", "list"), ("lists", "show", "customers"), ("--help",), ("--version",)])
def test_a_full_disk_is_told_in_one_line(daemon, contactctl, argv) -> None:
    daemon.answers |= {"ListLists": ListListsResponse(lists=[sample.CUSTOMERS]), "GetList": sample.CUSTOMERS}

    with Path("/dev/full").open("wb") as full:
        ran = run_into(full.fileno(), contactctl.whole_environ(), *argv)

    assert ran == (Exit.REFUSED, FULL)


def test_a_full_disk_is_told_as_json_too(daemon, contactctl) -> None:
    daemon.answers["ListLists"] = ListListsResponse(lists=[sample.CUSTOMERS])

    with Path("/dev/full").open("wb") as full:
        code, err = run_into(full.fileno(), contactctl.whole_environ(), "lists", "list", "--json")

    assert code == Exit.REFUSED
    assert f"contactctl: {json.loads(err)['error']['message']}\n" == FULL


@pytest.mark.parametrize("argv", [("lists", "list"), ("lists", "list", "--json")])
def test_a_reader_who_left_is_told_nothing(daemon, contactctl, argv) -> None:
    daemon.answers["ListLists"] = ListListsResponse(lists=[sample.CUSTOMERS])
    reader, writer = os.pipe()
    os.close(reader)

    ran = run_into(writer, contactctl.whole_environ(), *argv)

    assert ran == (Exit.REFUSED, "")
    os.close(writer)


def test_standard_output_that_is_closed_is_told_before_anything_is_asked(daemon, contactctl) -> None:
    command = f'"{sys.executable}" -m contactctl lists list >&-'

    ran = subprocess.run(
        ["/bin/sh", "-c", command], capture_output=True, text=True, env=contactctl.whole_environ(), check=False
    )

    assert (ran.returncode, ran.stderr) == (1, "contactctl: standard output cannot be written: it is closed\n")
    assert daemon.heard == []
