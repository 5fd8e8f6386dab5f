"""Children and the daemon: which ends with which."""

import os
import select
import subprocess
import sys
import threading
from subprocess import DEVNULL, PIPE
from textwrap import dedent

import pytest

from contactd.host.errors import Cause, ChildFailed
from contactd.host.frames import Describe, Described
from contactd.host.starter import Starter
from fakes.plugins import install, source

#: All of the daemon that a child may import: what both ends speak, and itself.
OF_THE_DAEMON = {
    "contactd",
    "contactd.host",
    *(f"contactd.host.{name}" for name in ("asides", "authorizing", "channel", "frame", "frames")),
}


def ended(process: int) -> bool:
    return select.select([process], [], [], 60)[0] == [process]


def test_a_child_outlives_the_thread_that_asked_for_it(folder, starter):
    install(folder, "good", source("good"))
    children = []
    thread = threading.Thread(target=lambda: children.append(starter.start("good")))
    thread.start()
    thread.join()

    reply = children[0].ask(Describe(), 60)
    children[0].end()

    assert isinstance(reply, Described)


def test_what_is_left_ends_with_the_starter(folder):
    install(folder, "good", source("good"))
    starter = Starter(paths=[folder])
    child = starter.start("good")
    child.ask(Describe(), 60)

    starter.close()

    with pytest.raises(ChildFailed) as caught:
        child.receive(60)
    assert caught.value.cause == Cause.ENDED


def test_a_child_ends_with_a_daemon_that_is_killed(folder, tmp_path):
    install(
        folder, "busy", "print('busy', flush=True)\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: pass"
    )
    program = tmp_path / "daemon.py"
    program.write_text(
        dedent(f"""
        import sys
        from pathlib import Path
        from contactd.host.starter import Starter
        print(Starter(paths=[Path({str(folder)!r})]).start("busy").pid, file=sys.stderr)
        input()
        """)
    )
    with subprocess.Popen([sys.executable, program], stdin=PIPE, stdout=DEVNULL, stderr=PIPE, text=True) as daemon:
        assert daemon.stderr is not None
        child = os.pidfd_open(int(daemon.stderr.readline()))

        daemon.kill()

    assert ended(child)
    os.close(child)


def test_a_child_that_finds_its_daemon_gone_ends_at_once():
    program = [sys.executable, "-I", "-m", "contactd.host.child", "--fd=0", "--parent=-1", "--plugin=x"]

    finished = subprocess.run(program, stdin=DEVNULL, capture_output=True, timeout=60, check=False)

    assert (finished.returncode, finished.stdout, finished.stderr) == (0, b"", b"")


def test_a_child_imports_nothing_else_of_the_daemon():
    program = "import contactd.host.child.__main__, sys; print(*(m for m in sys.modules if m.startswith('contactd')))"

    loaded = subprocess.check_output([sys.executable, "-I", "-c", program], text=True).split()

    ours = {name for name in loaded if name.partition(".")[0] == "contactd"}
    assert {name for name in ours if not name.startswith("contactd.host.child")} == OF_THE_DAEMON
    assert not {"grpc", "sqlalchemy", "structlog"} & set(loaded)


def test_a_child_leaves_no_core_and_is_its_own_group(folder, starter):
    code = """
        import resource
        print(resource.getrlimit(resource.RLIMIT_CORE), os.getpgid(0) == os.getpid(), os.getcwd())
        os._exit(1)
    """
    install(folder, "told", code)
    child = starter.start("told")

    with pytest.raises(ChildFailed) as caught:
        child.ask(Describe(), 60)

    assert caught.value.output == "(0, 0) True /\n"


def test_neither_the_working_folder_nor_pythonpath_brings_code_in(folder, tmp_path, monkeypatch):
    install(tmp_path, "stray", source("stray"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with Starter(paths=[folder], environ=os.environ) as starter:
        child = starter.start("stray")

        with pytest.raises(ChildFailed, match="is not among the entry points that its process sees"):
            child.ask(Describe(), 60)


def test_a_plugins_own_processes_do_not_hold_the_socket(folder, starter):
    install(folder, "heir", "print(os.get_inheritable(FD))\nos._exit(1)")
    child = starter.start("heir")

    with pytest.raises(ChildFailed) as caught:
        child.ask(Describe(), 60)

    assert caught.value.output == "False\n"


def test_processor_time_is_limited(folder, starter):
    install(folder, "endless", "while True: pass")
    child = starter.start("endless", cpu=1)

    with pytest.raises(ChildFailed) as caught:
        child.ask(Describe(), 60)

    assert "(CPU time limit exceeded: it must not work that long)" in str(caught.value)


def test_a_child_can_be_ended_twice_and_from_two_threads(folder, starter):
    install(folder, "good", source("good"))
    child = starter.start("good")
    process = os.pidfd_open(child.pid)

    threads = [threading.Thread(target=child.end) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    child.interrupt()

    assert ended(process)
    assert not child.alive
    os.close(process)
