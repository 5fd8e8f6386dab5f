"""Nobody overwrites what somebody else has just changed."""

from contactd.domain.refusals import Stale


def check(noun: str, name: str, version: int, etag: str) -> None:
    """Refuse a change of the *noun* called *name* that was meant for another version; no *etag*, any will do.

    Raises:
        Stale: it was changed since *etag*.
    """
    if etag and etag != str(version):
        raise Stale(f"the {noun} '{name}' was changed since it was read; read it again and repeat", name=name)
