"""Looking plugins and kinds up by name."""

import pytest

from contactd.domain.refusals import Conflict, NotFound
from contactd.host.catalog import Catalog, Plugin
from contactd.host.frames import Kind
from contactd_sdk import Module


def kind(plugin: str, name: str) -> Kind:
    return Kind(
        plugin=plugin,
        name=name,
        title=name,
        settings=(),
        authorized=False,
        modules=(Module("contacts", "Contacts"),),
        fields=(),
        hosts=(),
        capabilities=frozenset(),
    )


READY = Plugin(name="zoho", distribution="d", version="1", state="ready", kinds=(kind("zoho", "zoho-books"),))
BROKEN = Plugin(name="acme", distribution="d", version="1", state="quarantined", reason="it is broken; mend it")
RIVAL = Plugin(
    name="rival", distribution="d", version="1", state="quarantined", reason="two; uninstall", kinds=(kind("r", "odd"),)
)
OFF = Plugin(name="off", distribution="d", version="1", state="disabled", reason="not allowed; allow it")


@pytest.fixture
def catalog() -> Catalog:
    return Catalog([READY, BROKEN, RIVAL, OFF])


def test_a_kind_is_found_by_the_name_people_type(catalog):
    assert catalog.kind("zoho-books") == READY.kinds[0]


def test_an_unknown_kind_is_told_with_those_there_are(catalog):
    with pytest.raises(NotFound) as caught:
        catalog.kind("zoho-boks")

    assert caught.value.message == "no plugin kind is called 'zoho-boks'; there is 'zoho-books'"


@pytest.mark.parametrize(
    ("name", "sentence", "reason"),
    [
        ("acme", "it is broken; mend it", "PLUGIN_QUARANTINED"),
        ("odd", "two; uninstall", "PLUGIN_QUARANTINED"),
        ("off", "not allowed; allow it", "PLUGIN_DISABLED"),
    ],
)
def test_a_kind_that_cannot_be_used_says_why(catalog, name, sentence, reason):
    with pytest.raises(Conflict) as caught:
        catalog.kind(name)

    assert (caught.value.message, caught.value.reason) == (sentence, reason)


def test_a_kind_that_works_is_not_hidden_by_a_broken_plugin_of_its_name():
    namesake = Plugin(name="zoho-books", distribution="e", version="1", state="quarantined", reason="broken")

    assert Catalog([namesake, READY]).kind("zoho-books") == READY.kinds[0]


def test_a_plugin_is_found_by_name(catalog):
    assert catalog.plugin("acme") == BROKEN


def test_an_unknown_plugin_is_told(catalog):
    with pytest.raises(NotFound, match="no plugin is called 'x'"):
        catalog.plugin("x")
