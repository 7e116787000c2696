"""When a machine counts as silent, who is told, and what was told."""

from __future__ import annotations

from typing import ClassVar
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from skynet_desktop.skywatch.access.roles import admins
from skynet_desktop.skywatch.models import Kind, Notice, Rules
from skynet_desktop.skywatch.reading import fleet
from skynet_desktop.skywatch.watching.silence import send

LATEST = 30


class RulesForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Rules
        fields = ("silent_minutes", "mail_to", "webhook")
        widgets: ClassVar = {
            "mail_to": forms.Textarea({"rows": 3, "placeholder": "one address a line"})
        }

    def clean_mail_to(self) -> str:
        addresses = str(self.cleaned_data["mail_to"]).replace(",", " ").split()
        for address in addresses:
            try:
                validate_email(address)
            except ValidationError:
                raise ValidationError(f"{address} is no mail address.") from None
        return "\n".join(addresses)

    def clean_webhook(self) -> str:
        text = str(self.cleaned_data["webhook"]).strip()
        try:
            url = urlsplit(text)
            fits = not text or (url.scheme in ("http", "https") and bool(url.hostname))
        except ValueError:
            fits = False
        if not fits:
            raise ValidationError("An address like https://chat.example.org/hooks/...")
        return text


@admins
def alerts(request: HttpRequest) -> HttpResponse:
    form = RulesForm(request.POST or None, instance=Rules.current())
    if request.method == "POST" and form.is_valid():
        # Only its own columns: the watch writes another one meanwhile.
        Rules.objects.filter(pk=1).update(**form.cleaned_data)
        fleet.forget_kept()
        messages.success(request, "The alerts are set.")
        return redirect("alerts")
    notices = Notice.objects.prefetch_related("deliveries").order_by("-made_at", "-pk")[:LATEST]
    context = {"form": form, "notices": notices, "mail_is_set": settings.MAIL_IS_SET}
    return render(request, "skywatch/alerts.html", context)


@admins
@require_POST
def try_out(request: HttpRequest) -> HttpResponse:
    """A notice to everywhere; the list tells how it went."""
    notice = Notice.objects.create(kind=Kind.TEST, machine="", name="", last_seen=0)
    send(notice, Rules.current())
    if notice.deliveries.exists():
        messages.success(request, "A test is on its way; look below in half a minute.")
    else:
        messages.error(request, "There is nowhere to send to yet.")
    return redirect("alerts")
