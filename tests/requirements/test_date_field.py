"""R44: what is to run again and again must be able to tell what is new."""

from collections.abc import Iterator

import pytest

from demo.stage import Stage, stage
from fakes.plugins import install, source
from requirements.proof import proves, refused, stored


@pytest.fixture
def on() -> Iterator[Stage]:
    """Give a stage with a source whose records tell no date."""
    with stage(loud=False) as on:
        plugins = on.folder / "plugins"
        plugins.mkdir()
        fields = "fields=(SourceField('email', 'E-mail', FieldType.EMAIL, Preset.EMAIL),)"
        install(plugins, "undated", source("undated", more=f"modules=(Module('contacts', 'Contacts'),), {fields}"))
        on.daemon.configure(more=f'[plugins]\npath = ["{plugins}"]\n')
        on.daemon.start()
        yield on


@proves("R44")
def test_a_recurrence_needs_a_date_field_and_a_single_import_does_not(on: Stage) -> None:
    on.ctl("connections create undated --kind undated")
    on.ctl("lists create customers --title Customers")
    line = "--connection undated --list customers"

    told = refused(on, f"syncs create again {line} --daily 06:30")
    on.ctl(f"syncs create single {line} --once")

    assert "date" in told
    assert stored(on, "SELECT name FROM sync") == [("single",)]
