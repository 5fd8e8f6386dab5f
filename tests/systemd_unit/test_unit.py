"""The unit, and the user and folders that it needs."""

import configparser
import os
import shutil
import stat
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from contactd.__main__ import MISCONFIGURED
from contactd.config import parse

FOLDER = Path(__file__).parents[2] / "systemd"


def tool(name):
    """Give the skip for a machine without the tool *name*."""
    return pytest.mark.skipif(shutil.which(name) is None, reason=f"this machine has no {name}")


root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files to others")


@pytest.fixture
def unit(tmp_path):
    """Give a copy of the unit whose program exists on this machine."""
    copy = tmp_path / "contactd.service"
    text = (FOLDER / "contactd.service").read_text()
    copy.write_text(text.replace("/opt/contactd/bin/contactd", "/bin/true"))
    return copy


class UnitParser(configparser.ConfigParser):
    """Keeps names as they are written."""

    def optionxform(self, optionstr: str) -> str:
        return optionstr


@pytest.fixture
def service():
    parser = UnitParser(strict=False, interpolation=None)
    parser.read(FOLDER / "contactd.service")
    return parser["Service"]


def done(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@tool("systemd-analyze")
def test_systemd_finds_nothing_wrong_with_the_unit(unit):
    verified = done("systemd-analyze", "verify", "--man=no", str(unit))

    assert (verified.returncode, verified.stderr) == (0, "")


@tool("systemd-analyze")
def test_the_unit_exposes_little(unit):
    # In tenths: at most 1.5, where a bare service has 9.6.
    judged = done("systemd-analyze", "security", "--offline=yes", "--threshold=15", "--no-pager", str(unit))

    assert judged.returncode == 0, judged.stdout


def test_a_configuration_that_must_be_mended_is_not_tried_again(service):
    assert service["RestartPreventExitStatus"] == str(MISCONFIGURED)


def test_the_unit_waits_longer_for_a_stop_than_a_drain_takes(service):
    drain = parse({}, {"HOME": "/"}, source="", base=Path("/")).engine.drain

    assert timedelta(seconds=int(service["TimeoutStopSec"])) >= drain + timedelta(seconds=10)


@tool("systemd-sysusers")
@tool("systemd-tmpfiles")
@root_only
def test_each_role_has_a_folder_that_gives_its_group_to_what_is_made_in_it(tmp_path):
    (tmp_path / "etc").mkdir()

    users = done("systemd-sysusers", f"--root={tmp_path}", str(FOLDER / "contactd.sysusers"))
    made = done("systemd-tmpfiles", f"--root={tmp_path}", "--create", str(FOLDER / "contactd.tmpfiles"))

    assert (users.returncode, made.returncode) == (0, 0), users.stderr + made.stderr
    groups = ids(tmp_path / "etc/group")
    user = ids(tmp_path / "etc/passwd")["contactd"]
    assert {folder.name: seen(folder) for folder in (tmp_path / "run/contactd").iterdir()} == {
        "admin": (0o700, user, groups["contactd"]),
        "operator": (0o2750, user, groups["contactd-operator"]),
        "viewer": (0o2750, user, groups["contactd-viewer"]),
    }


def ids(file):
    rows = (line.split(":") for line in file.read_text().splitlines())
    return {row[0]: int(row[2]) for row in rows}


def seen(folder):
    status = folder.stat()
    return stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid
