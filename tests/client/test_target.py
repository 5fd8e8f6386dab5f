"""Which daemon is meant: flag, environment, profile, socket, in this order."""

import os
import tempfile
from pathlib import Path

import pytest

from contactctl.exits import Exit
from contactctl.failures import Failure
from contactctl.target import Said, default_sockets, find_target, on_loopback

PROFILE = """
[profiles.default]
address = "unix:///srv/default.sock"
token_file = "token"

[profiles.office]
address = "contacts.example.com:7443"
workspace = "sales"
token_file = "token"
tls_ca = "ca.pem"
"""


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    folder = tmp_path / "contactctl"
    folder.mkdir()
    (folder / "config.toml").write_text(PROFILE)
    (folder / "ca.pem").write_text("certificate")
    (folder / "token").write_text("ctd_1_abc\n")
    (folder / "token").chmod(0o600)
    return {"XDG_CONFIG_HOME": str(tmp_path)}


def socket_at(path: Path) -> Path:
    path.parent.mkdir(parents=True)
    path.touch()
    return path


def failure_of(said: Said, environ: dict[str, str], **more: Path) -> Failure:
    with pytest.raises(Failure) as caught:
        find_target(said, environ, **more)
    return caught.value


def test_what_is_said_beats_the_environment(home) -> None:
    home["CONTACTCTL_ADDRESS"] = "unix:///from/environment"

    target = find_target(Said(address="unix:///from/flag"), home)

    assert target.address == "unix:///from/flag"


def test_the_environment_beats_the_profile(home) -> None:
    home |= {"CONTACTCTL_ADDRESS": "unix:///from/environment", "CONTACTCTL_PROFILE": "office"}

    target = find_target(Said(), home)

    assert (target.address, target.workspace) == ("unix:///from/environment", "sales")


def test_a_profile_says_all_that_was_not_said(home) -> None:
    target = find_target(Said(profile="office"), home)

    assert target.address == "contacts.example.com:7443"
    assert target.workspace == "sales"
    assert target.token == "ctd_1_abc"
    assert target.tls is not None
    assert target.tls.ca == b"certificate"


def test_the_default_profile_is_taken_when_nobody_said_anything(home) -> None:
    target = find_target(Said(), home)

    assert (target.address, target.token) == ("unix:///srv/default.sock", "ctd_1_abc")


def test_the_token_of_the_default_profile_does_not_travel_to_another_address(home) -> None:
    target = find_target(Said(address="contacts.example.net:7443"), home)

    assert target.token == ""


def test_the_workspace_is_said_or_taken_from_the_environment_or_the_default_one(home) -> None:
    plain = find_target(Said(address="unix:///x"), home)
    named = find_target(Said(address="unix:///x"), {**home, "CONTACTCTL_WORKSPACE": "sales"})
    said = find_target(Said(address="unix:///x", workspace="shop"), {**home, "CONTACTCTL_WORKSPACE": "sales"})

    assert [plain.workspace, named.workspace, said.workspace] == ["default", "sales", "shop"]


def test_a_persons_own_daemon_comes_before_that_of_the_machine(tmp_path) -> None:
    own = socket_at(tmp_path / "own" / "contactd" / "admin" / "api.sock")
    socket_at(tmp_path / "run" / "admin" / "api.sock")

    target = find_target(Said(), {"XDG_RUNTIME_DIR": str(tmp_path / "own")}, run=tmp_path / "run")

    assert target.address == f"unix://{own}"


@pytest.mark.parametrize(
    ("variable", "below"), [("XDG_STATE_HOME", "contactd/run"), ("HOME", ".local/state/contactd/run")]
)
def test_a_persons_own_daemon_is_found_without_a_runtime_folder(variable: str, below: str) -> None:
    # Not in tmp_path, whose name may be too long for a socket below it.
    with tempfile.TemporaryDirectory() as folder:
        own = socket_at(Path(folder) / below / "admin" / "api.sock")

        target = find_target(Said(), {variable: folder}, run=Path(folder) / "run")

    assert target.address == f"unix://{own}"


def test_the_first_socket_that_is_there_is_taken(tmp_path) -> None:
    viewer = socket_at(tmp_path / "viewer" / "api.sock")

    target = find_target(Said(), {}, run=tmp_path)

    assert target.address == f"unix://{viewer}"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may open every socket")
def test_a_socket_that_we_may_not_open_is_passed_over(tmp_path) -> None:
    socket_at(tmp_path / "admin" / "api.sock").chmod(0)
    viewer = socket_at(tmp_path / "viewer" / "api.sock")

    target = find_target(Said(), {}, run=tmp_path)

    assert target.address == f"unix://{viewer}"


