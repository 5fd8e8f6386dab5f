"""The REST toolkit against a real server on the loopback."""

import gzip
import socket
import threading
from collections.abc import Iterator

import pytest

from contactd_sdk import Misconfigured, Unavailable
from contactd_sdk.rest import BODY_LIMIT, Patience, Reply, Rest
from fakes.http_script import Answer, Asked, HttpScript

SECRET = "1000.0123456789abcdef"


@pytest.fixture
def server() -> Iterator[HttpScript]:
    with HttpScript(lambda _: Answer({"fine": True})) as script:
        yield script


def asked_by(server: HttpScript, patience: Patience | None = None, body_limit: int = BODY_LIMIT) -> str:
    """Call *server* in vain and give the sentence that tells so."""
    rest = Rest(server.address, patience=patience or Patience(), body_limit=body_limit)
    with pytest.raises(Unavailable) as fault:
        rest.get("/things", {"token": SECRET})
    rest.close()
    return str(fault.value)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_a_call_brings_status_headers_and_body(server: HttpScript) -> None:
    server.answer = lambda _: Answer(b"gone", status=404, headers={"Retry-After": "7"})
    rest = Rest(server.address)

    reply = rest.get("/things")

    rest.close()
    assert (reply.status, reply.header("Retry-After"), reply.header("nothing"), reply.body) == (404, "7", "", b"gone")


def test_the_base_may_have_a_path_and_params_are_quoted(server: HttpScript) -> None:
    rest = Rest(f"{server.address}/v1/", headers={"X-Always": "a"})

    rest.get("/things", {"since": "2026-01-31T00:00:00+0000", "name": "a&b c"}, {"X-Once": "b"})

    rest.close()
    asked = server.journal[0]
    assert asked.target == "/v1/things?since=2026-01-31T00%3A00%3A00%2B0000&name=a%26b+c"
    assert (asked.headers["X-Always"], asked.headers["X-Once"]) == ("a", "b")


def test_a_form_is_sent_in_the_body(server: HttpScript) -> None:
    rest = Rest(server.address)

    rest.post_form("/token", {"code": "a+b", "name": "ü"})

    rest.close()
    assert (server.journal[0].method, server.journal[0].target) == ("POST", "/token")
    assert server.journal[0].form == {"code": "a+b", "name": "ü"}


def test_a_connection_is_kept_for_the_next_call(server: HttpScript) -> None:
    rest = Rest(server.address)

    for _ in range(3):
        rest.get("/things")

    rest.close()
    assert (len(server.journal), server.connections) == (3, 1)


def test_a_call_ahead_is_made_at_once_and_answered_later(server: HttpScript) -> None:
    called = threading.Event()

    def answer(asked: Asked) -> Answer:
        called.set()
        return Answer(asked.target)

    server.answer = answer
    rest = Rest(server.address)

    pending = rest.get_ahead("/things", {"page": "2"})

    assert called.wait(10)
    assert pending.reply().body == b"/things?page=2"
    rest.close()


def test_a_call_ahead_tells_its_fault_when_it_is_taken(server: HttpScript) -> None:
    server.answer = lambda _: Answer(then="reset")
    rest = Rest(server.address)
    pending = rest.get_ahead("/things")

    with pytest.raises(Unavailable):
        pending.reply()

    rest.close()


def test_a_call_ahead_to_nobody_tells_so_when_it_is_taken() -> None:
    rest = Rest(f"http://127.0.0.1:{free_port()}")
    pending = rest.get_ahead("/things")

    with pytest.raises(Unavailable, match="refuses connections"):
        pending.reply()


def test_an_answer_that_nobody_took_is_never_that_of_the_next_call(server: HttpScript) -> None:
    server.answer = lambda asked: Answer(asked.target)
    rest = Rest(server.address)
    pending = rest.get_ahead("/first")

    assert rest.get("/second").body == b"/second"
    with pytest.raises(Unavailable, match="was given up for another call"):
        pending.reply()

    rest.close()


def test_after_a_broken_answer_the_next_call_begins_anew(server: HttpScript) -> None:
    answers = iter([Answer(b"x" * 2000), Answer(b"x" * 100, then="cut"), Answer(b"fine")])
    server.answer = lambda _: next(answers)
    rest = Rest(server.address, body_limit=1000)
    for _ in range(2):
        with pytest.raises(Unavailable):
            rest.get("/things")

    reply = rest.get("/things")

    rest.close()
    assert (reply.body, server.connections) == (b"fine", 3)


