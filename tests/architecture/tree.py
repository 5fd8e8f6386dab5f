"""The repository as it is: its folders, and the files that belong to it."""

import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORKSPACE = tomllib.loads((ROOT / "pyproject.toml").read_text())
MEMBERS = [ROOT / member for member in WORKSPACE["tool"]["uv"]["workspace"]["members"]]
GENERATED = ROOT / "proto" / "src" / "contactd_proto" / "v1"


def package(member: Path) -> Path:
    """Give the one package that a distribution brings."""
    (found,) = (path.parent for path in (member / "src").glob("*/__init__.py"))
    return found


def files() -> list[Path]:
    """Give every file that is tracked, or will be once it is added."""
    listing = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    told = subprocess.run(listing, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    paths = (ROOT / name for name in told.split("\0") if name)
    return [path for path in paths if path.is_file()]


def texts() -> dict[str, str]:
    """Give the text of every such file, by its place in the repository."""
    return {str(path.relative_to(ROOT)): path.read_bytes().decode(errors="replace") for path in files()}
