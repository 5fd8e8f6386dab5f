"""PluginService."""

# ruff: noqa: N802  the contract names its calls

from contactd.api import names
from contactd.api.convert.plugins import plugin_message
from contactd.api.paging import Paging
from contactd.api.threads import Threads
from contactd.engine.parts import Parts
from contactd_proto.v1 import plugin_pb2 as pb
from contactd_proto.v1 import plugin_pb2_grpc


class PluginServicer(plugin_pb2_grpc.PluginServiceServicer):
    """Answers for plugins, from what was found at the start: no thread is needed."""

    def __init__(self, parts: Parts, _threads: Threads) -> None:
        self._catalog = parts.catalog
        self._paging = Paging(parts.sealer, parts.database.clock)

    async def GetPlugin(self, request: pb.GetPluginRequest, _context: object) -> pb.Plugin:
        """Tell one plugin."""
        (plugin,) = names.PLUGIN.parse(request.name)
        return plugin_message(self._catalog.plugin(plugin))

    async def ListPlugins(self, request: pb.ListPluginsRequest, _context: object) -> pb.ListPluginsResponse:
        """List the installed plugins."""
        asked = self._paging.asked(page_size=request.page_size, page_token=request.page_token, filter="plugins")
        rows = [plugin for plugin in self._catalog.plugins if plugin.name > asked.text_after]
        rows.sort(key=lambda plugin: plugin.name)
        shown, token = self._paging.cut(asked, rows, lambda row: (row.name,))
        return pb.ListPluginsResponse(plugins=[plugin_message(row) for row in shown], next_page_token=token)
