"""Consent that is given elsewhere: what a browser brings back, what is pasted, and asking after a device."""

import threading
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import grpc
import pytest

from client.conftest import Contactctl
from contactctl.callback import Callback
from contactctl.consent import on_a_device
from contactctl.daemon import reach
from contactctl.exits import Exit
from contactctl.failures import Failure
from contactctl.output import Output
from contactctl.target import Said, find_target
from contactd_proto.v1.connection_pb2 import Authorization, Connection, PollAuthorizationResponse
from contactd_proto.v1.plugin_pb2 import ListPluginsResponse, Plugin, SourceKind
from fakes import sample_answers as sample
from fakes.control_plane import ControlPlane, Refusal

NAME = "workspaces/default/connections/main"
CALLBACK = "http://127.0.0.1:8765/callback?state=ours&code=1000.code&accounts-server=https%3A%2F%2Faccounts.zoho.eu"
BEGUN = Authorization(connection=NAME, address="https://accounts.zoho.com/oauth/v2/auth?state=ours", state="ours")


def plugins(*capabilities: str) -> ListPluginsResponse:
    kind = SourceKind(id=sample.ENABLED.kind, capabilities=capabilities)
    return ListPluginsResponse(plugins=[Plugin(name="plugins/one", kinds=[kind])])


@pytest.fixture
def daemon(daemon: ControlPlane) -> ControlPlane:
    """A daemon with a connection of a kind that takes consent in a browser."""
    daemon.answers |= {
        "GetConnection": sample.ENABLED,
        "ListPlugins": plugins("browser", "device"),
        "BeginAuthorization": BEGUN,
        "CompleteAuthorization": sample.ENABLED,
        "CancelAuthorization": sample.ENABLED,
    }
    return daemon


class TestInABrowser:
    def test_what_is_pasted_goes_to_the_daemon_as_it_came(self, daemon: ControlPlane, contactctl: Contactctl) -> None:
        ran = contactctl("connections", "authorize", "main", "--redirect-port", "0", stdin=f"\nwhat?\n{CALLBACK}\n")

        (begun,) = daemon.requests("BeginAuthorization")
        (completed,) = daemon.requests("CompleteAuthorization")
        assert ran.code == 0, ran.err
        assert begun.flow == Authorization.FLOW_BROWSER
        assert begun.redirect_uri.startswith("http://127.0.0.1:")
        assert begun.redirect_uri.endswith("/callback")
        assert dict(completed.callback) == {
            "state": "ours",
            "code": "1000.code",
            "accounts-server": "https://accounts.zoho.eu",
        }
        assert BEGUN.address in ran.err
        assert "this is not the address" in ran.err
        assert daemon.requests("CancelAuthorization") == []

    def test_this_machine_is_called_as_it_was_registered(self, daemon: ControlPlane, contactctl: Contactctl) -> None:
        line = ("--redirect-port", "0", "--redirect-host", "localhost")

        contactctl("connections", "authorize", "main", *line, stdin=CALLBACK)

        assert daemon.requests("BeginAuthorization")[0].redirect_uri.startswith("http://localhost:")

    def test_a_consent_that_is_refused_is_ended(self, daemon: ControlPlane, contactctl: Contactctl) -> None:
        daemon.answers["CompleteAuthorization"] = Refusal(grpc.StatusCode.INVALID_ARGUMENT, "the owner did not consent")

        ran = contactctl("connections", "authorize", "main", "--redirect-port", "0", stdin=CALLBACK)

        assert (ran.code, "the owner did not consent" in ran.err) == (1, True)
        assert [request.state for request in daemon.requests("CancelAuthorization")] == ["ours"]

    def test_a_new_client_may_go_along(self, daemon: ControlPlane, contactctl: Contactctl) -> None:
        line = ("--browser", "--redirect-port", "0", "--set", "client_id=1000.NEW", "--etag", "W/7")

        ran = contactctl("connections", "rotate", "main", *line, stdin=CALLBACK)

        (begun,) = daemon.requests("BeginAuthorization")
        assert ran.code == 0, ran.err
        assert (dict(begun.connection.settings), begun.connection.etag) == ({"client_id": "1000.NEW"}, "W/7")

    def test_a_kind_without_a_browser_is_handed_a_code(self, daemon: ControlPlane, contactctl: Contactctl) -> None:
        daemon.answers["ListPlugins"] = plugins("fields")

        contactctl("connections", "authorize", "main", stdin="1000.grant\n")

        assert [request.code for request in daemon.requests("CompleteAuthorization")] == ["1000.grant"]

    @pytest.mark.parametrize("verb", ["authorize", "rotate"])
    def test_consent_is_given_once(self, daemon: ControlPlane, contactctl: Contactctl, verb: str) -> None:
        ran = contactctl("connections", verb, "main", "--device", "--code-file", "-")

        assert (ran.code, daemon.heard) == (2, [])


