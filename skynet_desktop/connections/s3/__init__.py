"""S3: any bucket at Amazon or at a compatible service.

    connection.py   the class the engine sees; each method hands over to one of the files below
    account.py      address and keys, and what they make
    client.py       the boto3 client: keys, addressing, timeouts, proxy
    tunnel.py       its connections through a SOCKS proxy
    bucket.py       a bucket below a prefix: its keys, its errors
    names.py        which names a key can carry, and what a server does to odd ones
    errors.py       boto3's errors -> ours, by a table
    small.py        a file as one request
    direct.py       requests by the shortest way, without boto3
    asking.py       what every sign-in asks, that way
    exchange.py     many PUTs on their way from one thread
    window.py       how many: as many as make it faster
    parcel.py       what a PUT brings
    line.py         a kept connection of HTTP
    signing.py      what such a request is signed with
    multipart.py    a large file in parts that survive a crash, with its ledger record
    orphans.py      aborting unfinished uploads of ours, and nobody else's
    sent_parts.py   the parts of one, sent and proven
    parts.py        several parts at once, and how a file is cut into them
    body.py         bytes on their way: rewound, paced, checksummed
    removing.py     delete, one or many
    copying.py      copy, move and set_time, at the server
    listing.py      list, without our own folder
    versions.py     what a bucket with versioning keeps
    keeping.py      a copy of what an upload replaces
    reading.py      stat, read and fetch
    matching.py     whether an object holds a local file's content
    counting.py     requests counted as they leave

Importing this package does not import boto3 (0.2 s); what only boto3 can do does.
"""

from skynet_desktop.connections.s3.connection import S3Connection

__all__ = ["S3Connection"]
