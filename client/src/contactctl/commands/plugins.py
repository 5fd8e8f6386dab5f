"""`contactctl plugins`: what is installed beside the daemon."""

import click

from contactctl.options import Noun, Setup
from contactctl.views.plugins import PLUGINS, plugin_view


@click.group(cls=Noun)
def plugins() -> None:
    """Installed plugins and the kinds of source that they bring."""


@plugins.command("list")
@click.pass_obj
def list_plugins(setup: Setup) -> None:
    """List the sync services: what can be connected, and the plugins that bring it."""
    from contactd_proto.v1.plugin_pb2 import ListPluginsRequest

    with setup.daemon() as daemon:
        pages = daemon.pages(daemon.plugins.ListPlugins, ListPluginsRequest())
        setup.output.many((plugin for page in pages for plugin in page.plugins), PLUGINS)


@plugins.command("show")
@click.argument("plugin")
@click.pass_obj
def show_plugin(setup: Setup, plugin: str) -> None:
    """Show PLUGIN, its kinds and the settings that they take."""
    from contactd_proto.v1.plugin_pb2 import GetPluginRequest

    with setup.daemon() as daemon:
        request = GetPluginRequest(name=daemon.names.plugin(plugin))
        setup.output.one(daemon.call(daemon.plugins.GetPlugin, request), plugin_view)
