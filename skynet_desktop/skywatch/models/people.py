"""Who may sign in."""

from __future__ import annotations

import time
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower


class Role(models.TextChoices):
    VIEWER = "viewer", "Viewer: sees everything, changes nothing"
    ADMIN = "admin", "Admin: also tokens, people and alerts"


class People(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(name__iexact=username)

    def invite(self, name: str, mail: str, role: str) -> Person:
        """A new person without a password: a welcome link lets them choose it."""
        person = self.model(name=name, mail=mail, role=role)
        person.set_unusable_password()
        person.save()
        return person

    def can_anybody_sign_in(self) -> bool:
        """False on a fresh installation, where nobody has chosen a password yet."""
        people = self.filter(is_active=True).values_list("password", flat=True)
        return any(not password.startswith("!") for password in people)


class Person(AbstractBaseUser):
    name = models.CharField("name", max_length=60)
    mail = models.EmailField("mail", blank=True)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.VIEWER)
    is_active = models.BooleanField(default=True)
    made_at = models.FloatField(default=time.time)

    objects = People()

    USERNAME_FIELD = "name"
    EMAIL_FIELD = "mail"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                Lower("name"), name="skywatch_person_name", violation_error_message="Taken already."
            )
        ]

    @property
    def is_admin(self) -> bool:
        return self.role == Role.ADMIN

    @property
    def has_password(self) -> bool:
        return self.has_usable_password()
