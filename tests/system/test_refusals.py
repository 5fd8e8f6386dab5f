"""Bad input: each a sentence that names the field and the remedy, an exit code, and nothing lost."""

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo import play
from demo.stage import BIN, UNHURRIED, CommandFailed, Daemon, Stage, stage


@pytest.fixture(scope="module")
def on() -> Iterator[Stage]:
    """Give a stage with a connection that is enabled and a list."""
    with stage(loud=False) as on:
        for step in play.FIRST_ACT[: play.FIRST_ACT.index(play.create)]:
            step(on)
        yield on


def refused(on: Stage, line: str) -> tuple[int, str]:
    with pytest.raises(CommandFailed) as caught:
        on.ctl(line)
    return caught.value.code, caught.value.told


REFUSALS = {
    "unknown plugin": (
        "connections create x --kind zoho-boks",
        3,
        ["zoho-boks"],
    ),
    "unknown list": (
        "syncs create x --connection books --list nobody",
        1,
        ["sync.list", "no list is called 'nobody'", "contactctl lists create nobody"],
    ),
    "mapping without e-mail": (
        "syncs create x --connection books --list customers --no-suggested --map first_name=first-name",
        1,
        ["mapping", "no line to 'email'", "--map email=email"],
    ),
    "unknown source field": (
        "syncs create x --connection books --list customers --map emial=first-name",
        1,
        ["emial", "email"],
    ),
    "unknown organization": (
        "connections select books 123",
        1,
        ["organization_id", "no organization '123'", "(Chinook Records)"],
    ),
    "unknown sync": ("syncs show nobody", 3, ["no sync is called 'nobody'"]),
    "unknown run": ("runs show 99", 3, ["99"]),
    "bad schedule": (
        "syncs create x --connection books --list customers --daily 06:30 --zone Europe/Brussel",
        1,
        ["schedule.time_zone", "Europe/Brussel"],
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_bad_input_is_refused_with_a_remedy(on: Stage, name: str) -> None:
    line, expected, words = REFUSALS[name]

    code, told = refused(on, line)

    assert code == expected, told
    assert [word for word in words if word not in told] == [], told


def connect(on: Stage, name: str) -> None:
    settings = f"--set client_id={on.sandbox.ready.client_id} --set accounts_url={on.sandbox.url} {UNHURRIED}"
    secret = f"--secret-file client_secret={on.folder}/client_secret"
    on.ctl(f"connections create {name} --kind zoho-books {settings} {secret}")


def test_a_wrong_grant_code_says_how_to_get_a_right_one(on: Stage) -> None:
    settings = f"--set client_id={on.sandbox.ready.client_id} --set accounts_url={on.sandbox.url} {UNHURRIED}"
    on.ctl(
        f"connections create other --kind zoho-books {settings} --secret-file client_secret={on.folder}/client_secret"
    )
    code_file = on.folder / "wrong_code"
    code_file.write_text("1000.nonsense")

    code, told = refused(on, f"connections authorize other --code-file {code_file}")

    assert code == 1
    assert "grant code" in told
    assert "nonsense" not in told


def test_a_connection_without_an_organization_cannot_be_synced(on: Stage) -> None:
    settings = f"--set client_id={on.sandbox.ready.client_id} --set accounts_url={on.sandbox.url} {UNHURRIED}"
    on.ctl(
        f"connections create third --kind zoho-books {settings} --secret-file client_secret={on.folder}/client_secret"
    )

    code, told = refused(on, "syncs create x --connection third --list customers")

    assert code == 4
    assert "choose an organization" in told


def test_a_host_that_is_not_the_vendors_must_be_allowed(on: Stage) -> None:
    line = "connections create x --kind zoho-books --set client_id=a --set accounts_url=http://127.0.0.1:9"

    code, told = refused(on, f"{line} --secret-file client_secret={on.folder}/client_secret")

    assert code == 1
    assert "[plugins.zoho-books] hosts" in told


def contactd(daemon: Daemon) -> tuple[int, str]:
    """Start a daemon that must refuse, and tell how it ended."""
    command = [str(BIN / "contactd"), "run", "--config", str(daemon.config)]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60, stdin=subprocess.DEVNULL)
    return done.returncode, done.stderr.decode()


def test_a_second_daemon_on_one_store_is_refused(on: Stage) -> None:
    second = Daemon(on.folder)
    second.config = on.folder / "second.toml"
    second.config.write_text(f'[store]\nurl = "{on.folder}/contactd.db"\n[listen]\nunix = "{on.folder}/run2"\n')

    code, told = contactd(second)

    assert code == 75
    assert "held by another contactd" in told


def test_a_store_that_cannot_be_written_is_told(on: Stage) -> None:
    wrong = Daemon(on.folder)
    wrong.config = on.folder / "wrong.toml"
    (on.folder / "a-file").write_text("")
    wrong.config.write_text(f'[store]\nurl = "{on.folder}/a-file/contactd.db"\n[listen]\nunix = "{on.folder}/run3"\n')

    code, told = contactd(wrong)

    assert code == 78
    assert "[store] url" in told


def test_a_place_that_is_taken_is_told(on: Stage) -> None:
    wrong = Daemon(on.folder)
    wrong.config = on.folder / "taken.toml"
    wrong.config.write_text(f'[store]\nurl = "{on.folder}/other.db"\n[listen]\nunix = "{on.folder}/run"\n')

    code, told = contactd(wrong)

    assert code == 75
    assert "api.sock" in told


def test_a_configuration_with_three_faults_tells_all_three(on: Stage) -> None:
    wrong = Daemon(on.folder)
    wrong.config = on.folder / "faults.toml"
    wrong.config.write_text('[store]\nurl = "mysql://x"\n[engine]\nslots = 0\n[listen]\nunix_ = "/tmp"\n')

    code, told = contactd(wrong)

    assert code == 78
    assert all(place in told for place in ("[store] url", "[engine] slots", "[listen] unix_")), told


def test_plaintext_off_the_loopback_is_refused(on: Stage) -> None:
    wrong = Daemon(on.folder)
    wrong.config = on.folder / "plain.toml"
    wrong.config.write_text(
        f'[store]\nurl = "{on.folder}/p.db"\n[listen]\nunix = "{on.folder}/p"\ninsecure = "0.0.0.0:7443"\n'
    )

    code, told = contactd(wrong)

    assert code == 78
    assert "[listen] insecure" in told


def test_a_store_that_was_sealed_with_another_key_is_refused() -> None:
    with tempfile.TemporaryDirectory(prefix="contactd-") as folder:
        daemon = Daemon(Path(folder))
        daemon.configure()
        daemon.start()
        daemon.stop()
        key = Path(folder) / "store.key"
        key.chmod(0o600)
        key.write_bytes(bytes(32))
        key.chmod(0o400)

        code, told = contactd(daemon)

    assert code == 78, told
    assert "key" in told
