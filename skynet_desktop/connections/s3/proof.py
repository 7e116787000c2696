"""Does the server prove by its certificate that it is the right one?

Asked by a request that nobody signed, sent the way all others go (same trusted issuers, same
proxy): whatever the answer says, TLS was agreed on before it came.
"""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError
from botocore.handlers import disable_signing
from botocore.parsers import ResponseParserError

from skynet_desktop.connections.introduction import Endpoint
from skynet_desktop.connections.reach import tls_trouble
from skynet_desktop.connections.s3.bucket import Bucket
from skynet_desktop.connections.s3.errors import translated


def verify(bucket: Bucket, endpoint: Endpoint) -> str:
    """A sentence; "" for a server without encryption. Closes the bucket's client.

    Raises ``NotReached`` for a bad certificate and the usual errors for the rest.
    """
    client = bucket.client
    try:
        if not client.meta.endpoint_url.startswith("https:"):
            return ""
        client.meta.events.register("choose-signer.s3", disable_signing)
        client.meta.events.register_first("needs-retry.s3", _once)
        client.list_objects_v2(Bucket=bucket.name, Prefix=bucket.prefix, MaxKeys=1)
    except (ClientError, ResponseParserError):
        pass
    except BotoCoreError as error:
        ours = tls_trouble(error, endpoint) or translated(error, bucket.host, bucket.name)
        raise ours from error
    finally:
        client.close()
    return f"The certificate of {endpoint.host} is good."


def _once(caught_exception: Exception | None = None, **_: object) -> None:
    """A certificate does not get better by looking again."""
    if caught_exception is not None:
        raise caught_exception
