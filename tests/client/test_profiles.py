"""The file of profiles: what it says, and all that is wrong with it."""

from pathlib import Path

import pytest

from contactctl.failures import Failure
from contactctl.profiles import Profile, config_file, find_profile


def profile_file(folder: Path, text: str) -> Path:
    file = folder / "config.toml"
    file.write_text(text)
    return file


def failure_of(file: Path, name: str = "") -> Failure:
    with pytest.raises(Failure) as caught:
        find_profile(file, name)
    return caught.value


def test_the_file_is_where_the_desktop_wants_it() -> None:
    assert config_file({"XDG_CONFIG_HOME": "/c"}) == Path("/c/contactctl/config.toml")
    assert config_file({"HOME": "/home/ann"}) == Path("/home/ann/.config/contactctl/config.toml")


def test_no_file_is_no_fault(tmp_path) -> None:
    assert find_profile(tmp_path / "config.toml", "") == Profile()


def test_files_are_meant_from_where_the_profile_is(tmp_path) -> None:
    file = profile_file(tmp_path, '[profiles.a]\ntoken_file = "t"\ntls_ca = "/etc/ca.pem"\n')

    profile = find_profile(file, "a")

    assert (profile.token_file, profile.tls_ca) == (f"{tmp_path}/t", "/etc/ca.pem")


def test_a_profile_that_is_not_there_is_told_with_those_that_are(tmp_path) -> None:
    file = profile_file(tmp_path, "[profiles.b]\n[profiles.a]\n")

    failure = failure_of(file, "c")

    assert failure.message == f"no profile is called 'c' in {file}"
    assert failure.advice == ("profiles there: a, b",)


def test_all_faults_are_told_at_once(tmp_path) -> None:
    file = profile_file(tmp_path, 'profiles.c = 3\n[profiles.a]\nadress = "x"\nworkspace = 3\n[other]\n')

    failure = failure_of(file)

    assert failure.message == f"{file} has 4 faults"
    assert failure.advice[0] == "other: is not known; only [profiles.NAME] is"
    assert "profiles.c: must be a table" in failure.advice
    assert "profiles.a.workspace: must be text in quotes" in failure.advice
    assert any(line.startswith("profiles.a.adress: is not known; known are address, ") for line in failure.advice)


@pytest.mark.parametrize("text", ["profiles = ", "profiles = 3"])
def test_a_file_that_is_no_list_of_profiles_is_named(tmp_path, text) -> None:
    file = profile_file(tmp_path, text)

    assert failure_of(file).message.startswith(str(file))


def test_a_file_that_cannot_be_read_is_named(tmp_path) -> None:
    (tmp_path / "config.toml").mkdir()

    assert failure_of(tmp_path / "config.toml").message.endswith("cannot be read: Is a directory")
