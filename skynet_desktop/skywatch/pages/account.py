"""Signing in and out, the welcome, and what is one's own."""

from __future__ import annotations

from typing import Any

from axes.decorators import axes_dispatch
from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.contrib.auth.views import LoginView, PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from skynet_desktop.notifier import schema
from skynet_desktop.skywatch.access.roles import me, viewers
from skynet_desktop.skywatch.models import Person, PersonToken

DJANGOS_BACKEND = "django.contrib.auth.backends.ModelBackend"


@method_decorator(axes_dispatch, name="dispatch")
class SignIn(LoginView):
    template_name = "skywatch/sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        fresh = not Person.objects.can_anybody_sign_in()
        return {**super().get_context_data(**kwargs), "fresh": fresh}


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """After too many wrong passwords, whatever comes next."""
    context = {
        "title": "Too many wrong passwords",
        "words": "From where you are, nobody can sign in for a quarter of an hour.",
    }
    return render(request, "skywatch/error.html", context, status=429)


def in_our_words(form: forms.Form) -> None:
    """The fields of Django's forms that ask for a new password."""
    new, again = form.fields["new_password1"], form.fields["new_password2"]
    new.label, again.label = "New password", "The same once more"
    new.help_text, again.help_text = "At least 12 characters, and hard to guess.", ""


class PasswordForm(PasswordChangeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = "Password until now"
        self.fields["old_password"].widget.attrs.pop("autofocus", None)  # one card of two
        in_our_words(self)


class WelcomeForm(SetPasswordForm):  # type: ignore[type-arg]
    name = forms.CharField(max_length=60, label="Your name here")
    field_order = ("name", "new_password1", "new_password2")

    def __init__(self, user: Person, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {**(kwargs.get("initial") or {}), "name": user.name}
        super().__init__(user, *args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "username"
        in_our_words(self)

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"]).strip()
        if Person.objects.filter(name__iexact=name).exclude(pk=self.user.pk).exists():
            raise forms.ValidationError("Somebody else has this name.")
        self.user.name = name  # the password is compared with it, and both are saved together
        return name


@method_decorator(never_cache, name="dispatch")
class Welcome(PasswordResetConfirmView):
    template_name = "skywatch/welcome.html"
    form_class = WelcomeForm
    post_reset_login = True
    post_reset_login_backend = DJANGOS_BACKEND

    def get_success_url(self) -> str:
        return reverse("overview")


@viewers
@never_cache
def account(request: HttpRequest) -> HttpResponse:
    """One's password, and one's tokens for the JSON API."""
    person = me(request)
    form = PasswordForm(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        update_session_auth_hash(request, person)  # all other sessions end
        messages.success(request, "Your password is changed. You are signed out everywhere else.")
        return redirect("account")
    tokens = PersonToken.objects.filter(person=person, ended_at=None).order_by("-made_at")
    return render(request, "skywatch/account.html", {"form": form, "tokens": tokens})


@viewers
@never_cache
@require_POST
def make_own_token(request: HttpRequest) -> HttpResponse:
    label = schema.storable(request.POST.get("label", "").strip()) or "unnamed"
    token = PersonToken(label=label[:80], person=me(request))
    context = {"token": token, "secret": token.issue(), "api": request.build_absolute_uri("/api/")}
    return render(request, "skywatch/own_token_made.html", context)


@viewers
@require_POST
def end_own_token(request: HttpRequest, token: int) -> HttpResponse:
    for found in PersonToken.objects.filter(pk=token, person=me(request)):
        found.revoke()
        messages.success(request, f"The token {found.label} is revoked.")
    return redirect("account")
