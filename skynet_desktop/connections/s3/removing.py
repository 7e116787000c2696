"""Delete: one key or many, always exactly those, never a prefix."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from botocore.exceptions import ClientError

from skynet_desktop.connections.s3.bucket import Bucket
from skynet_desktop.connections.s3.errors import is_missing, translated
from skynet_desktop.core.errors import PathError, ServiceError

BATCH = 1000
"""Keys that one DeleteObjects request takes."""


def delete(bucket: Bucket, remote_path: str) -> None:
    key = bucket.key_there(remote_path)
    if key is None:
        return  # no key can carry the name, so nothing is there
    with bucket.on_path():
        try:
            bucket.client.delete_object(Bucket=bucket.name, Key=key)
        except ClientError as error:
            if not is_missing(error):  # Amazon does not mind a missing key, others may
                raise


def delete_batch(
    bucket: Bucket, remote_paths: Sequence[str]
) -> Iterator[tuple[str, Exception | None]]:
    """An answer for each path; an error of the service as a whole is raised."""
    together: list[str] = []
    for path in dict.fromkeys(remote_paths):
        if not _has_control(path):
            together.append(path)
        else:
            yield path, _alone(bucket, path)  # XML cannot hold such a name unharmed
    paths = iter(together)
    while batch := list(islice(paths, BATCH)):
        yield from _together(bucket, batch)


def _together(bucket: Bucket, paths: Sequence[str]) -> Iterator[tuple[str, Exception | None]]:
    path_of: dict[str, str] = {}
    for path in paths:
        try:
            key = bucket.key_there(path)
        except PathError as error:
            yield path, error
            continue
        if key is None:
            yield path, None
        elif key in path_of:
            yield path, _alone(bucket, path)  # two spellings, with and without a slash
        else:
            path_of[key] = path
    if not path_of:
        return
    try:
        with bucket.translating():
            answer = bucket.client.delete_objects(
                Bucket=bucket.name,
                Delete={"Objects": [{"Key": key} for key in path_of], "Quiet": True},
            )
    except PathError:  # not offered by every service
        for path in path_of.values():
            yield path, _alone(bucket, path)
        return
    for failed in answer.get("Errors", []):
        refused = path_of.pop(failed.get("Key", ""), None)
        if refused is not None:
            code, words = failed.get("Code", ""), failed.get("Message", "")
            yield refused, _sorted(bucket, refused, code, words)
    for path in path_of.values():
        yield path, None


def _sorted(bucket: Bucket, path: str, code: str, words: str) -> Exception | None:
    error = translated(
        ClientError({"Error": {"Code": code, "Message": words}}, "DeleteObjects"),
        bucket.host,
        bucket.name,
    )
    # One key out of a thousand that met an overload says little of the service.
    return _alone(bucket, path) if isinstance(error, ServiceError) else error


def _alone(bucket: Bucket, path: str) -> PathError | None:
    try:
        delete(bucket, path)
    except PathError as error:
        return error
    return None


def _has_control(path: str) -> bool:
    return any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 or ord(char) >= 0xFFFE for char in path)
