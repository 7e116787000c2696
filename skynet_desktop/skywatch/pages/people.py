"""Who may sign in: invited by a link, never with a password that somebody else knows."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from skynet_desktop.skywatch.access import welcome
from skynet_desktop.skywatch.access.roles import admins, me
from skynet_desktop.skywatch.models import Person, PersonToken, Role


class Invitation(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Person
        fields = ("name", "mail", "role")


@admins
@never_cache
def people(request: HttpRequest) -> HttpResponse:
    form = Invitation(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        return _show_link(
            request, Person.objects.invite(given["name"], given["mail"], given["role"])
        )
    context = {"form": form, "people": Person.objects.order_by("name"), "roles": Role.choices}
    return render(request, "skywatch/people.html", context)


@admins
@never_cache
@require_POST
def new_link(request: HttpRequest, person: int) -> HttpResponse:
    """For somebody who lost their password or their first link."""
    return _show_link(request, get_object_or_404(Person, pk=person, is_active=True))


@admins
@require_POST
def change(request: HttpRequest, person: int) -> HttpResponse:
    """Another role, or shut out and let in again. Not one's own: the last admin cannot go."""
    found = get_object_or_404(Person, pk=person)
    if found.pk == me(request).pk:
        messages.error(request, "Another admin has to change what you may do.")
        return redirect("people")
    role = request.POST.get("role")
    if role in Role.values:
        found.role = role
    if "active" in request.POST:
        found.is_active = request.POST["active"] == "on"
        if not found.is_active:
            for token in PersonToken.objects.filter(person=found, ended_at=None):
                token.revoke()
    found.save()
    messages.success(request, f"{found.name} is changed.")
    return redirect("people")


def _show_link(request: HttpRequest, person: Person) -> HttpResponse:
    context = {"person": person, "link": welcome.link(person)}
    return render(request, "skywatch/invited.html", context)
