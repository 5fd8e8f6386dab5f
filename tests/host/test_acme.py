"""A third party's plugin, installed and used as one would: the one that plugins/README.md prints."""

import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from contactd.host.installed import installed
from contactd.host.pool import Pool
from contactd.host.probe import probe
from contactd.host.starter import Starter
from contactd_sdk import AuthFailed, Malformed, Misconfigured, Record, Throttled, Unavailable, Window
from fakes.acme import TOKEN, Acme, contact
from fakes.http_script import Answer

ACME = Path(__file__).parents[1] / "acme"
SDK = Path(__file__).parents[2] / "plugins" / "sdk"
README = Path(__file__).parents[2] / "plugins" / "README.md"
WINDOW = Window("contacts", frozenset({"email", "name", "company", "labels"}))


@pytest.fixture(scope="module")
def plugins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the plugin and the SDK were installed, from the folders that the README names."""
    folder = tmp_path_factory.mktemp("plugins")
    checkout = tmp_path_factory.mktemp("checkout")
    unbuilt = shutil.ignore_patterns("__pycache__")
    shutil.copytree(SDK, checkout / "plugins" / "sdk", ignore=unbuilt)
    shutil.copytree(ACME, checkout / "my-plugin", ignore=unbuilt)
    command = re.search(r"^\$ pip install --target \S+ (\./.*)$", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert command is not None
    sources = command[1].split()
    uv = str(Path(sys.executable).with_name("uv"))
    offline = ["--offline", "--no-cache", "--no-deps", "--no-build-isolation", "--quiet"]
    target = ["--python", sys.executable, "--target", str(folder)]
    subprocess.run([uv, "pip", "install", *offline, *target, *sources], check=True, cwd=checkout)
    return folder


@pytest.fixture(scope="module")
def kind(plugins):
    with Starter(paths=[plugins]) as starter:
        (plugin,) = probe([one for one in installed([plugins]) if one.name == "acme"], starter)
    assert (plugin.distribution, plugin.version, plugin.reason) == ("contactd-acme", "1.0.0", "")
    return plugin.kinds[0]


@pytest.fixture
def account():
    return Acme([contact(number) for number in range(1, 6)])


@pytest.fixture
def address(account):
    with account.serve() as server:
        yield server.address


@pytest.fixture
def read(plugins, kind, address):
    """Read everything from the account, in a child."""

    def read_all(*, cursor=None, window=WINDOW, token=TOKEN, path="/api"):
        settings = {"url": address + path, "token": token}
        with (
            Starter(paths=[plugins]) as starter,
            Pool(starter) as pool,
            pool.open("acme-main", kind, settings) as opened,
        ):
            return list(opened.pages(cursor, window))

    return read_all


def test_the_command_of_the_readme_installs_the_sdk_beside_the_plugin(plugins):
    assert {path.name for path in plugins.iterdir()} >= {"contactd_acme.py", "contactd_sdk"}


def test_acme_is_offered_as_a_kind(kind):
    assert (kind.name, kind.title, kind.authorized) == ("acme", "Acme CRM", False)
    assert [(row.name, row.type, row.required, row.address) for row in kind.settings] == [
        ("url", "text", True, True),
        ("token", "secret", True, False),
    ]


def test_every_contact_arrives(read):
    pages = read()

    assert [[record.id for record in page.records] for page in pages] == [["1", "2"], ["3", "4"], ["5"]]
    assert [(page.cursor, page.total) for page in pages] == [("2", 5), ("3", 5), (None, 5)]
    assert pages[0].records[0] == Record(
        id="1",
        title="Person 1",
        values={"email": "person1@example.com", "name": "Person 1", "company": None, "labels": ["customer"]},
        created=datetime(2026, 1, 1, 8, tzinfo=UTC),
        modified=datetime(2026, 2, 1, 8, tzinfo=UTC),
    )


def test_reading_goes_on_from_a_cursor(read):
    pages = read(cursor="3")

    assert [record.id for page in pages for record in page.records] == ["5"]


def test_only_what_changed_is_read_when_a_time_is_given(read):
    pages = read(window=Window("contacts", WINDOW.fields, datetime(2026, 2, 4, tzinfo=UTC)))

    assert [record.id for page in pages for record in page.records] == ["4", "5"]


def test_a_contact_that_cannot_be_read_spoils_no_other(read, account):
    account.contacts = [contact(1), contact(2, name=7), contact(3, created_at="2026-01-03T08:00:00")]

    pages = read()

    assert [record.id for page in pages for record in page.records] == ["1"]
    assert [bad.why for page in pages for bad in page.malformed] == [
        "Acme sent a contact that cannot be read: Expected `str`, got `int` - at `$.name`",
        "Acme sent a contact that cannot be read: Expected `datetime` with a timezone component - at `$.created_at`",
    ]
    assert all(isinstance(bad, Malformed) and '"id": ' in bad.raw for page in pages for bad in page.malformed)


@pytest.mark.parametrize(
    ("refusal", "error"),
    [
        (Answer(status=401), AuthFailed),
        (Answer(status=403), AuthFailed),
        (Answer(status=404), Misconfigured),
        (Answer(status=429, headers={"Retry-After": "60"}), Throttled),
        (Answer(status=500), Unavailable),
        (Answer("<html>"), Unavailable),
        (Answer("{}", then="reset"), Unavailable),
    ],
)
def test_what_acme_refuses_is_told_by_what_must_be_done(read, account, refusal, error):
    account.refusal = refusal

    with pytest.raises(error):
        read()


@pytest.mark.parametrize("text", ["0", "Sun, 06 Nov 1994 08:49:37 GMT"])
def test_acme_is_never_asked_again_at_once(read, account, text):
    account.refusal = Answer(status=429, headers={"Retry-After": text})
    before = datetime.now(UTC)

    with pytest.raises(Throttled) as caught:
        read()

    assert caught.value.until >= before + timedelta(seconds=1)


def test_a_wrong_address_names_the_setting(read):
    with pytest.raises(Misconfigured) as caught:
        read(path="/elsewhere")

    assert caught.value.setting == "url"


def test_the_readme_prints_the_very_plugin():
    readme = README.read_text(encoding="utf-8")

    printed = dict(re.findall(r"^`tests/acme/(\S+)`\n\n```\w+\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL))

    assert printed == {
        name: (ACME / name).read_text(encoding="utf-8") for name in ("pyproject.toml", "contactd_acme.py")
    }
