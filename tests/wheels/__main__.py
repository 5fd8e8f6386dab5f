"""The last step of `make check`: every wheel is built, and works where nothing else of ours is.

What is not ours comes from the registries, in the newest releases that our
ranges allow: the other end of them than the one the tests run with.
"""

import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WHEELS = ROOT / "build" / "wheels"
UV = Path(sys.executable).with_name("uv")


def main() -> None:
    """Build the wheels, look into them, and use them."""
    wheels = build()
    for wheel in wheels.values():
        look_into(wheel)
    print(f"built {', '.join(wheels)}")
    with tempfile.TemporaryDirectory(prefix="contactd-") as made:
        folder = Path(made)
        constraints = folder / "ours.txt"
        # Ours are these files and never what a registry may have under their names.
        constraints.write_text("".join(f"{name} @ {wheel.as_uri()}\n" for name, wheel in wheels.items()))
        try_client(folder / "client", constraints)
        try_house(folder / "house", constraints)


def build() -> dict[str, Path]:
    """Build every wheel, with no network; give them by the names of their distributions."""
    shutil.rmtree(WHEELS, ignore_errors=True)
    quiet = ["--quiet", "--offline", "--no-build-isolation", "--python", sys.executable]
    run(UV, "build", "--all-packages", "--wheel", *quiet, "--out-dir", WHEELS, ROOT)
    return {wheel.name.partition("-")[0].replace("_", "-"): wheel for wheel in sorted(WHEELS.glob("*.whl"))}


def look_into(wheel: Path) -> None:
    """Hold a wheel to its sources: every file of them is in it, and the license."""
    package = wheel.name.partition("-")[0]
    (source,) = (path for path in [*ROOT.glob("*/src"), *ROOT.glob("plugins/*/src")] if (path / package).is_dir())
    files = [path for path in (source / package).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    expected = {str(path.relative_to(source)) for path in files}
    with zipfile.ZipFile(wheel) as opened:
        found = set(opened.namelist())
    lost = sorted(expected - found)
    if lost:
        raise SystemExit(f"{wheel.name} lacks {', '.join(lost)}")
    if not any(name.endswith(".dist-info/licenses/LICENSE") for name in found):
        raise SystemExit(f"{wheel.name} lacks its license")


def try_client(folder: Path, constraints: Path) -> None:
    """Put the client alone into an empty environment."""
    bin_folder = environment(folder, constraints, "contactctl")
    version = run(bin_folder / "contactctl", "--version")
    told = run(bin_folder / "contactctl", "--help")
    if "Usage: contactctl" not in told:
        raise SystemExit(f"`contactctl --help` does not help: {told}")
    print(f"alone in an empty environment: {version.strip()}, with {releases(bin_folder)}")


def try_house(folder: Path, constraints: Path) -> None:
    """Put all of it into an empty environment, and do the main job there."""
    bin_folder = environment(folder, constraints, "contactd[zoho]", "contactctl", "contactd-zoho-sandbox")
    run(bin_folder / "python", ROOT / "tests" / "demo")
    print(f"the demo runs from the wheels, with {releases(bin_folder)}")


def environment(folder: Path, constraints: Path, *wanted: str) -> Path:
    """Make an environment with *wanted* in it; give the folder of its programs."""
    run(UV, "venv", "--quiet", "--no-project", "--python", sys.executable, folder)
    python = folder / "bin" / "python"
    run(UV, "pip", "install", "--quiet", "--python", python, "--constraints", constraints, *wanted)
    return python.parent


def releases(bin_folder: Path) -> str:
    """Tell the releases that the generated code depends on."""
    frozen = run(UV, "pip", "freeze", "--python", bin_folder / "python").split()
    return ", ".join(line for line in frozen if line.startswith(("grpcio==", "protobuf==")))


def run(*command: str | Path) -> str:
    """Run a command to its end and give what it printed; what a failing one printed is shown."""
    done = subprocess.run(
        command, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        raise SystemExit(f"`{' '.join(map(str, command))}` ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


if __name__ == "__main__":
    main()
