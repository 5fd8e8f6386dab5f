"""Probing: every way in which a plugin can be broken, and what is said of each."""

import re
import sys

import pytest

from contactd.host.installed import installed
from contactd.host.probe import probe
from contactd.host.starter import Starter
from contactd_sdk import Capability, FieldType, Module, Preset, SourceField
from contactd_sdk.settings import SettingSchema
from fakes.plugins import install, source

#: The code of a plugin, and the sentence it is quarantined with (a pattern).
BROKEN = {
    "misses-module": (
        "import no_such_module",
        "misses something that it imports (ModuleNotFoundError: No module named 'no_such_module'); install ",
    ),
    "raises": ("raise RuntimeError('out of order')", "cannot be loaded (RuntimeError: out of order); "),
    "misspelt": ("def broken(:", "cannot be loaded (SyntaxError: "),
    "exits": ("sys.exit(3)", "ends the program when it is imported (SystemExit: 3); "),
    "exits-hard": ("os._exit(3)", "ended its process with exit status 3, which no plugin may do; "),
    "crashes": ("ctypes.string_at(0)", "had its process ended (Segmentation fault); "),
    "killed": (
        "os.kill(os.getpid(), 9)",
        "had its process ended (Killed, perhaps for want of memory); ",
    ),
    "hangs-up": ("os.close(FD)\ntime.sleep(1000)", "hung up on contactd; "),
    "babbles": (
        "os.write(FD, b'\\0\\0\\0\\3abc')\ntime.sleep(1000)",
        "sent what cannot be read (Expected `array`, got `int`); a plugin must keep to the types of contactd-sdk: ",
    ),
    "shouts": ("os.write(FD, b'\\xff' * 4)\ntime.sleep(1000)", "sent what cannot be read (it claims 4294967295 bytes"),
    "hookless": ("", "offers no kind of source: "),
    "empty": ("@hookimpl\ndef contactd_sources(): return []", "offers no kind of source: "),
    "wrong-hook": ("@hookimpl\ndef contactd_saucers(): return []", "cannot be loaded (PluginValidationError: "),
    "nonsense": (
        "@hookimpl\ndef contactd_sources(): return ['acme']",
        "offers a str where contactd_sources() must return a list of SourceKind; ",
    ),
    "not-a-list": ("@hookimpl\ndef contactd_sources(): return 7", "cannot be loaded (TypeError: "),
    "hook-raises": ("@hookimpl\ndef contactd_sources(): raise AuthFailed('no')", "cannot be loaded (AuthFailed: no); "),
    "twice": (
        source("twice").replace("return [", "return 2 * ["),
        "offers the kind 'twice' twice; ",
    ),
    "bad-name": (source("Bad Name"), "offers the kind 'Bad Name', and a name is small letters, "),
    "number-name": (source("x").replace('name="x"', "name=7"), "sent what cannot be read (Expected `str`, got `int`"),
    "untitled": (source("untitled").replace("A kind", ""), "offers the kind 'untitled' without a title "),
    "odd-setting": (
        source("odd-setting").replace("url: str", "url: float"),
        "cannot be loaded (TypeError: setting 'url' of Settings must be str, int, bool or Secret); ",
    ),
    "no-settings": (
        source("no-settings").replace("settings=Settings", "settings=str"),
        "cannot be loaded (TypeError: ",
    ),
    "bad-capability": (
        source("bad-capability", more="capabilities=frozenset({'my-secret'})"),
        "sent what cannot be read (it is no frame); ",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_plugin_is_quarantined_with_the_reason_and_the_remedy(name, folder, probed):
    code, reason = BROKEN[name]
    install(folder, name, code)

    plugin = probed()[name]

    assert plugin.state == "quarantined"
    assert plugin.kinds == ()
    assert plugin.reason.startswith(f"plugin '{name}' {reason}")
    assert re.search(r"; .*(update it|uninstall it)", plugin.reason)


def test_a_plugin_that_never_finishes_is_quarantined_after_the_limit(folder, probed):
    install(folder, "endless", "while True: pass")
    install(folder, "asleep", "signal.signal(signal.SIGTERM, signal.SIG_DFL)\ntime.sleep(1000)")

    plugins = probed(limit=1.0)

    assert {plugin.state for plugin in plugins.values()} == {"quarantined"}
    assert plugins["endless"].reason.startswith(
        "plugin 'endless' said nothing for 1 s; a plugin must neither work nor "
    )
    assert plugins["asleep"].reason.startswith("plugin 'asleep' said nothing for 1 s; ")


def test_a_broken_plugin_harms_no_other(folder, probed):
    install(folder, "good", source("good"))
    for name, (code, _) in BROKEN.items():
        install(folder, name, code)

    plugins = probed()

    assert {name for name, plugin in plugins.items() if plugin.state == "ready"} == {"good"}
    assert len(plugins) == len(BROKEN) + 1


def test_a_plugin_tells_all_about_its_kind(folder, probed):
    more = """
        authorizer=lambda settings: None, modules=(Module("people", "People"),),
        fields=(SourceField("mail", "E-mail", FieldType.EMAIL, Preset.EMAIL),),
        hosts=("*.example.com",), capabilities=frozenset({Capability.DELETES})
    """
    install(folder, "whole", source("whole-kind", more=more), version="2.5")

    plugin = probed()["whole"]

    (kind,) = plugin.kinds
    assert (plugin.state, plugin.distribution, plugin.version) == ("ready", "contactd-whole", "2.5")
    assert (kind.plugin, kind.name, kind.title, kind.authorized) == ("whole", "whole-kind", "A kind", True)
    assert kind.settings == (
        SettingSchema("url", "Where it answers.", "text", required=False, default=""),
        SettingSchema("token", "Its key.", "secret", required=False),
    )
    assert kind.modules == (Module("people", "People"),)
    assert kind.fields == (SourceField("mail", "E-mail", FieldType.EMAIL, Preset.EMAIL),)
    assert kind.hosts == ("*.example.com",)
    assert kind.capabilities == {Capability.DELETES}


def test_a_plugin_may_print_as_much_as_it_likes(folder, probed):
    install(folder, "chatty", "print('x' * 5_000_000)\nsys.stderr.write('y' * 5_000_000)\n" + source("chatty"))

    plugins = probed()

    assert plugins["chatty"].state == "ready"


def test_the_end_of_what_a_broken_plugin_printed_is_kept(folder, probed):
    install(folder, "chatty", "print('x' * 100_000)\nprint('last \\033[31mwords')\nos._exit(1)")

    output = probed()["chatty"].output

    assert output.endswith("last [31mwords\n")
    assert len(output) <= 64 * 1024


def test_a_plugin_sees_nothing_of_the_daemons_environment(folder):
    install(
        folder, "nosy", "print(*{'TZ', 'DATABASE_PASSWORD', 'CREDENTIALS_DIRECTORY'} & set(os.environ))\nos._exit(1)"
    )
    environ = {"TZ": "UTC", "DATABASE_PASSWORD": "x", "CREDENTIALS_DIRECTORY": "/x"}

    with Starter(paths=[folder], environ=environ) as starter:
        (plugin,) = probe([one for one in installed([folder]) if one.name == "nosy"], starter)

    assert plugin.output == "TZ\n"


def test_nothing_of_a_plugin_is_imported_by_the_daemon(folder, probed):
    install(folder, "good", source("good"))

    probed()

    assert "contactd_good" not in sys.modules


def test_two_distributions_with_one_plugin_name_are_both_quarantined(folder, starter):
    install(folder, "acme", source("acme"), distribution="contactd-acme")
    install(folder, "acme", source("acme"), distribution="acme-fork")

    plugins = probe([one for one in installed([folder]) if one.name == "acme"], starter)

    reason = (
        "plugin 'acme' is declared by the distributions 'acme-fork', 'contactd-acme'; uninstall all but one of them"
    )
    assert [(plugin.distribution, plugin.state, plugin.reason) for plugin in plugins] == [
        ("acme-fork", "quarantined", reason),
        ("contactd-acme", "quarantined", reason),
    ]


def test_two_plugins_with_one_kind_are_both_quarantined(folder, probed):
    install(folder, "one", source("acme"))
    install(folder, "two", source("acme"))
    install(folder, "three", source("other"))

    plugins = probed()

    reason = "kind 'acme' is offered by the plugins 'one', 'two'; uninstall all but one of them"
    assert (plugins["one"].state, plugins["one"].reason) == ("quarantined", reason)
    assert (plugins["two"].state, plugins["two"].reason) == ("quarantined", reason)
    assert plugins["three"].state == "ready"


def test_a_plugin_that_is_not_allowed_is_never_run(folder, probed, tmp_path):
    install(folder, "good", source("good"))
    install(folder, "other", f"open({str(tmp_path / 'ran')!r}, 'w')")

    plugins = probed(allow={"good"})

    assert plugins["good"].state == "ready"
    assert plugins["other"].state == "disabled"
    assert plugins["other"].reason == "plugin 'other' is not in [plugins] allow; add it there to use it"
    assert not (tmp_path / "ran").exists()


def test_the_first_of_two_copies_of_a_distribution_counts(folder, tmp_path):
    second = tmp_path / "second"
    second.mkdir()
    install(folder, "acme", "", version="1.0")
    install(second, "acme", "", distribution="Contactd.Acme", version="2.0")

    found = [one for one in installed([folder, second]) if one.name == "acme"]

    assert [(one.version, one.rivals) for one in found] == [("1.0", ())]


def test_what_an_interrupted_installation_left_is_passed_over(folder):
    install(folder, "acme", "")
    next(folder.glob("*.dist-info")).joinpath("METADATA").unlink()

    names = [one.name for one in installed([folder])]

    assert "acme" not in names
