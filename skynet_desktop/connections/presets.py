"""Well-known services: what a person need not find out by themselves.

A preset fills in options of a kind of connection and asks only for what it cannot know. The
addresses are those of the providers' own documentation. A region that is missing here can be
typed: lists of regions grow.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from skynet_desktop.core.errors import SettingsError


@dataclass(frozen=True)
class Question:
    """A part of an address that only the person knows. ``known`` are usual answers with
    their names, to choose from; any other may be typed unless it is ``closed``."""

    name: str
    label: str
    help: str = ""
    known: Mapping[str, str] = field(default_factory=dict)
    closed: bool = False

    @property
    def pattern(self) -> str:
        """What an answer may be, as a regular expression: one part of a host's name."""
        if self.closed:
            return "|".join(re.escape(answer) for answer in self.known)
        return "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"

    @property
    def wanted(self) -> str:
        """The words for an answer that is none."""
        if self.closed:
            return f"choose one of {', '.join(self.known.values())}."
        return self.help or "small letters, digits and hyphens, such as eu-central-1."


@dataclass(frozen=True)
class Preset:
    """``fixed`` are option values, in which ``{name}`` stands for the answer to a question.

    ``first`` are the options a form shows at once; the others belong below "More". ``keys``
    tells in one sentence where the person finds what is asked for.
    """

    key: str
    title: str
    kind: str
    fixed: Mapping[str, str] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()
    first: tuple[str, ...] = ()
    keys: str = ""

    def options(self, answers: Mapping[str, str]) -> dict[str, str]:
        """The option values for these answers.

        Raises :class:`SettingsError` for an answer that is missing or no part of an address.
        """
        given: dict[str, str] = {}
        for question in self.questions:
            answer = answers.get(question.name, "").strip()
            if re.fullmatch(question.pattern, answer) is None:
                raise SettingsError(f"{question.label}: {question.wanted}")
            given[question.name] = answer
        return {name: value.format_map(given) for name, value in self.fixed.items()}

    def answers(self, options: Mapping[str, object]) -> dict[str, str] | None:
        """The answers that lead to these options, or None if they are not of this preset:
        for a form that shows a saved service again."""
        found: dict[str, str] = {}
        for name, value in self.fixed.items():
            match = re.fullmatch(self._pattern(value), str(options.get(name, "")))
            if match is None:
                return None
            for question, answer in match.groupdict().items():
                if found.setdefault(question, answer) != answer:
                    return None
        return found

    def _pattern(self, template: str) -> str:
        """Matches what the template may become, with the answers as named groups."""
        patterns = {question.name: question.pattern for question in self.questions}
        parts = re.split(r"\{(\w+)\}", template)
        return "".join(
            f"(?P<{part}>{patterns[part]})" if number % 2 else re.escape(part)
            for number, part in enumerate(parts)
        )


def _region(*known: tuple[str, str], help: str = "") -> Question:
    return Question("region", "Region", help, dict(known))


_S3_FIRST = ("bucket", "access_key_id", "secret_access_key")

