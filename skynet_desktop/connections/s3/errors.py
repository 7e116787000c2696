"""boto3's errors turned into ours, by a table at the border.

The codes are those of Amazon's list ("Error responses", Amazon S3 API Reference) and the
additions of MinIO, Ceph and SeaweedFS. A sentence never holds a key, and a server's own
words are quoted only where we have none.
"""

from __future__ import annotations

from botocore import exceptions as boto
from botocore.exceptions import BotoCoreError, ClientError

from skynet_desktop.core.errors import (
    ConnectionLost,
    PathBlocked,
    PathDenied,
    PathError,
    PathImpossible,
    RemoteMissing,
    ServiceRefused,
    SkynetError,
    StorageFull,
)

_KEY_UNKNOWN = "{host} does not know this access key."
_SECRET_WRONG = "{host} refused the access key: the secret key does not belong to it."
_EXPIRED = "The access key's session at {host} has expired."
_REGION = "The bucket '{bucket}' is in another region than the one set for it."
_PROXY = "The proxy on the way to {host} wants a user and a password, or refused the ones it got."
_CLOCK = "This computer's clock differs too much from that of {host}: set it right."
_OPTIONS = "{host} does not accept the storage class or encryption chosen ({code})."

_REFUSED = {
    "NoSuchBucket": "The bucket '{bucket}' does not exist at {host}.",
    "InvalidBucketName": "'{bucket}' cannot be the name of a bucket.",
    "InvalidAccessKeyId": _KEY_UNKNOWN,
    "InvalidAccessKey": _KEY_UNKNOWN,
    "UnrecognizedClientException": _KEY_UNKNOWN,
    "SignatureDoesNotMatch": _SECRET_WRONG,
    "InvalidSecurity": _SECRET_WRONG,
    "ExpiredToken": _EXPIRED,
    "InvalidToken": _EXPIRED,
    "TokenRefreshRequired": _EXPIRED,
    "AccountProblem": "{host} reports a problem with the account.",
    "NotSignedUp": "The account is not signed up for storage at {host}.",
    "PermanentRedirect": _REGION,
    "TemporaryRedirect": _REGION,
    "301": _REGION,
    "AuthorizationHeaderMalformed": _REGION,
    "IllegalLocationConstraintException": _REGION,
    "RequestTimeTooSkewed": _CLOCK,
    "InvalidStorageClass": _OPTIONS,
    "InvalidEncryptionAlgorithmError": _OPTIONS,
    "KMS.NotFoundException": _OPTIONS,
    "KMS.DisabledException": _OPTIONS,
    "ServerSideEncryptionConfigurationNotFoundError": _OPTIONS,
}
_OVERLOADED = {
    "InternalError",
    "OperationAborted",
    "RequestLimitExceeded",
    "RequestTimeout",
    "ServerNotInitialized",
    "ServiceUnavailable",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "TooManyRequests",
    "XMinioServerNotInitialized",
}
_FULL = {
    "CapacityExceeded",
    "InsufficientCapacity",
    "InsufficientStorage",
    "StorageLimitExceeded",
    "XMinioStorageFull",
}
"""Besides all codes that speak of a quota."""
_FULL_WORDS = ("quota", "storage cap", "storage limit", "no space left")
"""How servers that have no code of their own for it put it (Backblaze, Garage, Ozone)."""
_DENIED = {"AccessDenied", "AllAccessDisabled", "Forbidden", "403"}
_PATH: dict[str, tuple[type[PathError], str]] = {}
for _error, _sentence, _codes in (
    (RemoteMissing, "It is not in the bucket.", "NoSuchKey NotFound NoSuchVersion 404"),
    (PathImpossible, "The path is too long for this storage.", "KeyTooLongError KeyTooLong"),
    (PathImpossible, "The file is too large for this storage.", "EntityTooLarge"),
    (
        PathImpossible,
        "This storage cannot hold this name.",
        "InvalidObjectName XMinioInvalidObjectName InvalidURI InvalidKey",
    ),
    (
        PathBlocked,
        "Something of another kind has this name in the bucket.",
        "ExistingObjectIsDirectory ExistingObjectIsFile "  # noqa: ISC004
        "XMinioParentIsObject XMinioObjectExistsAsDirectory",
    ),
    (
        PathError,
        "The content arrived damaged and was refused.",
        "BadDigest InvalidDigest XAmzContentChecksumMismatch XAmzContentSHA256Mismatch",
    ),
    (PathError, "The object was changed by somebody else meanwhile.", "PreconditionFailed"),
    (
        PathDenied,
        "It lies in an archive there, from where it must be called back before it can be read.",
        "InvalidObjectState",
    ),
):
    _PATH.update(dict.fromkeys(_codes.split(), (_error, _sentence)))

