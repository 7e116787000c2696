"""What a client of boto3's costs: a service that comes and goes is met with a new one each time."""

from __future__ import annotations

import pytest
from botocore.loaders import JSONFileLoader

from skynet_desktop.connections.s3.client import make_client


@pytest.mark.parametrize("keys", [("key", "secret"), None], ids=["keys", "chain"])
def test_the_description_of_s3_is_read_once(
    keys: tuple[str, str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes 15 MB and 0.2 s: read for each new connection, it made the program's memory creep
    with every loss of the network."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")

    def make() -> None:
        make_client(keys, "http://127.0.0.1:9", "", "auto", 4, None, lambda _: None).close()

    make()
    read: list[str] = []
    load = JSONFileLoader.load_file

    def noted(self: JSONFileLoader, file_path: str) -> object:
        read.append(file_path)
        return load(self, file_path)

    monkeypatch.setattr(JSONFileLoader, "load_file", noted)
    make()
    assert read == []
