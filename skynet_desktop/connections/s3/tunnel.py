"""S3 through a SOCKS proxy, which botocore does not know: its connections are dialled here.
Proxies of the web are botocore's own affair (client.py).
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSHTTPConnectionPool, AWSHTTPSConnectionPool

from skynet_desktop.connections.dial import dial
from skynet_desktop.connections.route import Proxy

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def tunnel(client: S3Client, proxy: Proxy) -> None:
    """All connections that the client makes from now on go through the proxy.

    Reaches into what botocore and urllib3 keep to themselves, there being no other way; both
    are pinned, and a test goes through.
    """
    core: Any = client
    core._endpoint.http_session._manager.pool_classes_by_scheme = {
        "http": _dialling(AWSHTTPConnectionPool, proxy),
        "https": _dialling(AWSHTTPSConnectionPool, proxy),
    }


def _dialling(pool_class: Any, proxy: Proxy) -> type:
    """The kind of pool, whose connections open their sockets (below TLS) by :func:`dial`."""

    def connection(**arguments: Any) -> Any:
        made = pool_class.ConnectionCls(**arguments)

        def new_socket() -> socket.socket:
            sock = dial(made.host, made.port, proxy, made.timeout)
            for option in made.socket_options or ():
                sock.setsockopt(*option)
            return sock

        made._new_conn = new_socket
        return made

    return type(pool_class.__name__, (pool_class,), {"ConnectionCls": staticmethod(connection)})
