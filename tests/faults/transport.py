"""What can befall any call: pages of gateways, broken bodies, broken connections, odd JSON."""

from typing import Any

from faults.outcomes import Fault, away, fine

NONE = "an answer that is none"


def _html(status: int) -> dict[str, Any]:
    return {"kind": "html", "status": status, "times": None}


def _text(text: str, status: int = 200) -> dict[str, Any]:
    return {"kind": "answer", "status": status, "text": text, "times": None}


TRANSPORT = {
    "502 page": Fault(_html(502), away("HTTP 502")),
    "503 page": Fault(_html(503), away("HTTP 503")),
    "504 page": Fault(_html(504), away("HTTP 504")),
    "200 page": Fault(_html(200), away()),
    "404 page": Fault(_html(404), away(NONE)),
    "nothing": Fault(_text(""), away()),
    "a list": Fault(_text("[]"), away()),
    "half a page": Fault({"kind": "truncate", "times": None}, away()),
    "hung up": Fault({"kind": "cut", "times": None}, away("before its answer was complete")),
    "reset": Fault({"kind": "reset", "times": None}, away()),
    "elsewhere": Fault(_text("", 302) | {"headers": {"Location": "https://example.com/"}}, away(NONE)),
    "slow": Fault({"kind": "delay", "seconds": 0.05}, fine()),
    "new keys": Fault(
        {"kind": "alter", "put": {"new_key": {"a": [1]}}, "each": {"new_key": None}, "times": None}, fine()
    ),
    "other content": Fault({"kind": "alter", "times": None}, away(), wipes=5),
    "no content": Fault({"kind": "alter", "times": None}, away(), wipes=None),
}
