"""contactd.toml: what it may say, and how faults in it are told."""

from datetime import timedelta
from pathlib import Path

import pytest

from contactd.api.listeners import Plain, Role, Tls
from contactd.config import ConfigInvalid, load

PERSON = {"HOME": "/home/ann", "XDG_RUNTIME_DIR": "/run/user/1000"}
SERVICE = {"STATE_DIRECTORY": "/var/lib/contactd", "HOME": "/"}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "contactd.toml"


@pytest.fixture
def loaded(file, tmp_path):
    """Give what loads a text."""

    def loaded(text, environ=PERSON):
        file.write_text(text)
        return load(file, environ, system=tmp_path / "none")

    return loaded


@pytest.fixture
def faults(loaded):
    """Give what tells the faults of a text, by their places."""

    def faults(text):
        with pytest.raises(ConfigInvalid) as caught:
            loaded(text)
        return {fault.field: fault.message for fault in caught.value.faults}

    return faults


def test_a_person_has_the_store_and_the_sockets_in_folders_of_their_own(tmp_path):
    config = load(None, PERSON, system=tmp_path / "none")

    assert config.store.url == "sqlite:///home/ann/.local/state/contactd/contactd.db"
    assert config.store.key_file == Path("/home/ann/.local/state/contactd/store.key")
    assert config.listen.unix == Path("/run/user/1000/contactd")


def test_a_person_may_have_moved_these_folders(tmp_path):
    config = load(None, {"HOME": "/home/ann", "XDG_STATE_HOME": "/data"}, system=tmp_path / "none")

    assert config.store.url == "sqlite:///data/contactd/contactd.db"
    assert config.listen.unix == Path("/data/contactd/run")


def test_a_service_has_them_where_systemd_says(tmp_path):
    config = load(None, SERVICE, system=tmp_path / "none")

    assert config.store.url == "sqlite:///var/lib/contactd/contactd.db"
    assert config.listen.unix == Path("/run/contactd")


def test_by_default_it_listens_at_three_sockets_and_at_no_port(tmp_path):
    config = load(None, SERVICE, system=tmp_path / "none")

    assert [str(listener) for listener in config.listen.listeners] == [
        "unix:///run/contactd/admin/api.sock",
        "unix:///run/contactd/operator/api.sock",
        "unix:///run/contactd/viewer/api.sock",
    ]


def test_the_command_line_goes_before_the_environment_and_that_before_the_system(tmp_path):
    named, told, system = (tmp_path / name for name in ("named", "told", "system"))
    for slots, path in enumerate((named, told, system), start=1):
        path.write_text(f"[engine]\nslots = {slots}\n")
    environ = {**PERSON, "CONTACTD_CONFIG": str(told)}

    found = [
        load(named, environ, system=system).engine.slots,
        load(None, environ, system=system).engine.slots,
        load(None, PERSON, system=system).engine.slots,
        load(None, PERSON, system=tmp_path / "none").engine.slots,
    ]

    assert found == [1, 2, 3, 8]


def test_everything_can_be_set(loaded, tmp_path):
    for name in ("cert.pem", "key.pem", "ca.pem"):
        (tmp_path / name).write_text("")
    (tmp_path / "more").mkdir()

    config = loaded("""
        [store]
        url = "sqlite:///srv/contactd.db"
        key_file = "keys/store"
        [listen]
        unix = "sockets"
        insecure = "[::1]:7444"
        insecure_role = "operator"
        [listen.tls]
        address = "192.0.2.7"
        port = 7445
        cert = "cert.pem"
        key = "key.pem"
        client_ca = "ca.pem"
        [engine]
        slots = 3
        per_connection = 1
        drain = "2m"
        [plugins]
        allow = ["zoho-books"]
        path = ["more"]
        [plugins.zoho-books]
        hosts = ["127.0.0.1:4000", "Accounts.Example.com"]
        [retention]
        events = "1d"
        outcomes = "36h"
        notifications = "2d"
        [log]
        format = "json"
        level = "debug"
        [metrics]
        listen = "127.0.0.1:9464"
    """)

    assert config.store.url == "sqlite:///srv/contactd.db"
    assert config.store.key_file == tmp_path / "keys" / "store"
    assert config.listen.unix == tmp_path / "sockets"
    assert config.listen.insecure == Plain("::1", 7444, Role.OPERATOR)
    assert config.listen.tls == Tls("192.0.2.7", 7445, tmp_path / "cert.pem", tmp_path / "key.pem", tmp_path / "ca.pem")
    assert (config.engine.slots, config.engine.per_connection) == (3, 1)
    assert config.engine.drain == timedelta(minutes=2)
    assert config.plugins.allow == frozenset({"zoho-books"})
    assert config.plugins.path == (tmp_path / "more",)
    assert config.plugins.hosts == {"zoho-books": frozenset({"127.0.0.1:4000", "accounts.example.com"})}
    assert config.retention.outcomes == timedelta(hours=36)
    assert (config.log.format, config.log.level) == ("json", "debug")
    assert config.metrics.listen == ("127.0.0.1", 9464)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///srv/contactd.db", "/srv/contactd.db"),
        ("sqlite:////srv/contactd.db", "/srv/contactd.db"),
        ("/srv/contactd.db", "/srv/contactd.db"),
    ],
)
def test_a_store_is_named_by_its_path(loaded, url, path):
    assert loaded(f'[store]\nurl = "{url}"').store.url == f"sqlite://{path}"


