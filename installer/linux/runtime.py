"""The program that an AppImage begins with: the official one, or ours, compiled here.

Ours exists because no package registry has the official one; a release may take either.
"""

from __future__ import annotations

import hashlib
import platform
import struct
import subprocess
from pathlib import Path

from installer.job import Job, JobError

HERE = Path(__file__).parent / "runtime"

OFFICIAL = {
    "x86_64": "2fca8b443c92510f1483a883f60061ad09b46b978b2631c807cd873a47ec260d",
    "aarch64": "00cbdfcf917cc6c0ff6d3347d59e0ca1f7f45a6df1a428a0d6d8a78664d87444",
}
"""SHA-256 of AppImage/type2-runtime's release 20251108, by machine."""

TOOLS = {
    "gcc": ("gcc", "compiles the AppImage's runtime"),
    "/usr/include/squashfuse/ll.h": ("libsquashfuse-dev", "reads the AppImage's file system"),
    "/usr/include/fuse3/fuse_lowlevel.h": ("libfuse3-dev", "mounts it"),
    "/usr/include/zstd.h": ("libzstd-dev", "unpacks it"),
    # What libsquashfuse can unpack besides, it wants to be linked to.
    "/usr/include/zlib.h": ("zlib1g-dev", "squashfuse links to it"),
    "/usr/include/lzma.h": ("liblzma-dev", "squashfuse links to it"),
    "/usr/include/lz4.h": ("liblz4-dev", "squashfuse links to it"),
    "/usr/include/lzo/lzo1x.h": ("liblzo2-dev", "squashfuse links to it"),
}

_LIBRARIES = ("squashfuse_ll", "squashfuse", "fuse3", "zstd", "lzma", "lz4", "lzo2", "z",
              "pthread", "dl")  # fmt: skip
_MAGIC = b"AI\x02"  # at byte 8: an AppImage of type 2


def runtime(job: Job) -> Path:
    """The one that was given, if it is the official one; else ours. Raises :class:`JobError`
    or ``CalledProcessError``."""
    if job.runtime is None:
        return _compiled(job.folder("runtime"))
    found = hashlib.sha256(job.runtime.read_bytes()).hexdigest()
    if found != OFFICIAL.get(platform.machine()):
        raise JobError(
            f"{job.runtime} is not the official runtime for {platform.machine()}: its SHA-256 is "
            f"{found}. See installer/linux/runtime.py."
        )
    return job.runtime


def _compiled(folder: Path) -> Path:
    made = folder / "runtime"
    subprocess.run(
        [
            "gcc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-static", "-s",
            "-D_FILE_OFFSET_BITS=64", "-D_FORTIFY_SOURCE=2", "-fstack-protector-strong",
            "-Wl,--build-id=none", "-Wl,--no-warnings",  # of a dlopen in libfuse, never called
            "-o", str(made),
            *map(str, sorted(HERE.glob("*.c"))),
            *(f"-l{name}" for name in _LIBRARIES),
        ],
        check=True, cwd=HERE,
    )  # fmt: skip
    content = bytearray(made.read_bytes())
    content[8 : 8 + len(_MAGIC)] = _MAGIC
    made.write_bytes(content)
    if length(content) != len(content):
        raise JobError(f"{made} does not end with its section headers, so it would not find "
                       "what lies behind it.")  # fmt: skip
    return made


def length(elf: bytes | bytearray) -> int:
    """Where an ELF file of 64 bits, little-endian, ends: behind its section headers."""
    begin, size, count = *struct.unpack_from("<Q", elf, 40), *struct.unpack_from("<HH", elf, 58)
    return int(begin) + int(size) * int(count)
