"""Tokens: shown once, kept as hashes. 256 random bits need no slow hash: nobody guesses them."""

from __future__ import annotations

import hashlib
import secrets
import time
from typing import Self

from django.db import models

PREFIX = "sky_"
SELDOM = 60.0
"""Seconds between two notes that a token was used."""


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


class Token(models.Model):
    """``hint`` is its beginning, to tell it from others; ``ended_at`` is set when revoked."""

    hash = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12)
    label = models.CharField(max_length=80)
    made_at = models.FloatField(default=time.time)
    used_at = models.FloatField(null=True)
    ended_at = models.FloatField(null=True)

    class Meta:
        abstract = True

    def issue(self) -> str:
        """Save it with a new secret, which is returned and nowhere else to be had again."""
        secret = PREFIX + secrets.token_urlsafe(32)
        self.hash, self.hint = hashed(secret), secret[: len(PREFIX) + 6]
        self.save()
        return secret

    @classmethod
    def valid(cls, secret: str) -> Self | None:
        """The token with this secret, unless it was revoked."""
        return cls._default_manager.filter(hash=hashed(secret), ended_at=None).first()

    def used(self) -> None:
        """Note that it was; once a minute is enough."""
        now = time.time()
        if self.used_at is None or now - self.used_at > SELDOM:
            type(self)._default_manager.filter(pk=self.pk).update(used_at=now)

    def revoke(self) -> None:
        type(self)._default_manager.filter(pk=self.pk, ended_at=None).update(ended_at=time.time())


class MachineToken(Token):
    """Lets one machine report. ``machine`` is empty until its first report."""

    machine = models.TextField(default="", db_index=True)
    made_by = models.ForeignKey("Person", null=True, on_delete=models.SET_NULL)


class PersonToken(Token):
    """Lets a program read the JSON API as a person."""

    person = models.ForeignKey("Person", on_delete=models.CASCADE)
