"""Welcome links: they let one person choose a password, once, within three days. They are
Django's own tokens for that: signed, and void as soon as the password is another."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from skynet_desktop.skywatch.models import Person, Role

FIRST_NAME = "admin"


def link(person: Person) -> str:
    """For whoever should be this person: who has it becomes them."""
    uid = urlsafe_base64_encode(force_bytes(person.pk))
    token = default_token_generator.make_token(person)
    return settings.URL.geturl() + reverse("welcome", args=[uid, token])


def first_link() -> str | None:
    """The link that makes the first admin; None as soon as anybody can sign in."""
    with transaction.atomic():
        if Person.objects.can_anybody_sign_in():
            return None
        person = Person.objects.filter(role=Role.ADMIN, is_active=True).order_by("pk").first()
        return link(person or Person.objects.invite(FIRST_NAME, "", Role.ADMIN))
