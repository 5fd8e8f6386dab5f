"""One cell of the matrix: an endpoint is struck by a fault, and then asked again in peace."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from contactd_sdk import AuthFailed, Misconfigured, SourceError, Throttled
from faults.endpoints import Endpoint
from faults.outcomes import Fault, Given, Outcome
from faults.world import World

#: How far the time that an error names may lie from the one that is meant, in seconds.
LEEWAY = 20

#: What there is where nothing is.
_INSTEAD: dict[Given, object] = {Given.NOTHING: []}


@dataclass(frozen=True)
class Calm:
    """What an endpoint is good for when nothing fails: the value, and how many calls that takes."""

    value: object
    calls: int


def calm(world: World, endpoint: Endpoint) -> Calm:
    """Ask *endpoint* in peace."""
    world.sandbox.plant_all(endpoint.before)
    value = endpoint.ask(world)
    return Calm(value, len(world.sandbox.journal()))


def strike(world: World, endpoint: Endpoint, fault: Fault, outcome: Outcome, usual: Calm) -> None:
    """Let *fault* strike *endpoint*, and hold what comes of it against *outcome*."""
    world.sandbox.plant_all(endpoint.before)
    planted = world.sandbox.plant(**_aimed(endpoint, fault))

    error, given = _attempt(world, endpoint)

    calls = world.sandbox.journal()
    (struck,) = (one["struck"] for one in world.sandbox.faults() if one["id"] == planted)
    assert 1 <= struck <= outcome.struck, f"the failing endpoint was called {struck} times"
    # What is asked again, and one call for the new token.
    more = usual.calls + 2 if endpoint.whole else 2
    assert len(calls) <= usual.calls + more, [call.path for call in calls]
    # What a source asks of the product it has a right to; what is asked about the account, the daemon counts.
    if world.calls.taken:
        assert sum(call.path.startswith(world.product.root) for call in calls) <= world.calls.taken
    world.sandbox.release(planted)
    if outcome.error is None:
        assert error is None, repr(error)
        assert given == _expected(world, outcome, usual)
        return
    assert type(error) is outcome.error, repr(error or given)
    _says(world, outcome, error)
    if isinstance(error, AuthFailed):
        world.consent()
    assert endpoint.ask(world) == usual.value, "something was lost"


def _aimed(endpoint: Endpoint, fault: Fault) -> dict[str, Any]:
    content = {} if fault.wipes is ... else {"put": {endpoint.content: fault.wipes}}
    return {**fault.plant, **content, **endpoint.strikes}


def _attempt(world: World, endpoint: Endpoint) -> tuple[SourceError | None, object]:
    try:
        return None, endpoint.ask(world)
    except SourceError as error:
        return error, None


def _expected(world: World, outcome: Outcome, usual: Calm) -> object:
    if outcome.given is Given.GONE:
        return frozenset({world.customer})
    return _INSTEAD.get(outcome.given, usual.value)


def _says(world: World, outcome: Outcome, error: SourceError) -> None:
    sentence = str(error)
    assert outcome.says in sentence
    assert sentence.endswith("."), sentence
    assert world.leaks(sentence) == []
    if isinstance(error, Misconfigured):
        assert error.setting == outcome.setting
    if isinstance(error, Throttled) and outcome.wait is not None:
        seconds = (error.until - datetime.now(UTC)).total_seconds()
        assert outcome.wait - LEEWAY <= seconds <= outcome.wait
        if world.calls.taken:
            assert [until for until, _ in world.calls.blocks] == [error.until], "the block was not reported"
