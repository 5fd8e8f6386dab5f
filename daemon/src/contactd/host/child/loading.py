"""One plugin is loaded here, with a plugin manager of its own."""

import pluggy

from contactd.host.frames import Failed, Kind, Unusable
from contactd_sdk import ENTRY_POINT_GROUP, PROJECT, HookSpecs, SourceKind
from contactd_sdk.settings import schema


def kinds_of(plugin: str) -> dict[str, SourceKind]:
    """Load the entry point *plugin* and ask for its kinds, by name.

    Raises:
        Unusable: it offers nothing that can be used.
        BaseException: whatever its code does while it is imported.
    """
    # A manager each: one that fails to import, or that implements a hook we
    # do not have, must not take the others with it.
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(HookSpecs)
    if manager.load_setuptools_entrypoints(ENTRY_POINT_GROUP, name=plugin) == 0:
        raise Unusable("is not among the entry points that its process sees")
    manager.check_pending()
    kinds: dict[str, SourceKind] = {}
    for offer in manager.hook.contactd_sources():
        for kind in offer:
            _check(kind, kinds)
            kinds[kind.name] = kind
    if not kinds:
        raise Unusable("offers no kind of source: its module must have a contactd_sources() marked with @hookimpl")
    return kinds


def _check(kind: object, others: dict[str, SourceKind]) -> None:
    if not isinstance(kind, SourceKind):
        raise Unusable(f"offers a {type(kind).__name__} where contactd_sources() must return a list of SourceKind")
    if kind.name in others:
        raise Unusable(f"offers the kind '{kind.name}' twice")


def manifest(plugin: str, kind: SourceKind) -> Kind:
    """Describe *kind* by values alone."""
    return Kind(
        plugin=plugin,
        name=kind.name,
        title=kind.title,
        settings=schema(kind.settings),
        authorized=kind.authorizer is not None,
        modules=tuple(kind.modules),
        fields=tuple(kind.fields),
        hosts=tuple(kind.hosts),
        capabilities=frozenset(kind.capabilities),
        vendor=kind.vendor or kind.name,
        counted=kind.allowance is not None,
    )


def unusable(exc: BaseException) -> Failed:
    """Say why a plugin cannot be used. Its own words are safe here: nothing secret was given to it yet."""
    match exc:
        case Unusable():
            return Failed("unusable", str(exc))
        case SystemExit():
            return Failed("unusable", f"ends the program when it is imported (SystemExit: {exc})")
        case ImportError():
            return Failed("unusable", f"misses something that it imports ({_words(exc)})")
    return Failed("unusable", f"cannot be loaded ({_words(exc)})")


def _words(exc: BaseException) -> str:
    # One line, and not a page of it.
    return " ".join(f"{type(exc).__name__}: {exc}".split())[:300]