class TestThePort:
    def test_only_what_has_the_state_that_went_along_is_taken(self) -> None:
        found: list[dict[str, str]] = []
        with closing(Callback(0)) as callback:
            waiting = threading.Thread(
                target=lambda: found.append(dict(callback.wait("ours", seconds=30, note=lambda _: None)))
            )
            waiting.start()
            refused = [self.status(f"{callback.address}?{query}") for query in ("code=evil&state=theirs", "code=evil")]
            refused.append(self.status(f"{callback.address}/elsewhere?state=ours"))

            taken = self.status(f"{callback.address}?code=good&state=ours")
            waiting.join()

        assert refused == [404, 404, 404]
        assert (taken, found) == (200, [{"code": "good", "state": "ours"}])

    def status(self, address: str) -> int:
        place = urlsplit(address)
        with closing(HTTPConnection(place.netloc, timeout=30)) as connection:
            connection.request("GET", f"{place.path}?{place.query}")
            answer = connection.getresponse()
            assert answer.headers["Cache-Control"] == "no-store"
            return answer.status

    def test_nobody_is_waited_for_without_end(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin", None)

        with closing(Callback(0)) as callback, pytest.raises(Failure) as caught:
            callback.wait("ours", seconds=0, note=lambda _: None)

        assert caught.value.exit is Exit.DEADLINE

    def test_a_port_that_somebody_has_is_told_before_anybody_is_asked(
        self, daemon: ControlPlane, contactctl: Contactctl
    ) -> None:
        with closing(Callback(0)) as taken:
            port = taken.address.rpartition(":")[2].partition("/")[0]

            ran = contactctl("connections", "authorize", "main", "--redirect-port", port)

        assert (ran.code, f"port {port} of this machine cannot be taken" in ran.err) == (2, True)
        assert daemon.requests("BeginAuthorization") == []


class TestOnAnotherDevice:
    BEGUN = Authorization(connection=NAME, address="https://zoho.example/device", user_code="ABCD-EFGH", state="ours")

    @pytest.fixture
    def waited(self, daemon: ControlPlane, contactctl: Contactctl):
        self.BEGUN.interval.seconds = 5
        daemon.answers["BeginAuthorization"] = self.BEGUN

        def call(pause=lambda _: None) -> Connection:
            environ = {key: value for key, value in contactctl.environ.items() if value is not None}
            with reach(find_target(Said(), environ), timeout=None) as reached:
                return on_a_device(reached, Output(as_json=False), Connection(name=NAME), pause=pause)

        return call

    def test_it_is_asked_after_as_often_as_the_daemon_says(self, daemon: ControlPlane, waited, capsys) -> None:
        later = PollAuthorizationResponse()
        later.interval.seconds = 30
        away = Refusal(grpc.StatusCode.UNAVAILABLE, "Zoho does not answer")
        answers = iter([later, away, PollAuthorizationResponse(connection=sample.ENABLED)])
        daemon.answers["PollAuthorization"] = lambda _: next(answers)
        pauses: list[float] = []

        found = waited(pauses.append)

        said = capsys.readouterr().err
        assert found == sample.ENABLED
        assert pauses == [5, 30, 30]
        assert "open https://zoho.example/device on any device and type ABCD-EFGH there" in said
        assert "Zoho does not answer; it is asked again" in said

    def test_who_stops_waiting_ends_it(self, daemon: ControlPlane, waited) -> None:
        def interrupt(_: float) -> None:
            raise KeyboardInterrupt

        with pytest.raises(Failure) as caught:
            waited(interrupt)

        assert caught.value.exit is Exit.INTERRUPTED
        assert [request.state for request in daemon.requests("CancelAuthorization")] == ["ours"]

    def test_a_refusal_ends_it(self, daemon: ControlPlane, waited) -> None:
        daemon.answers["PollAuthorization"] = Refusal(grpc.StatusCode.INVALID_ARGUMENT, "the consent was refused")

        with pytest.raises(Failure, match="the consent was refused"):
            waited()

        assert len(daemon.requests("CancelAuthorization")) == 1
