"""A source in a child, from the daemon's end: what it gives, and every way in which it can fail."""

import os
import select
import threading
from datetime import UTC, datetime

import pytest

from contactd.host.errors import Cause, ChildFailed, Interrupted
from contactd.host.pool import Pool
from contactd.host.starter import Starter
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
    Token,
    Unavailable,
    Window,
)
from fakes.plugins import install, source

WINDOW = Window("contacts", frozenset({"email"}))
UNTIL = datetime(2026, 1, 31, 12, tzinfo=UTC)

COUNTING = """
first = int(cursor or "1")
for number in range(first, 6):
    yield Page([Record(str(number), {"module": window.module})], str(number + 1) if number < 5 else None, total=5)
"""


class KnownAccess:
    """The daemon's side of an account: gives one new token after another, or what *refusal* says."""

    organization = "org-7"

    def __init__(self, refusal: Exception | None = None) -> None:
        self.token = Token("token-1", UNTIL, "https://api.example.com")
        self.refusal = refusal
        self.renewals = 0

    def renew(self) -> Token:
        if self.refusal:
            raise self.refusal
        self.renewals += 1
        self.token = Token(f"token-{self.renewals + 1}", UNTIL, "https://api.example.com")
        return self.token


def read(pool, kind, *, cursor=None, settings=None, access=None) -> list[Page]:
    with pool.open("books-main", kind, settings or {}, access) as opened:
        return list(opened.pages(cursor, WINDOW))


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


