"""The example configuration, held against the daemon's own understanding."""

import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from contactd.config import ConfigInvalid, parse

EXAMPLE = (Path(__file__).parents[2] / "systemd" / "contactd.toml").read_text()
SERVICE = {"STATE_DIRECTORY": "/var/lib/contactd"}

#: What is off by default is shown as a whole section; these settings are off as well.
OFF = {("listen", "insecure"), ("plugins", "allow")}


@pytest.fixture
def shown():
    """Give the example with everything in it switched on."""
    return tomllib.loads(re.sub(r"(?m)^#(?=[a-z_\[])", "", EXAMPLE))


@pytest.fixture
def files(shown, tmp_path):
    """Let the files exist that the example names."""
    for name in ("cert", "key", "client_ca"):
        file = tmp_path / name
        file.write_text("")
        shown["listen"]["tls"][name] = str(file)
    return tmp_path


def loaded(entries, base):
    return parse(entries, SERVICE, source="the example", base=base)


def test_the_example_as_it_is_is_the_default(tmp_path):
    assert loaded(tomllib.loads(EXAMPLE), tmp_path) == loaded({}, tmp_path)


def test_every_setting_in_the_example_is_known(shown, files):
    config = loaded(shown, files)

    assert config.listen.tls is not None
    assert config.listen.insecure is not None
    assert config.metrics.listen is not None


def test_every_default_in_the_example_is_the_default(shown, files):
    for section, name in OFF:
        del shown[section][name]

    config, default = loaded(shown, files), loaded({}, files)

    assert config.listen.unix == default.listen.unix
    assert config.listen.tls is not None
    assert (config.listen.tls.address, config.listen.tls.port) == ("::", 7443)
    assert replace(config, listen=default.listen, metrics=default.metrics, plugins=default.plugins) == default


def test_every_setting_that_is_known_is_in_the_example(shown, files):
    sections = {
        (): shown,
        ("listen", "tls"): shown["listen"]["tls"],
        ("plugins", "zoho-books"): shown["plugins"]["zoho-books"],
        **{(name,): entries for name, entries in shown.items()},
    }

    for path, entries in sections.items():
        known = known_below(path, files)
        assert known - set(entries) == set(), path


def known_below(path, base):
    """Give the names that the daemon lists when it is asked for one that is nothing like any of them."""
    entries: dict[str, object] = {"§": 1}
    for name in reversed(path):
        entries = {name: entries}
    with pytest.raises(ConfigInvalid) as caught:
        loaded(entries, base)
    (message,) = [fault.message for fault in caught.value.faults if "'§'" in fault.message]
    return set(re.findall(r"'([a-z_]+)'", message.partition("there are")[2]))
