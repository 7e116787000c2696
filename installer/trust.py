"""Runs in the frozen program before anything else: where certificates are looked for.

Python's OpenSSL looks where the system keeps them that it was built on, and there is nothing on
many others. S3 has a list of its own (botocore's); this is for all else that speaks TLS: a
person's own connection, the standard library. Windows has a store that Python asks by itself.
"""

import os
import ssl
import sys
from collections.abc import Mapping
from pathlib import Path

SYSTEMS = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch, Gentoo
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/ssl/cert.pem",  # Alpine, macOS
)
SHIPPED = ("botocore", "cacert.pem")


def roots(environ: Mapping[str, str], bundle: Path, systems: tuple[str, ...] = SYSTEMS) -> str:
    """The file to look into; empty where Python finds some by itself, or was told of some."""
    usual = ssl.get_default_verify_paths()
    told = {usual.openssl_cafile_env, usual.openssl_capath_env} & environ.keys()
    if sys.platform == "win32" or told or usual.cafile:
        return ""
    if usual.capath and any(Path(usual.capath).iterdir()):
        return ""
    files = (*map(Path, systems), bundle.joinpath(*SHIPPED))
    return next((str(file) for file in files if file.is_file()), "")


_bundle = getattr(sys, "_MEIPASS", "")
if _bundle and (_found := roots(os.environ, Path(_bundle))):
    os.environ["SSL_CERT_FILE"] = _found
