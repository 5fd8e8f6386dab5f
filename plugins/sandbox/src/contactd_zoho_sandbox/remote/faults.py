"""Faults, planted from afar."""

from collections.abc import Mapping, Sequence
from typing import Any

from contactd_zoho_sandbox.remote.wire import SandboxError, Wire

#: An answer to a wait may come so much later than the wait ends, in seconds.
GRACE_SECONDS = 10.0


class FaultControl(Wire):
    """Breaks calls, and mends them again."""

    def plant(self, **fault: object) -> int:
        """Plant one fault; return its id. See the README for the kinds and what they take."""
        return self.plant_all([fault])[0]

    def plant_all(self, faults: Sequence[Mapping[str, object]]) -> list[int]:
        """Plant faults; return their ids."""
        return [int(planted["id"]) for planted in self._call("POST", "/sandbox/faults", faults)["faults"]]

    def faults(self) -> list[dict[str, Any]]:
        """Return the planted faults with how often each was seen and has struck."""
        return list(self._call("GET", "/sandbox/faults")["faults"])

    def wait_struck(self, fault_id: int, times: int = 1, *, seconds: float = 30.0) -> None:
        """Wait until a fault has struck so often; for a held call, that it has arrived."""
        query = {"struck": str(times), "seconds": str(seconds)}
        fault = self._call("GET", f"/sandbox/faults/{fault_id}", query=query, timeout=seconds + GRACE_SECONDS)
        if fault["struck"] < times:
            raise SandboxError(f"Fault {fault_id} has struck {fault['struck']} times in {seconds} s, not {times}.")

    def release(self, fault_id: int) -> None:
        """Take back one fault, and let go of the calls that it holds."""
        self._call("DELETE", f"/sandbox/faults/{fault_id}")

    def clear_faults(self) -> None:
        """Take back all faults."""
        self._call("DELETE", "/sandbox/faults")
