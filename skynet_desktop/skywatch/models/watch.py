"""The watch over silent machines: rules, what is known of each machine, what was told."""

from __future__ import annotations

import time

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models


class Rules(models.Model):
    """One row: when a machine counts as silent, and who is told."""

    silent_minutes = models.PositiveIntegerField(
        default=10, validators=[MinValueValidator(2), MaxValueValidator(7 * 24 * 60)]
    )
    mail_to = models.TextField(default="", blank=True)
    webhook = models.CharField(max_length=500, default="", blank=True)
    round_until = models.FloatField(default=0)
    """Until then a round is under way, in whichever process; none begins another."""

    @classmethod
    def current(cls) -> Rules:
        return cls.objects.get_or_create(pk=1)[0]

    @property
    def recipients(self) -> list[str]:
        return self.mail_to.split()

    @property
    def silent_seconds(self) -> float:
        return self.silent_minutes * 60.0


class Watched(models.Model):
    """One row a machine that has reported. Its being new is also what lets a token claim the
    machine's id: the database allows one claim only."""

    machine = models.TextField(primary_key=True)
    muted = models.BooleanField(default=False)
    silent_since = models.FloatField(null=True)
    """When it was last heard of, while it is silent."""


class Kind(models.TextChoices):
    SILENT = "silent", "is silent"
    BACK = "back", "is back"
    TEST = "test", "test"


class Notice(models.Model):
    """Something told about a machine."""

    kind = models.CharField(max_length=10, choices=Kind.choices)
    machine = models.TextField()
    name = models.TextField()
    last_seen = models.FloatField()
    made_at = models.FloatField(default=time.time, db_index=True)


class Delivery(models.Model):
    """A notice on its way to one place, tried with growing pauses."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    way = models.CharField(max_length=10)
    tries = models.PositiveIntegerField(default=0)
    next_try = models.FloatField(null=True, default=0.0, db_index=True)
    """None when there is nothing left to do: delivered or given up."""
    delivered_at = models.FloatField(null=True)
    error = models.TextField(default="")


class Forgotten(models.Model):
    """A machine whose rows are being removed, in the background."""

    machine = models.TextField(primary_key=True)
    at = models.FloatField(default=time.time)
