"""What a person may change after an error of S3, by the code that the server gave."""

from __future__ import annotations

from botocore.exceptions import ClientError, ParamValidationError

from skynet_desktop.connections.s3.errors import code_of, status_of

_BUCKET = "Check the bucket's name. It must exist: make it in the provider's console first."
_KEY = "Copy the access key ID once more, and check that it belongs to this service."
_SECRET = (
    "Copy the secret access key once more, whole and without a space. If you no longer have it, "
    "make a new key."
)
_NEW_KEY = "Make a new key in the provider's console and enter it here."
_REGION = "Set the region in which the bucket was made."
_CLOCK = "Set this computer's date and time, best by switching on that it sets them itself."
_RIGHTS = (
    "Give the key the right to list, read, write and delete there. If it is limited to a folder "
    "of the bucket, enter that as the folder in the bucket."
)
_ACCOUNT = "Sign in at the provider's web page and look at the account."
_OPTIONS = "Choose another storage class or encryption, or leave them empty."

_ADVICE = {
    "NoSuchBucket": _BUCKET,
    "InvalidBucketName": _BUCKET,
    "InvalidAccessKeyId": _KEY,
    "InvalidAccessKey": _KEY,
    "UnrecognizedClientException": _KEY,
    "SignatureDoesNotMatch": _SECRET,
    "InvalidSecurity": _SECRET,
    "ExpiredToken": _NEW_KEY,
    "InvalidToken": _NEW_KEY,
    "TokenRefreshRequired": _NEW_KEY,
    "AccountProblem": _ACCOUNT,
    "NotSignedUp": _ACCOUNT,
    "PermanentRedirect": _REGION,
    "TemporaryRedirect": _REGION,
    "301": _REGION,
    "AuthorizationHeaderMalformed": _REGION,
    "IllegalLocationConstraintException": _REGION,
    "RequestTimeTooSkewed": _CLOCK,
    "AccessDenied": _RIGHTS,
    "AllAccessDisabled": _RIGHTS,
    "Forbidden": _RIGHTS,
    "403": _RIGHTS,
    "InvalidStorageClass": _OPTIONS,
    "InvalidEncryptionAlgorithmError": _OPTIONS,
}


def advice(error: Exception) -> str:
    """A sentence for an error of ours that an answer of the server led to, else ""."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ParamValidationError):
            return _BUCKET
        if isinstance(cause, ClientError):
            return _of_answer(cause)
        cause = cause.__cause__ or cause.__context__
    return ""


def _of_answer(error: ClientError) -> str:
    code = code_of(error)
    right = str(error.response.get("Error", {}).get("Region", ""))
    known = _ADVICE.get(code, "")
    if known == _REGION and right:
        return f"Set the region to {right}."
    if not known and status_of(error) == 400:
        return "If the server wants encryption, its address begins with https://."
    return known
