"""What a check-up asks a bucket: its clock, and whether it clears away abandoned uploads."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from skynet_desktop.connections.s3.bucket import Bucket
from skynet_desktop.connections.s3.errors import code_of

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import LifecycleRuleOutputTypeDef


def server_time(bucket: Bucket) -> float | None:
    """By the date in an answer of the server, which every HTTP server gives (RFC 9110, 6.6.1)."""
    with bucket.translating():
        answer = bucket.client.list_objects_v2(Bucket=bucket.name, Prefix=bucket.prefix, MaxKeys=1)
    try:
        said = answer["ResponseMetadata"]["HTTPHeaders"]["date"]
        return parsedate_to_datetime(said).timestamp()
    except (KeyError, ValueError):
        return None


def ends_abandoned(bucket: Bucket) -> bool | None:
    """None also where the key may not read the rules, or the server knows none."""
    with bucket.translating():
        try:
            answer = bucket.client.get_bucket_lifecycle_configuration(Bucket=bucket.name)
        except ClientError as error:
            return False if code_of(error) == "NoSuchLifecycleConfiguration" else None
    return any(_covers(rule, bucket.prefix) for rule in answer.get("Rules", []))


def _covers(rule: LifecycleRuleOutputTypeDef, prefix: str) -> bool:
    """Whether the rule ends all abandoned uploads below the prefix. One that asks for tags or
    sizes does not, since an unfinished upload has neither."""
    if rule.get("Status") != "Enabled" or "AbortIncompleteMultipartUpload" not in rule:
        return False
    chosen: Mapping[str, object] = rule.get("Filter") or {}
    if set(chosen) - {"Prefix"}:
        return False
    return prefix.startswith(str(chosen.get("Prefix") or rule.get("Prefix") or ""))