PRESETS: tuple[Preset, ...] = (
    Preset(
        "aws",
        "Amazon S3",
        "s3",
        {"endpoint_url": "", "region": "{region}"},
        (
            _region(
                ("us-east-1", "US East (N. Virginia)"),
                ("us-east-2", "US East (Ohio)"),
                ("us-west-1", "US West (N. California)"),
                ("us-west-2", "US West (Oregon)"),
                ("ca-central-1", "Canada (Central)"),
                ("eu-central-1", "Europe (Frankfurt)"),
                ("eu-west-1", "Europe (Ireland)"),
                ("eu-west-2", "Europe (London)"),
                ("eu-west-3", "Europe (Paris)"),
                ("eu-north-1", "Europe (Stockholm)"),
                ("eu-south-1", "Europe (Milan)"),
                ("ap-south-1", "Asia Pacific (Mumbai)"),
                ("ap-southeast-1", "Asia Pacific (Singapore)"),
                ("ap-southeast-2", "Asia Pacific (Sydney)"),
                ("ap-northeast-1", "Asia Pacific (Tokyo)"),
                ("ap-northeast-2", "Asia Pacific (Seoul)"),
                ("sa-east-1", "South America (São Paulo)"),
                help="The one shown beside the bucket in the S3 console.",
            ),
        ),
        _S3_FIRST,
        "In the AWS console under IAM > Users > your user > Security credentials.",
    ),
    Preset(
        "s3-own",
        "Own S3 server (MinIO, SeaweedFS, Ceph ...)",
        "s3",
        {},
        (),
        ("endpoint_url", *_S3_FIRST, "region"),
        "Whoever runs the server gives you its address, a bucket and a key.",
    ),
    Preset(
        "r2",
        "Cloudflare R2",
        "s3",
        {"endpoint_url": "https://{account}{place}.r2.cloudflarestorage.com", "region": "auto"},
        (
            Question(
                "account",
                "Account ID",
                "32 digits and letters, shown on the R2 page of the Cloudflare dashboard.",
            ),
            Question(
                "place",
                "Jurisdiction",
                "Chosen when the bucket was made.",
                {
                    "": "Automatic",
                    ".eu": "European Union",
                    ".us": "United States",
                    ".fedramp": "FedRAMP",
                },
                closed=True,
            ),
        ),
        _S3_FIRST,
        "In the Cloudflare dashboard under R2 > Manage API tokens: make one that may read and "
        "write objects.",
    ),
    Preset(
        "b2",
        "Backblaze B2",
        "s3",
        {"endpoint_url": "https://s3.{region}.backblazeb2.com", "region": "{region}"},
        (
            _region(
                ("us-west-002", "US West 002"),
                ("us-west-004", "US West 004"),
                ("eu-central-003", "EU Central 003"),
                help="The part of the bucket's Endpoint between s3. and .backblazeb2.com, such "
                "as us-west-004.",
            ),
        ),
        _S3_FIRST,
        "On Backblaze's page Application Keys: add one for the bucket (the master key does not "
        "work); its keyID is the access key ID, its applicationKey the secret.",
    ),
    Preset(
        "wasabi",
        "Wasabi",
        "s3",
        {"endpoint_url": "https://s3.{region}.wasabisys.com", "region": "{region}"},
        (
            _region(
                ("us-east-1", "US East 1 (N. Virginia)"),
                ("us-east-2", "US East 2 (N. Virginia)"),
                ("us-central-1", "US Central 1 (Texas)"),
                ("us-west-1", "US West 1 (Oregon)"),
                ("ca-central-1", "CA Central 1 (Toronto)"),
                ("eu-central-1", "EU Central 1 (Amsterdam)"),
                ("eu-central-2", "EU Central 2 (Frankfurt)"),
                ("eu-west-1", "EU West 1 (London)"),
                ("eu-west-2", "EU West 2 (Paris)"),
                ("eu-south-1", "EU South 1 (Milan)"),
                ("ap-northeast-1", "AP Northeast 1 (Tokyo)"),
                ("ap-northeast-2", "AP Northeast 2 (Osaka)"),
                ("ap-southeast-1", "AP Southeast 1 (Singapore)"),
                ("ap-southeast-2", "AP Southeast 2 (Sydney)"),
            ),
        ),
        _S3_FIRST,
        "In the Wasabi console under Access Keys.",
    ),
    Preset(
        "spaces",
        "DigitalOcean Spaces",
        "s3",
        {"endpoint_url": "https://{region}.digitaloceanspaces.com", "region": "{region}"},
        (
            _region(
                ("nyc3", "New York 3"),
                ("sfo2", "San Francisco 2"),
                ("sfo3", "San Francisco 3"),
                ("tor1", "Toronto 1"),
                ("ams3", "Amsterdam 3"),
                ("fra1", "Frankfurt 1"),
                ("lon1", "London 1"),
                ("blr1", "Bangalore 1"),
                ("sgp1", "Singapore 1"),
                ("syd1", "Sydney 1"),
            ),
        ),
        _S3_FIRST,
        "In the DigitalOcean control panel under Spaces Object Storage > Access Keys; the "
        "bucket is the Space's name.",
    ),
    Preset(
        "hetzner",
        "Hetzner Object Storage",
        "s3",
        {"endpoint_url": "https://{region}.your-objectstorage.com", "region": "{region}"},
        (_region(("fsn1", "Falkenstein"), ("nbg1", "Nuremberg"), ("hel1", "Helsinki")),),
        _S3_FIRST,
        "In the Hetzner console of your project under Security > S3 credentials.",
    ),
    Preset(
        "idrive",
        "IDrive e2",
        "s3",
        {"endpoint_url": "https://s3.{region}.idrivee2.com", "region": "{region}"},
        (
            _region(
                ("us-west-1", "Oregon"),
                ("us-west-2", "Los Angeles"),
                ("us-west-3", "San Jose"),
                ("us-southwest-1", "Phoenix"),
                ("us-midwest-1", "Chicago"),
                ("us-central-1", "Dallas"),
                ("us-east-1", "Virginia"),
                ("us-southeast-1", "Miami"),
                ("ca-east-1", "Montreal"),
                ("eu-west-1", "Ireland"),
                ("eu-west-2", "London"),
                ("eu-west-3", "London 2"),
                help="The one shown beside the bucket in the e2 dashboard.",
            ),
        ),
        _S3_FIRST,
        "In the IDrive e2 dashboard under Access Keys.",
    ),
    Preset(
        "sftp-password",
        "SFTP with a password (NAS, web space ...)",
        "sftp",
        {"auth": "password"},
        (),
        ("host", "port", "username", "password"),
        "The same as for signing in to the server; some servers allow SFTP only once it was "
        "switched on.",
    ),
    Preset(
        "sftp-key",
        "SFTP with a key file",
        "sftp",
        {"auth": "key"},
        (),
        ("host", "port", "username", "key_file", "passphrase"),
        "The private key whose public half is in the server's authorized_keys, often in the "
        "folder .ssh of your home.",
    ),
    Preset(
        "sftp-agent",
        "SFTP with the SSH agent",
        "sftp",
        {"auth": "agent"},
        (),
        ("host", "port", "username"),
        "Your SSH agent holds the key already; nothing secret is kept by us.",
    ),
    Preset(
        "local",
        "Folder on another disk or a mounted share",
        "local",
        {},
        (),
        ("path", "mounted"),
        "No account is needed.",
    ),
)


BY_KEY = {preset.key: preset for preset in PRESETS}


def preset_of(kind: str, options: Mapping[str, object]) -> Preset | None:
    """The preset that a saved service most likely came from: the one with the most in
    common; None for a kind that has none."""
    fitting = [p for p in PRESETS if p.kind == kind and p.answers(options) is not None]
    return max(fitting, key=lambda p: sum(map(len, p.fixed.values())), default=None)
