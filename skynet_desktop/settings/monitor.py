"""The settings of the web monitor: where reports go, and what they leave out."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from skynet_desktop.connections.route import is_loopback
from skynet_desktop.settings.declaring import about

_ALLOWED = (
    "is no address of a monitor, such as https://skywatch.example.com, "
    "postgresql://laptop@db.example.com/skynet or sqlite:///~/monitor.db"
)


def _address(url: str) -> None:
    """A password would stand in the settings file, which is no place for secrets."""
    if not url:
        return
    try:
        parts = urlsplit(url)
        host, password = parts.hostname or "", parts.password
        _ = parts.port
        words = {name for name, _ in parse_qsl(parts.query)}
    except ValueError:
        raise ValueError(_ALLOWED) from None
    if password or words & {"password", "passfile", "sslpassword", "token"}:
        raise ValueError(
            "must not hold a password or token: leave it out, and enter it in Settings > Monitor "
            "or with: skynet monitor set, which keep it in the keyring"
        )
    if parts.scheme == "http" and not is_loopback(host):
        raise ValueError("must begin with https, or the token would travel unprotected")
    if parts.scheme in ("https", "http"):
        good = bool(host) and not (parts.username or parts.query or parts.fragment)
    elif parts.scheme in ("postgresql", "postgres"):
        good = bool(host and parts.username and parts.path.strip("/"))
    else:
        good = parts.scheme == "sqlite" and not host and len(parts.path) > 1
    if not good:
        raise ValueError(_ALLOWED)


@dataclass(frozen=True, slots=True)
class Monitor:
    """Whether and how somebody may watch this machine's progress from elsewhere."""

    enabled: bool = field(
        default=True,
        metadata=about("Tell the monitor", "Off keeps the address and tells nothing."),
    )
    url: str = field(
        default="",
        metadata=about(
            "Address",
            "Of Skywatch, such as https://skywatch.example.com; or a PostgreSQL database, such "
            "as postgresql://laptop@db.example.com/skynet. Empty for no monitor.",
            may_be_empty=True,
            check=_address,
        ),
    )
    machine_name: str = field(
        default="",
        metadata=about(
            "Name of this machine",
            "As the monitor shows it; empty for this computer's own name.",
            may_be_empty=True,
        ),
    )
    hide_paths: bool = field(
        default=False,
        metadata=about(
            "Hide names of files and folders",
            "The monitor then sees numbers, sizes, states and general reasons, but no names. "
            "What it was told before, its history keeps.",
        ),
    )

    @property
    def is_on(self) -> bool:
        return self.enabled and bool(self.url)

    @property
    def wants_secret(self) -> bool:
        """A token or password, which the keyring has."""
        return bool(self.url) and not self.url.startswith("sqlite:")

    @property
    def page(self) -> str:
        """The web page of the monitor; "" where it has none."""
        return self.url if self.url.startswith(("https://", "http://")) else ""