FAILURES = {
    "bug": ("yield {}['-'.join(['my', 'secret'])]", Cause.BROKEN, "failed with KeyError, which is a bug in it; "),
    "bare": ("raise SourceError('my-secret')\nyield", Cause.BROKEN, "raised SourceError, which is none of the errors "),
    "exit": (
        "sys.exit('-'.join(['my', 'secret']))\nyield",
        Cause.BROKEN,
        "failed with SystemExit, which is a bug in it; ",
    ),
    "unsendable": (
        "yield Page([Record('1', {'a': self})], None)",
        Cause.BROKEN,
        "gave a value that cannot be sent in PageRead; ",
    ),
    "float": (
        "yield Page([Record('1', {'my-secret': 1.5})], None)",
        Cause.UNREADABLE,
        "sent what cannot be read (Expected `bool | int | str | array | null`, got `float` - at `$[1][0][0][1][...]`)",
    ),
    "naive": (
        "yield Page([Record('1', {}, modified=datetime(2026, 1, 1))], None)",
        Cause.UNREADABLE,
        "sent what cannot be read (Expected `datetime` with a timezone component - at `$[1][0][0][4]`); ",
    ),
    "no-page": ("yield {'a': 1}", Cause.UNREADABLE, "sent what cannot be read (Expected `array`, got `object`"),
    "garbage": ("os.write(FD, b'\\0\\0\\0\\5trash')\nyield", Cause.UNREADABLE, "sent what cannot be read ("),
    "out-of-turn": (
        "os.write(FD, b'\\0\\0\\0\\x08\\x91\\xa6Closed')\nyield",
        Cause.UNREADABLE,
        "answered with Closed out of turn; ",
    ),
    "exit-mid-page": (
        "yield Page([], '2')\nos.write(FD, b'\\0\\0\\1\\0half')\nos._exit(3)",
        Cause.ENDED,
        "ended its process with exit status 3, which no plugin may do; ",
    ),
    "crash": ("yield Page([], '2')\nctypes.string_at(0)", Cause.ENDED, "had its process ended (Segmentation fault); "),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_source_that_breaks_a_promise_is_told_by_what_it_did_and_by_no_value(pool, kind_of, name):
    pages, cause, what = FAILURES[name]
    kind = kind_of(pages)

    with pytest.raises(ChildFailed) as caught:
        read(pool, kind)

    assert caught.value.cause == cause
    assert str(caught.value).startswith(f"plugin 'test' {what}")
    assert "my-secret" not in str(caught.value) + caught.value.output


def test_a_bug_is_told_with_its_place_to_the_plugins_author(pool, kind_of):
    kind = kind_of("yield {}['my-secret']")

    with pytest.raises(ChildFailed) as caught:
        read(pool, kind)

    assert 'contactd_test.py", line' in caught.value.output
    assert caught.value.output.endswith("KeyError\n")


def test_a_source_that_hangs_fails_when_patience_is_over(starter, kind_of):
    kind = kind_of("yield Page([], '2')\ntime.sleep(1000)")
    pool = Pool(starter, patience=2.0)

    with pytest.raises(ChildFailed) as caught:
        read(pool, kind)

    assert caught.value.cause == Cause.SILENT
    assert str(caught.value).startswith("plugin 'test' said nothing for 2 s; a plugin must neither work nor wait ")


def test_a_source_that_ignores_sigterm_is_killed(folder, kind_of):
    kind = kind_of("""
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        yield Page([Record(str(os.getpid()), {})], "2")
        time.sleep(1000)
    """)
    with Starter(paths=[folder], grace=0.1) as starter:
        pool = Pool(starter)
        with pool.open("books-main", kind, {}) as opened:
            page = next(opened.pages(None, WINDOW))
            process = os.pidfd_open(int(page.records[0].id))

    assert select.select([process], [], [], 60)[0] == [process]
    os.close(process)


def test_all_that_a_plugin_started_ends_with_it(pool, kind_of, tmp_path):
    fifo = tmp_path / "held"
    os.mkfifo(fifo)
    kind = kind_of(f"""
        subprocess.Popen(["/bin/sh", "-c", "trap '' TERM; echo; sleep 1000; :"], stdout=open({str(fifo)!r}, "w"))
        yield Page([], "2")
    """)

    with pool.open("books-main", kind, {}) as opened:
        reader = threading.Thread(target=next, args=(opened.pages(None, WINDOW),))
        reader.start()
        with fifo.open() as held:
            started = held.readline()
            reader.join()
            opened.close()
            rest = held.read()

    assert (started, rest) == ("\n", "")


def test_an_interrupted_source_raises_at_once_even_if_its_process_goes_on(folder, kind_of):
    kind = kind_of("""
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        yield Page([Record(str(os.getpid()), {})], "2")
        while True: pass
    """)

    with Starter(paths=[folder], grace=0.1) as starter, Pool(starter).open("books-main", kind, {}) as opened:
        pages = opened.pages(None, WINDOW)
        process = os.pidfd_open(int(next(pages).records[0].id))
        threading.Thread(target=opened.interrupt).start()
        with pytest.raises(Interrupted, match="the work of plugin 'test' was interrupted"):
            next(pages)
        ended_by_then = select.select([process], [], [], 0)[0]

    assert ended_by_then == []
    assert select.select([process], [], [], 60)[0] == [process]
    os.close(process)


def test_a_source_interrupted_before_it_is_asked_raises_too(pool, kind_of):
    kind = kind_of(COUNTING)

    with pool.open("books-main", kind, {}) as opened:
        opened.interrupt()

        with pytest.raises(Interrupted):
            next(opened.pages(None, WINDOW))


def test_a_source_may_print_as_much_as_it_likes(pool, kind_of):
    kind = kind_of("print('x' * 5_000_000)\nyield Page([], None)")

    pages = read(pool, kind)

    assert pages == [Page([], None)]


AUTHORIZED = "authorizer=lambda settings: None"

RENEWING = """
values = [self.access.organization, self.access.token.value, self.settings.url, repr(self.settings.token)]
values.append(self.settings.token.reveal())
values.append(self.access.renew().value)
values.append(self.access.token.value)
yield Page([Record("1", {"seen": values})], None)
"""


def test_a_source_with_an_authorizer_gets_a_token_and_no_secret(pool, kind_of):
    kind = kind_of(RENEWING, more=AUTHORIZED)

    (page,) = read(pool, kind, settings={"url": "https://x", "token": "my-secret"}, access=KnownAccess())

    seen = ["org-7", "token-1", "https://x", "Secret('…')", "", "token-2", "token-2"]
    assert page.records[0].values == {"seen": seen}


def test_a_token_can_be_renewed_by_a_thread_of_the_plugin(pool, kind_of):
    pages = """
        seen = []
        for number in range(3):
            thread = threading.Thread(target=lambda: seen.append(self.access.renew().value))
            thread.start()
            yield Page([Record(str(number), {"text": "x" * 200_000})], "2")
            thread.join()
        yield Page([Record("3", {"seen": seen})], None)
    """
    kind = kind_of(pages, more=AUTHORIZED)

    read_pages = read(pool, kind, access=KnownAccess())

    assert read_pages[-1].records[0].values == {"seen": ["token-2", "token-3", "token-4"]}


def test_a_source_that_gets_no_new_token_raises_what_the_daemon_was_told(pool, kind_of):
    kind = kind_of(RENEWING, more=AUTHORIZED)

    with pytest.raises(AuthFailed, match="the grant is gone"):
        read(pool, kind, access=KnownAccess(AuthFailed("the grant is gone")))


def test_a_fault_of_the_daemon_while_it_renews_is_its_own(pool, kind_of):
    kind = kind_of(RENEWING, more=AUTHORIZED)

    with pytest.raises(LookupError, match="store"):
        read(pool, kind, access=KnownAccess(LookupError("store")))


def test_a_kind_with_an_authorizer_is_not_opened_without_a_token(pool, kind_of):
    kind = kind_of(RENEWING, more=AUTHORIZED)

    with pytest.raises(ChildFailed, match="was opened without the token that its kind needs"):
        pool.open("books-main", kind, {})


def test_the_access_of_a_closed_source_is_of_no_use_any_more(pool, kind_of):
    kind = kind_of(
        "TestSource.first.renew()\nyield",
        opened="TestSource.first = getattr(TestSource, 'first', access)",
        more=AUTHORIZED,
    )
    with pool.open("books-main", kind, {}, KnownAccess()):
        pass

    with pytest.raises(ChildFailed, match="asked for a token while no run was waiting for it"):
        read(pool, kind, access=KnownAccess())


def test_a_secret_in_the_words_of_a_source_is_hidden(pool, kind_of):
    kind = kind_of("raise Unavailable(f'no answer to {self.settings.token.reveal()}')\nyield")

    with pytest.raises(Unavailable) as caught:
        read(pool, kind, settings={"token": "my-secret"})

    assert str(caught.value) == "no answer to …"


def test_a_token_in_the_words_of_a_source_is_hidden(pool, kind_of):
    kind = kind_of("self.access.renew()\nraise AuthFailed(f'no {self.access.token.value}')\nyield", more=AUTHORIZED)

    with pytest.raises(AuthFailed) as caught:
        read(pool, kind, access=KnownAccess())

    assert str(caught.value) == "no …"


def test_a_kind_that_a_newer_plugin_lost_is_told(pool, folder, kind_of):
    kind = kind_of()
    (folder / "contactd_test.py").unlink()
    for metadata in folder.glob("*.dist-info/*"):
        metadata.unlink()
    next(folder.glob("*.dist-info")).rmdir()
    install(folder, "test", source("renamed"))

    with pytest.raises(ChildFailed, match="plugin 'test' does not offer the kind 'test' any more; "):
        pool.open("books-main", kind, {})