def test_a_relative_path_starts_at_the_folder_of_the_file(loaded, tmp_path):
    assert loaded('[store]\nurl = "here.db"').store.url == f"sqlite://{tmp_path}/here.db"


def test_all_faults_are_told_at_once_each_with_its_place(faults):
    told = faults('[engine]\nslots = 0\ndrain = "soon"\n[log]\nlevel = "loud"\n[listen.tls]\nport = true\n')

    assert list(told) == [
        "listen.tls.port",
        "listen.tls.cert",
        "listen.tls.key",
        "listen.tls.client_ca",
        "engine.slots",
        "engine.drain",
        "log.level",
    ]
    assert told["engine.slots"] == "write a whole number from 1 to 256; it is 0"
    assert told["log.level"] == "write one of 'debug', 'info', 'warning', 'error'; it is 'loud'"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("[engine]\nslot = 1", "engine.slot", "there is no setting 'slot'; did you mean 'slots'?"),
        ("[engin]\n", "[engin]", "there is no section 'engin'; did you mean 'engine'?"),
        (
            "[plugins.zoho-books]\nhost = []",
            "plugins.zoho-books.host",
            "there is no setting 'host'; did you mean 'hosts'?",
        ),
        ("[metrics]\nxyz = 1", "metrics.xyz", "there is no setting 'xyz'; there are 'listen'"),
        ("engine = 1", "engine", "'engine' is a section: write [engine] on a line of its own"),
        ("[listen]\ntls = 1", "listen.tls", "'tls' is a section: write [listen.tls] on a line of its own"),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest_known_one(faults, text, place, message):
    assert faults(text)[place] == message


@pytest.mark.parametrize("url", ["postgresql://ann:hunter2@db/x?sslmode=verify-full", "postgres:///x"])
def test_a_store_may_be_a_database_whose_key_lies_with_the_state(loaded, url):
    store = loaded(f'[store]\nurl = "{url}"').store

    assert (store.url, store.key_file) == (url, Path("/home/ann/.local/state/contactd/store.key"))
    assert "hunter2" not in repr(store)


@pytest.mark.parametrize("value", ['"mysql://u:hunter2@db/x"', '"sqlite://"', '"sqlite:///"', '""', "1", '"~/x.db"'])
def test_a_store_that_is_neither_a_file_nor_a_database_is_refused(faults, value):
    told = faults(f"[store]\nurl = {value}")

    assert list(told) == ["store.url"]
    assert "hunter2" not in told["store.url"]


@pytest.mark.parametrize("value", ['"0.0.0.0:7443"', '"192.0.2.1:80"', '"[::]:80"', '"[2001:db8::1]:80"'])
def test_plaintext_off_the_loopback_is_refused(faults, value):
    told = faults(f"[listen]\ninsecure = {value}")

    assert "which takes TLS" in told["listen.insecure"]


@pytest.mark.parametrize("value", ['"localhost:80"', '"127.0.0.1"', '"127.0.0.1:"', '"127.0.0.1:70000"', "80"])
def test_an_address_is_a_number_and_a_port(faults, value):
    told = faults(f"[listen]\ninsecure = {value}")

    assert "listen.insecure" in told


def test_a_plain_port_lets_people_only_look_unless_told_otherwise(loaded):
    config = loaded('[listen]\ninsecure = "127.0.0.1:0"')

    assert config.listen.insecure == Plain("127.0.0.1", 0, Role.VIEWER)


@pytest.mark.parametrize("value", ['"http://127.0.0.1:4000"', '"two words"', '"a:b"', '"-x"'])
def test_a_host_is_no_url(faults, value):
    told = faults(f"[plugins.zoho-books]\nhosts = [{value}]")

    assert "host:port" in told["plugins.zoho-books.hosts"]


def test_files_and_folders_that_are_not_there_are_told(faults, tmp_path):
    told = faults('[listen.tls]\ncert = "a"\nkey = "b"\nclient_ca = "c"\n[plugins]\npath = ["d"]\n')

    assert list(told) == ["listen.tls.cert", "listen.tls.key", "listen.tls.client_ca", "plugins.path"]
    assert f"'{tmp_path / 'a'}' cannot be read (No such file or directory)" in told["listen.tls.cert"]


def test_a_folder_that_is_too_deep_for_a_socket_is_told(faults):
    told = faults(f'[listen]\nunix = "/{"x" * 100}"')

    assert "octets too long to hold a socket" in told["listen.unix"]


def test_a_line_that_is_no_toml_is_told_with_its_place(faults):
    told = faults('[engine]\nslots = 8\ndrain "30s"\n')

    assert list(told) == ["line 3, column 7"]
    assert told["line 3, column 7"].startswith("this is no TOML: expected '='")


def test_a_file_that_is_no_text_is_told(file):
    file.write_bytes(b"# \xff")

    with pytest.raises(ConfigInvalid, match="not UTF-8 at octet 2"):
        load(file, PERSON)


def test_a_file_that_was_named_must_be_there(tmp_path):
    with pytest.raises(ConfigInvalid, match="cannot be read") as caught:
        load(None, {**PERSON, "CONTACTD_CONFIG": str(tmp_path / "none.toml")})

    assert caught.value.facts["source"] == str(tmp_path / "none.toml")