def test_no_redirect_is_followed(server: HttpScript) -> None:
    server.answer = lambda _: Answer(status=302, headers={"Location": "http://127.0.0.1:1/"})
    rest = Rest(server.address, headers={"Authorization": SECRET})

    reply = rest.get("/things")

    rest.close()
    assert (reply.status, len(server.journal)) == (302, 1)


def test_no_proxy_is_consulted(server: HttpScript, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    rest = Rest(server.address)

    reply = rest.get("/things")

    rest.close()
    assert reply.status == 200


def test_a_failed_call_is_not_repeated(server: HttpScript) -> None:
    server.answer = lambda _: Answer(then="reset")

    sentence = asked_by(server)

    assert sentence == f"{server.host} broke the connection off before its answer was complete."
    assert len(server.journal) == 1


def test_a_body_that_is_cut_off_is_no_answer(server: HttpScript) -> None:
    server.answer = lambda _: Answer(b"x" * 1000, then="cut")

    assert asked_by(server) == f"{server.host} broke the connection off before its answer was complete."


def test_a_silent_server_is_given_up(server: HttpScript) -> None:
    server.answer = lambda _: Answer(then="silence")

    sentence = asked_by(server, patience=Patience(silence=0.05))

    assert sentence == f"{server.host} said nothing for 0.05 seconds."


def test_an_endless_body_is_given_up(server: HttpScript) -> None:
    server.answer = lambda _: Answer(b"x" * 2000)

    assert asked_by(server, body_limit=1000) == f"{server.host} sent an answer of more than 1000 bytes."


def test_a_packed_body_is_unpacked_and_its_limit_holds_unpacked(server: HttpScript) -> None:
    packed = gzip.compress(b"x" * 1_000_000, mtime=0)
    server.answer = lambda _: Answer(packed, headers={"Content-Encoding": "gzip"})
    rest = Rest(server.address)

    reply = rest.get("/things")

    rest.close()
    assert reply.body == b"x" * 1_000_000
    assert asked_by(server, body_limit=999_999).endswith("more than 999999 bytes.")


@pytest.mark.parametrize("body", [b"not packed at all", gzip.compress(b"x" * 1000, mtime=0)[:-9]])
def test_a_body_that_cannot_be_unpacked_is_no_answer(server: HttpScript, body: bytes) -> None:
    server.answer = lambda _: Answer(body, headers={"Content-Encoding": "gzip"})

    assert asked_by(server) == f"{server.host} sent an answer that cannot be unpacked."


def test_a_server_that_is_not_there_is_told() -> None:
    host = f"127.0.0.1:{free_port()}"
    rest = Rest(f"http://{host}")

    with pytest.raises(Unavailable) as fault:
        rest.get("/things")

    assert str(fault.value) == f"{host} refuses connections, or cannot be reached from this machine."


def test_an_unknown_host_is_told() -> None:
    # Too long for any name service, so that none is asked.
    host = "a." * 150 + "example"
    rest = Rest(f"http://{host}")

    with pytest.raises(Unavailable) as fault:
        rest.get("/things")

    assert str(fault.value) == f"{host} cannot be found: check the address and this machine's name service."


@pytest.mark.parametrize("then", ["reset", "cut", "silence"])
def test_a_fault_never_shows_the_query(server: HttpScript, then: str) -> None:
    server.answer = lambda _: Answer(b"x" * 100, then=then)
    rest = Rest(server.address, headers={"Authorization": SECRET}, patience=Patience(silence=0.05))

    with pytest.raises(Unavailable) as fault:
        rest.get("/things", {"token": SECRET})

    rest.close()
    assert SECRET not in str(fault.value)
    assert (fault.value.__cause__, fault.value.__suppress_context__) == (None, True)


def test_a_reply_does_not_show_what_it_holds() -> None:
    assert repr(Reply(200, {"set-cookie": SECRET}, SECRET.encode())) == "Reply(status=200)"


@pytest.mark.parametrize(
    "base", ["", "accounts.example.com", "ftp://example.com", "http://", "http://a:b", "http://a b"]
)
def test_what_is_no_address_is_misconfigured(base: str) -> None:
    with pytest.raises(Misconfigured) as fault:
        Rest(base)

    assert str(fault.value) == "The address of the server must be one such as https://api.example.com."
