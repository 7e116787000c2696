from __future__ import annotations

import io
import json
import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from skynet_desktop.credentials import Credentials, RedactingFilter, redacted, redaction, register
from tests.credentials.test_store import Memory

SECRET = 'ca"na/ry sécret\n'


@pytest.fixture
def logged() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(RedactingFilter())
    logger = logging.getLogger("tests.redaction")
    logger.propagate = False
    logger.addHandler(handler)
    yield logger, stream
    logger.removeHandler(handler)


def test_every_form_of_a_secret_is_hidden() -> None:
    register([SECRET, "", "abc"])
    forms = (SECRET, quote(SECRET, safe=""), json.dumps(SECRET), repr(SECRET))
    for text in forms:
        assert "ry" not in redacted(f"<{text}>")
        assert "[hidden]" in redacted(text)
    assert redacted("abc is no secret") == "abc is no secret"


def test_the_longer_of_two_is_hidden_whole() -> None:
    register(["pass"])
    register(["password"])
    assert redacted("my password") == "my [hidden]"


def test_message_arguments_traceback_and_stack(
    logged: tuple[logging.Logger, io.StringIO],
) -> None:
    logger, stream = logged
    register([SECRET])
    logger.warning("url %s", f"sftp://anna:{quote(SECRET, safe='')}@nas")
    plain = f"plain {SECRET}"
    logger.warning(plain, stack_info=True)
    logger.warning("dictionary %(password)r", {"password": SECRET})
    logger.warning("too few %s %s", SECRET)
    try:
        try:
            raise ValueError(SECRET)
        except ValueError as error:
            raise RuntimeError(f"wrapped {SECRET!r}") from error
    except RuntimeError:
        logger.exception("failed")
    out = stream.getvalue()
    assert "sécret" not in out
    assert quote("sécret") not in out
    assert out.count("[hidden]") >= 6
    assert "RuntimeError: wrapped" in out
    assert "too few" in out


def test_what_the_keyring_gives_is_known_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Memory()
    Credentials(Path("/h"), memory).set("a", {"password": "canary-1"})
    assert redacted("canary-1") == "[hidden]"
    monkeypatch.setattr(redaction, "_known", ())
    Credentials(Path("/h"), memory).get("a")
    assert redacted("canary-1") == "[hidden]"


def test_many_threads_register() -> None:
    threads = [
        threading.Thread(target=register, args=([f"secret-{n}-{m}" for m in range(20)],))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for n in range(8):
        assert redacted(f"secret-{n}-19.") == "[hidden]."
