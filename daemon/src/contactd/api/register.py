"""Every servicer of the contract, added to a server."""

from grpc import aio

from contactd.api import access
from contactd.api.connections import ConnectionServicer
from contactd.api.contacts import ContactServicer
from contactd.api.daemons import DaemonServicer
from contactd.api.draining import Draining
from contactd.api.elsewhere import Elsewhere
from contactd.api.fields import FieldServicer
from contactd.api.lists import ListServicer
from contactd.api.notifications import NotificationServicer
from contactd.api.plugins import PluginServicer
from contactd.api.runs import RunServicer
from contactd.api.server import Answers
from contactd.api.suppressions import SuppressionServicer
from contactd.api.syncs import SyncServicer
from contactd.api.system import About, SystemServicer
from contactd.api.threads import Threads
from contactd.api.topics import TopicServicer
from contactd.api.workspaces import WorkspaceServicer
from contactd.engine.parts import Parts
from contactd_proto.v1 import system_pb2
from contactd_proto.v1.connection_pb2_grpc import add_ConnectionServiceServicer_to_server
from contactd_proto.v1.contact_pb2_grpc import add_ContactServiceServicer_to_server
from contactd_proto.v1.daemon_pb2_grpc import add_DaemonServiceServicer_to_server
from contactd_proto.v1.field_pb2_grpc import add_FieldServiceServicer_to_server
from contactd_proto.v1.list_pb2_grpc import add_ListServiceServicer_to_server
from contactd_proto.v1.notification_pb2_grpc import add_NotificationServiceServicer_to_server
from contactd_proto.v1.plugin_pb2_grpc import add_PluginServiceServicer_to_server
from contactd_proto.v1.run_pb2_grpc import add_RunServiceServicer_to_server
from contactd_proto.v1.suppression_pb2_grpc import add_SuppressionServiceServicer_to_server
from contactd_proto.v1.sync_pb2_grpc import add_SyncServiceServicer_to_server
from contactd_proto.v1.system_pb2_grpc import add_SystemServiceServicer_to_server
from contactd_proto.v1.topic_pb2_grpc import add_TopicServiceServicer_to_server
from contactd_proto.v1.workspace_pb2_grpc import add_WorkspaceServiceServicer_to_server


def itself(about: About) -> Answers:
    """Give the one service of a daemon that carries runs and answers for nothing but itself."""
    system = SystemServicer(about)

    def register(server: aio.Server) -> None:
        add_SystemServiceServicer_to_server(system, server)
        # Asked after the one above, which comes first.
        server.add_generic_rpc_handlers((Elsewhere(),))

    return Answers(register, frozenset({system_pb2.DESCRIPTOR.services_by_name["SystemService"].full_name}))


def everything(parts: Parts, threads: Threads, draining: Draining, about: About) -> Answers:
    """Give every service; all servers share the servicers."""
    system, workspaces = SystemServicer(about), WorkspaceServicer(parts, threads)
    daemons = DaemonServicer(parts, threads, about)
    plugins, connections = PluginServicer(parts, threads), ConnectionServicer(parts, threads)
    lists, fields = ListServicer(parts, threads), FieldServicer(parts, threads)
    topics = TopicServicer(parts, threads)
    contacts, suppressions = ContactServicer(parts, threads, draining), SuppressionServicer(parts, threads, draining)
    notifications = NotificationServicer(parts, threads, draining)
    syncs, runs = SyncServicer(parts, threads, draining), RunServicer(parts, threads, draining)

    def register(server: aio.Server) -> None:
        add_SystemServiceServicer_to_server(system, server)
        add_DaemonServiceServicer_to_server(daemons, server)
        add_WorkspaceServiceServicer_to_server(workspaces, server)
        add_PluginServiceServicer_to_server(plugins, server)
        add_ConnectionServiceServicer_to_server(connections, server)
        add_ListServiceServicer_to_server(lists, server)
        add_TopicServiceServicer_to_server(topics, server)
        add_FieldServiceServicer_to_server(fields, server)
        add_ContactServiceServicer_to_server(contacts, server)
        add_SuppressionServiceServicer_to_server(suppressions, server)
        add_NotificationServiceServicer_to_server(notifications, server)
        add_SyncServiceServicer_to_server(syncs, server)
        add_RunServiceServicer_to_server(runs, server)

    return Answers(register, frozenset(service.full_name for service in access.services()))
