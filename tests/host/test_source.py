"""A source in a child, from the daemon's end: what it gives, and what it raises."""

import pytest

from contactd.host.errors import ChildFailed
from contactd_sdk import (
    AuthFailed,
    FieldType,
    Misconfigured,
    Page,
    Record,
    SettingFault,
    SettingsInvalid,
    SourceField,
    Throttled,
    Unavailable,
)
from fakes.plugins import install, source
from host.reading import COUNTING, UNTIL, WINDOW, read


def test_pages_arrive_in_order_with_their_cursors(pool, kind_of):
    kind = kind_of(COUNTING)

    pages = read(pool, kind)

    assert [page.cursor for page in pages] == ["2", "3", "4", "5", None]
    assert pages[0] == Page([Record("1", {"module": "contacts"})], "2", total=5)


def test_reading_goes_on_from_a_cursor(pool, kind_of):
    kind = kind_of(COUNTING)

    pages = read(pool, kind, cursor="4")

    assert [page.records[0].id for page in pages] == ["4", "5"]


def test_one_open_source_can_be_read_again(pool, kind_of):
    kind = kind_of(COUNTING)

    with pool.open("books-main", kind, {}) as opened:
        first = list(opened.pages(None, WINDOW))
        second = list(opened.pages("5", WINDOW))

    assert (len(first), len(second)) == (5, 1)


def test_pages_cannot_be_asked_for_while_others_are_under_way(pool, kind_of):
    kind = kind_of(COUNTING)

    with pool.open("books-main", kind, {}) as opened:
        next(opened.pages(None, WINDOW))

        with pytest.raises(RuntimeError, match="pages are read to their end"):
            next(opened.pages(None, WINDOW))


def test_a_source_runs_little_ahead_of_its_reader(pool, kind_of, tmp_path):
    made = tmp_path / "made"
    kind = kind_of(f"""
        for number in range(20):
            with open({str(made)!r}, "a") as file:
                file.write(".")
            yield Page([Record(str(number), {{"text": "x" * 100_000}})], str(number))
    """)

    with pool.open("books-main", kind, {}) as opened:
        ahead = [made.stat().st_size - taken for taken, _ in enumerate(opened.pages(None, WINDOW), start=1)]

    assert max(ahead) <= 2


@pytest.mark.parametrize(
    ("raised", "error"),
    [
        ("AuthFailed('make a new token')", AuthFailed("make a new token")),
        ("Misconfigured('no such place', 'url')", Misconfigured("no such place", "url")),
        ("Throttled('later', datetime(2026, 1, 31, 12, tzinfo=UTC))", Throttled("later", UNTIL)),
        ("Unavailable('nobody home')", Unavailable("nobody home")),
        ("type('Down', (Unavailable,), {})('nobody home')", Unavailable("nobody home")),
    ],
)
@pytest.mark.parametrize("bodies", ["opened", "pages"])
def test_what_a_source_raises_is_raised_by_the_daemons_end(pool, kind_of, raised, error, bodies):
    kind = kind_of(**{bodies: f"if True: raise {raised}\nyield".removesuffix("\nyield" if bodies == "opened" else "")})

    with pytest.raises(type(error)) as caught:
        read(pool, kind)

    assert type(caught.value) is type(error)
    assert str(caught.value) == str(error)
    assert vars(caught.value) == vars(error)


def test_settings_that_cannot_be_used_are_told_by_name(pool, kind_of):
    kind = kind_of()

    with pytest.raises(SettingsInvalid) as caught:
        pool.open("books-main", kind, {"hue": "red"})

    assert caught.value.faults == (SettingFault("hue", "there is no setting 'hue'; the settings are url, token"),)


def test_fields_come_from_the_source_where_it_has_them(pool, kind_of):
    kind = kind_of(more="capabilities=frozenset({Capability.FIELDS})")

    with pool.open("books-main", kind, {}) as opened:
        fields = opened.fields("contacts")

    assert fields == [SourceField("contacts", "A field", FieldType.TEXT)]


def test_fields_come_from_the_kind_where_they_are_known(pool, kind_of):
    kind = kind_of(more="fields=(SourceField('a', 'A', FieldType.DATE),)")

    with pool.open("books-main", kind, {}) as opened:
        fields = opened.fields("contacts")

    assert fields == [SourceField("a", "A", FieldType.DATE)]


def test_a_source_may_print_as_much_as_it_likes(pool, kind_of):
    kind = kind_of("print('x' * 5_000_000)\nyield Page([], None)")

    pages = read(pool, kind)

    assert pages == [Page([], None)]


def test_a_secret_in_the_words_of_a_source_is_hidden(pool, kind_of):
    kind = kind_of("raise Unavailable(f'no answer to {self.settings.token.reveal()}')\nyield")

    with pytest.raises(Unavailable) as caught:
        read(pool, kind, settings={"token": "my-secret"})

    assert str(caught.value) == "no answer to …"


def test_a_kind_that_a_newer_plugin_lost_is_told(pool, folder, kind_of):
    kind = kind_of()
    (folder / "contactd_test.py").unlink()
    for metadata in folder.glob("*.dist-info/*"):
        metadata.unlink()
    next(folder.glob("*.dist-info")).rmdir()
    install(folder, "test", source("renamed"))

    with pytest.raises(ChildFailed, match="plugin 'test' does not offer the kind 'test' any more; "):
        pool.open("books-main", kind, {})
