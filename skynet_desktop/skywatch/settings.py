"""Django's settings. Secure unless said otherwise; what differs by place is in ``config.py``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from skynet_desktop.skywatch import config

HERE = Path(__file__).resolve().parent
URL = config.public_url()
SECURE = URL.scheme == "https"
KEEP_DAYS = config.number("SKYWATCH_KEEP_DAYS", 90)
PROXIES = config.number("SKYWATCH_PROXIES", 0)

DEBUG = False
SECRET_KEY = config.secret_key()
DATABASES = {"default": config.database()}
ALLOWED_HOSTS = [URL.hostname or "", "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [URL.geturl()]

ROOT_URLCONF = "skynet_desktop.skywatch.urls"
WSGI_APPLICATION = "skynet_desktop.skywatch.wsgi.application"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "axes",
    "skynet_desktop.skywatch",
]
MIDDLEWARE = [
    "skynet_desktop.skywatch.access.health.HealthCheck",  # answers before hosts are checked
    "django.middleware.security.SecurityMiddleware",
    "skynet_desktop.skywatch.access.headers.Headers",
    "skynet_desktop.skywatch.access.plain_urls.PlainUrls",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "skynet_desktop.skywatch.access.zone.Zone",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["skynet_desktop.skywatch.templatetags.shown"],
        },
    }
]
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Our few static files, served by whitenoise from the package: nothing to collect or build.
WHITENOISE_ROOT = HERE / "public"
WHITENOISE_MAX_AGE = 365 * 86_400  # every page names them by their content
WHITENOISE_AUTOREFRESH = False
WHITENOISE_USE_FINDERS = False
WHITENOISE_ALLOW_ALL_ORIGINS = False
STATIC_URL = "/unused/"

# People.
AUTH_USER_MODEL = "skywatch.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
_VALIDATION = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {
        "NAME": _VALIDATION + "UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "mail")},
    },
    {"NAME": _VALIDATION + "MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": _VALIDATION + "CommonPasswordValidator"},
    {"NAME": _VALIDATION + "NumericPasswordValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "overview"
LOGOUT_REDIRECT_URL = "sign-in"
PASSWORD_RESET_TIMEOUT = 3 * 86_400

# Guessing: ten wrong passwords from one address, then a quarter of an hour of nothing. Not by
# name, or anybody could lock the admin out.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = ["ip_address"]
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "skynet_desktop.skywatch.access.addresses.of"
AXES_LOCKOUT_CALLABLE = "skynet_desktop.skywatch.pages.account.locked_out"
AXES_USERNAME_FORM_FIELD = "username"
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False

# Cookies and transport.
SESSION_COOKIE_NAME = "__Host-skywatch" if SECURE else "skywatch"
SESSION_COOKIE_SECURE = SECURE
SESSION_COOKIE_AGE = 14 * 86_400
CSRF_COOKIE_NAME = "__Host-skywatch-form" if SECURE else "skywatch-form"
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "skynet_desktop.skywatch.pages.errors.form_refused"
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 365 * 86_400 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False  # its neighbours' affair
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024  # forms; the ingest bounds itself
# Names are unique whatever their case (auth.W004); HSTS is for this host alone (W005, W021),
# and where there is no TLS there is none to insist on (W004, W008, W012, W016).
SILENCED_SYSTEM_CHECKS = ["auth.W004", "security.W005", "security.W021"]
if not SECURE:
    SILENCED_SYSTEM_CHECKS += [f"security.W{number:03}" for number in (4, 8, 12, 16)]

# Mail.
_MAIL = config.mail()
MAIL_IS_SET = _MAIL is not None
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
globals().update(_MAIL or {})
DEFAULT_FROM_EMAIL = os.environ.get("SKYWATCH_MAIL_FROM", f"skywatch@{URL.hostname}")

USE_TZ = True
TIME_ZONE = "UTC"  # the browser shows its own
USE_I18N = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"terminal": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["terminal"], "level": "INFO"},
    "loggers": {"axes": {"level": "WARNING"}, "django.request": {"level": "ERROR"}},
}
