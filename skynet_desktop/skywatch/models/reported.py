"""What machines report. The notifier's schema makes and upgrades these tables; here they are
only mapped. Times are seconds since 1970, amounts bytes; 0 stands for "not known"."""

from __future__ import annotations

from django.db import models


class Machine(models.Model):
    id = models.TextField(primary_key=True)
    name = models.TextField()
    system = models.TextField()
    version = models.TextField()
    state = models.TextField()
    first_seen = models.FloatField()
    last_seen = models.FloatField()

    class Meta:
        managed = False
        db_table = "skynet_machine"


class Mapping(models.Model):
    pk = models.CompositePrimaryKey("machine", "name")
    machine = models.TextField()
    name = models.TextField()
    place = models.TextField()
    state = models.TextField()
    reason = models.TextField()
    since = models.FloatField()
    waiting_files = models.BigIntegerField()
    waiting_bytes = models.BigIntegerField()
    speed = models.FloatField()
    eta = models.FloatField()
    issues = models.BigIntegerField()
    files = models.BigIntegerField()
    reconciled_at = models.FloatField()
    updated_at = models.FloatField()

    class Meta:
        managed = False
        db_table = "skynet_mapping"


class File(models.Model):
    pk = models.CompositePrimaryKey("machine", "mapping", "path_key")
    machine = models.TextField()
    mapping = models.TextField()
    path_key = models.TextField()
    path = models.TextField()
    action = models.TextField()
    state = models.TextField()
    size = models.BigIntegerField()
    done = models.BigIntegerField()
    reason = models.TextField()
    seconds = models.FloatField()
    updated_at = models.FloatField()

    class Meta:
        managed = False
        db_table = "skynet_file"


class Event(models.Model):
    pk = models.CompositePrimaryKey("machine", "seq")
    machine = models.TextField()
    seq = models.BigIntegerField()
    at = models.FloatField()
    mapping = models.TextField()
    path_key = models.TextField()
    path = models.TextField()
    kind = models.TextField()
    size = models.BigIntegerField()
    seconds = models.FloatField()
    reason = models.TextField()

    class Meta:
        managed = False
        db_table = "skynet_event"


class Hour(models.Model):
    pk = models.CompositePrimaryKey("machine", "mapping", "hour")
    machine = models.TextField()
    mapping = models.TextField()
    hour = models.BigIntegerField()
    files = models.BigIntegerField()
    bytes = models.BigIntegerField()
    removed = models.BigIntegerField()
    failures = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "skynet_hour"
