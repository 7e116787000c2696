"""Pictures of every page, at desktop and phone size, light and dark, to be looked at:

python -m tests.skywatch.pictures FOLDER [PAGE ...]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from django.core.management import call_command
from django.db import connections

from skynet_desktop.skywatch.access import welcome
from skynet_desktop.skywatch.models import File, Kind, Notice, Person, Role
from skynet_desktop.skywatch.reading import fleet
from tests.skywatch import made, scene
from tests.skywatch.chromium import Chromium
from tests.skywatch.conftest import sqlite, use
from tests.skywatch.served import served

ANNA = "5d1c9a70-0000-4000-8000-000000000002"
PRIYA = "5d1c9a70-0000-4000-8000-000000000004"
# Pages that are shown once, and the forms that lead to them.
FORMS = {
    "token-made": ("/tokens/", {"label": "Camera van"}),
    "invited": ("/people/", {"name": "Noor", "mail": "noor@studio.example"}),
    "own-token-made": ("/account/", {"label": "Dashboard in the hall"}),
}
SIZES = {"desktop": (1280, 860, False), "phone": (390, 844, True)}


def main(arguments: list[str]) -> None:
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        use(sqlite(Path(home) / "skywatch.db"))
        call_command("migrate", verbosity=0)
        with served() as url, Chromium() as browser:
            link = urlsplit(welcome.first_link() or "").path
            fresh = {"sign-in-fresh": "/sign-in/", "welcome": link}
            take(browser, url, folder, fresh, arguments[1:])
            person = Person.objects.get()
            person.name, person.mail = "ada", "ada@studio.example"
            person.set_password(made.PASSWORD)
            person.save()
            Person.objects.invite("vera", "vera@studio.example", Role.VIEWER)
            take(browser, url, folder, {"sign-in": "/sign-in/"}, arguments[1:])
            browser.go(f"{url}/sign-in/")
            browser.fill("[name=username]", "ada")
            browser.fill("[name=password]", made.PASSWORD)
            browser.press("main button")
            take(browser, url, folder, {"first-steps": "/"}, arguments[1:])
            scene.make()
            fleet.forget_kept()
            Notice.objects.create(
                kind=Kind.SILENT, machine=PRIYA, name="Priya's laptop", last_seen=1
            )
            take(browser, url, folder, pages(), arguments[1:])
            for name, (page, form) in FORMS.items():
                browser.go(url + page)
                for field, value in form.items():
                    browser.fill(f"[name={field}]", value)
                browser.press(f"main form:has([name={next(iter(form))}]) button")
                take(browser, url, folder, {name: ""}, arguments[1:])
            print("\n".join(browser.said))
        connections.close_all()


def pages() -> dict[str, str]:
    file = File.objects.filter(machine=ANNA, state="sending").first()
    assert file is not None
    return {
        "machines": "/",
        "machine": f"/machines/{ANNA}/",
        "machine-issues": f"/machines/{PRIYA}/",
        "mapping": f"/machines/{ANNA}/mapping/?name=Drone",
        "mappings": "/mappings/",
        "files": "/files/",
        "file": f"/machines/{ANNA}/files/{file.path_key}/?mapping={file.mapping}",
        "failures": "/failures/",
        "charts": "/charts/?span=7d",
        "happenings": f"/machines/{PRIYA}/happenings/",
        "tokens": "/tokens/",
        "people": "/people/",
        "alerts": "/alerts/",
        "account": "/account/",
        "machine-settings": f"/machines/{ANNA}/settings/",
        "error": "/nowhere/",
    }


def take(browser: Chromium, url: str, folder: Path, pages: dict[str, str], only: list[str]) -> None:
    for name, path in pages.items():
        for size, (width, height, phone) in SIZES.items():
            for scheme in ("light", "dark"):
                if only and name not in only and f"{name}-{size}-{scheme}" not in only:
                    continue
                browser.look(width, height, scheme == "dark", phone)
                if path:  # else it is there already
                    browser.go(url + path)
                browser.picture(folder / f"{name}-{size}-{scheme}.png")


if __name__ == "__main__":
    main(sys.argv[1:])
