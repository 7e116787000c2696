"""``welcome [NAME]``: a link that lets this person choose a password; without a name the first
admin's. For a fresh host, and for an admin who lost the password."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from skynet_desktop.skywatch.access import welcome
from skynet_desktop.skywatch.models import Person


class Command(BaseCommand):
    help = "Prints a link that lets a person choose a password, once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?")

    def handle(self, *args: Any, name: str | None = None, **options: Any) -> None:
        if name is None:
            link = welcome.first_link()
            if link is None:
                raise CommandError("Somebody can sign in already. Whose link is it? Give a name.")
        else:
            person = Person.objects.filter(name__iexact=name, is_active=True).first()
            if person is None:
                raise CommandError(f"There is nobody called {name}.")
            link = welcome.link(person)
        self.stdout.write(link)