# The first that fits counts: several of boto3's classes descend from others here.
_LIBRARY: tuple[tuple[type[SkynetError], tuple[type[Exception], ...], str], ...] = (
    (
        ConnectionLost,
        (boto.SSLError,),
        "The certificate of {host} cannot be trusted, or TLS failed.",
    ),
    (
        ConnectionLost,
        (boto.ProxyConnectionError,),
        "The proxy on the way to {host} cannot be reached, or does not lead there.",
    ),
    (
        ConnectionLost,
        (boto.EndpointConnectionError, boto.ConnectTimeoutError),
        "{host} cannot be reached.",
    ),
    (
        ConnectionLost,
        (boto.HTTPClientError, boto.ConnectionError, boto.IncompleteReadError),
        "The connection to {host} broke off.",
    ),
    (
        ConnectionLost,
        (boto.ChecksumError, boto.FlexibleChecksumError),
        "The content arrived damaged from {host}.",
    ),
    (
        ServiceRefused,
        (
            boto.NoCredentialsError,
            boto.PartialCredentialsError,
            boto.CredentialRetrievalError,
            boto.NoAuthTokenError,
            boto.TokenRetrievalError,
            boto.ProfileNotFound,
            boto.SSOError,
            boto.LoginError,
        ),
        "This computer's own AWS settings hold no usable credentials ({name}).",
    ),
    (
        ServiceRefused,
        (boto.ParamValidationError,),
        "The bucket name '{bucket}' or another setting of the service is not valid.",
    ),
)


def code_of(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def status_of(error: ClientError) -> int:
    """The HTTP status; 0 if there was none."""
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def upload_is_gone(error: ClientError) -> bool:
    """Whether the server knows nothing (any more) of a multipart upload."""
    return code_of(error) == "NoSuchUpload"


def is_missing(error: ClientError) -> bool:
    """Whether the server says that there is no such object."""
    return code_of(error) in ("NoSuchKey", "NotFound", "404")


def is_past_the_end(error: ClientError) -> bool:
    """Whether the object ends before the range that was asked for."""
    return status_of(error) == 416 or code_of(error) == "InvalidRange"


def translated(error: Exception, host: str, bucket: str) -> Exception:
    """The error of ours that ``error`` means; what is no error of boto3 comes back as it is.

    A refused request counts as the path's own error here: whoever asked can tell more.
    """
    if isinstance(error, ClientError):
        return _of_answer(error, host, bucket)
    if isinstance(error, BotoCoreError):
        return _of_library(error, host, bucket)
    if _is_gibberish(error):  # a captive portal, say, answers every address with its own page
        return ConnectionLost(f"What answers at {host} does not speak S3.")
    return error


def cause(error: object) -> SkynetError | None:
    """Our own error that was raised while boto3 read a body from us: it wraps what it
    does not know."""
    inner = error.kwargs.get("error") if isinstance(error, boto.HTTPClientError) else None
    return inner if isinstance(inner, SkynetError) else None


def _of_answer(error: ClientError, host: str, bucket: str) -> SkynetError:
    code, status = code_of(error), status_of(error)
    if code in _REFUSED:
        return ServiceRefused(_REFUSED[code].format(host=host, bucket=bucket, code=code))
    if status == 407:
        return ServiceRefused(_PROXY.format(host=host))
    if _is_full(error, code, status):
        return StorageFull(f"There is no space or quota left in the bucket '{bucket}'.")
    if code in _PATH:
        kind, sentence = _PATH[code]
        return kind(sentence)
    if code in _DENIED or status == 403:
        return PathDenied(f"The access key may not do this ({error.operation_name}).")
    if code == "NotImplemented" or status == 501:
        return PathError(f"{host} does not offer this ({error.operation_name}).")
    if code in _OVERLOADED or status >= 500 or status == 429:
        return ConnectionLost(f"{host} cannot serve us at the moment ({code}).")
    words = error.response.get("Error", {}).get("Message", "")
    return PathError(f"{host} refused it: {words or 'no reason given'} ({code or status})")


def _is_full(error: ClientError, code: str, status: int) -> bool:
    if code in _FULL or "quota" in code.lower() or status == 507:
        return True
    words = str(error.response.get("Error", {}).get("Message", "")).lower()
    return (code in _DENIED or status >= 500) and any(word in words for word in _FULL_WORDS)


def _of_library(error: Exception, host: str, bucket: str) -> SkynetError:
    inner = cause(error)
    if inner is not None:
        return inner
    if isinstance(error, boto.ProxyConnectionError) and " 407 " in str(error.kwargs["error"]):
        return ServiceRefused(_PROXY.format(host=host))
    for kind, classes, sentence in _LIBRARY:
        if isinstance(error, classes):
            name = type(error).__name__
            return kind(sentence.format(host=host, bucket=bucket, name=name))
    return ServiceRefused(f"The settings for {host} cannot be used: {error}")


def _is_gibberish(error: Exception) -> bool:
    """Whether the answer was no S3 at all."""
    from botocore.parsers import ResponseParserError  # loaded by then; slow to load before

    return isinstance(error, ResponseParserError)
