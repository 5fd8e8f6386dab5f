"""A source in a child that fails, hangs or has to be ended."""

import os
import select
import threading

import pytest

from contactd.host.errors import Cause, ChildFailed, Interrupted
from contactd.host.pool import Pool
from contactd.host.starter import Starter
from host.reading import COUNTING, WINDOW, read

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
    "same-page": (
        "yield Page([], '2')\nyield Page([], '2')",
        Cause.BROKEN,
        "names the same page again; ",
    ),
    "endless-cursor": (
        "yield Page([], 'x' * 20000)",
        Cause.BROKEN,
        "gave a cursor of more than 16,384 characters; ",
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