def test_no_socket_at_all_is_told_with_the_places_that_were_tried(tmp_path) -> None:
    failure = failure_of(Said(), {"HOME": str(tmp_path)}, run=tmp_path)

    assert failure.exit is Exit.AWAY
    own = f"{tmp_path}/.local/state/contactd/run/admin/api.sock"
    machine = [f"{tmp_path}/{role}/api.sock" for role in ("admin", "operator", "viewer")]
    assert failure.advice[:4] == tuple(f"tried {place}" for place in (own, *machine))


def test_the_own_socket_is_tried_only_where_there_is_a_folder_for_it() -> None:
    assert len(default_sockets({}, Path("/run/contactd"))) == 3


@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("nowhere", "write unix:///PATH or HOST:PORT"),
        ("host:", "write unix:///PATH or HOST:PORT"),
        ("host:99999", "write unix:///PATH or HOST:PORT"),
        ("/run/contactd/api.sock", "write unix:///PATH or HOST:PORT"),
        ("https://host:7443", "write unix:///PATH or HOST:PORT"),
        ("unix://api.sock", "must name a whole path"),
        ("unix:///" + "x" * 120, "longer than 107 bytes"),
    ],
)
def test_an_address_that_cannot_be_used_says_what_can(address, word) -> None:
    failure = failure_of(Said(address=address), {})

    assert failure.exit is Exit.USAGE
    assert word in failure.message


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("unix:///run/x", True),
        ("localhost:7443", True),
        ("127.0.0.9:7443", True),
        ("[::1]:7443", True),
        ("10.0.0.1:7443", False),
        ("localhost.example.com:7443", False),
        ("[2001:db8::1]:7443", False),
    ],
)
def test_only_this_machine_is_the_loopback(address, local) -> None:
    assert on_loopback(address) is local


def test_off_the_loopback_there_is_always_tls() -> None:
    far = find_target(Said(address="contacts.example.com:7443"), {})
    near = find_target(Said(address="127.0.0.1:7443"), {})

    assert far.tls is not None
    assert near.tls is None


def test_on_the_loopback_certificates_ask_for_tls(home, tmp_path) -> None:
    ca = str(tmp_path / "contactctl" / "ca.pem")

    target = find_target(Said(address="127.0.0.1:7443", tls_ca=ca), home)

    assert target.tls is not None


def test_a_certificate_without_its_key_is_refused() -> None:
    failure = failure_of(Said(address="h.example:1", tls_cert="c.pem"), {})

    assert failure.message == "--tls-cert and --tls-key go together: give both or neither"


def test_a_file_that_is_not_there_is_named(tmp_path) -> None:
    failure = failure_of(Said(address="h.example:1", tls_ca=f"{tmp_path}/no.pem"), {})

    assert failure.message == f"{tmp_path}/no.pem cannot be read: No such file or directory"


def test_a_token_file_that_others_can_read_is_refused(tmp_path) -> None:
    token = tmp_path / "token"
    token.write_text("ctd_1_abc")
    token.chmod(0o640)

    failure = failure_of(Said(address="unix:///x", token_file=str(token)), {})

    assert failure.exit is Exit.USAGE
    assert "can be used by others (mode 0640)" in failure.message
    assert "ctd_1_abc" not in str(failure.advice)


@pytest.mark.parametrize("content", ["", "two words", "line\nline", "é"])
def test_a_file_that_holds_no_token_is_refused_without_repeating_it(tmp_path, content) -> None:
    token = tmp_path / "token"
    token.write_text(content)
    token.chmod(0o600)

    failure = failure_of(Said(address="unix:///x", token_file=str(token)), {})

    assert (
        failure.message == f"the token file {token} holds no token: one line of letters, digits and signs is expected"
    )


def test_neither_token_nor_key_shows_where_a_target_is_printed(home) -> None:
    target = find_target(Said(profile="office"), home)

    assert "ctd_1_abc" not in repr(target)


def test_the_token_goes_with_every_call(daemon, contactctl, tmp_path) -> None:
    token = tmp_path / "token"
    token.write_text("ctd_1_abc\n")
    token.chmod(0o600)

    contactctl("info", CONTACTCTL_TOKEN_FILE=str(token))

    assert daemon.heard[0].metadata["authorization"] == "Bearer ctd_1_abc"


def test_the_workspace_is_part_of_every_name(daemon, contactctl) -> None:
    contactctl("--workspace", "sales", "syncs", "list")

    assert daemon.requests("ListSyncs")[0].parent == "workspaces/sales"
