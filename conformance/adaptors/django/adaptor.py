"""django-cors-headers in a Django project whose only view answers 200.

Origins are CORS_ALLOWED_ORIGINS, patterns CORS_ALLOWED_ORIGIN_REGEXES with anchored expressions, `*` is
CORS_ALLOW_ALL_ORIGINS. Without `max_age` CORS_PREFLIGHT_MAX_AGE is 0, which its documentation has for "no
header". It knows no wildcard for methods and headers; `*` is listed as it stands, and with credentials, where
browsers take it literally, there is no way. A policy that its system checks find errors in is refused.
"""

import sys
from importlib.metadata import version

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.test.utils import override_settings
from django.urls import re_path

from policy import Policy
from protocol import Skip, run
from wsgi import call

handler_ran = False


def view(request):
    global handler_ran
    handler_ran = True
    return HttpResponse()


urlpatterns = [re_path("^", view)]

settings.configure(
    ALLOWED_HOSTS=["*"],
    INSTALLED_APPS=["corsheaders"],
    MIDDLEWARE=["corsheaders.middleware.CorsMiddleware", "django.middleware.common.CommonMiddleware"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="not a secret",
    LOGGING_CONFIG=None,
)
django.setup()
application = get_wsgi_application()

from corsheaders.checks import check_settings  # noqa: E402  (needs the settings)


def define(document):
    policy = Policy(document)
    policy.answers_preflights_with(200)
    if policy.credentials and policy.any_method:
        raise Skip("no way to allow any method with credentials")
    if policy.credentials and policy.any_header:
        raise Skip("no way to allow any header with credentials")
    chosen = override_settings(
        CORS_ALLOW_ALL_ORIGINS=policy.any_origin,
        CORS_ALLOWED_ORIGINS=[] if policy.any_origin else policy.exact_origins,
        CORS_ALLOWED_ORIGIN_REGEXES=policy.regexes,
        CORS_ALLOW_METHODS=["*"] if policy.any_method else policy.methods,
        CORS_ALLOW_HEADERS=policy.headers,
        CORS_EXPOSE_HEADERS=policy.exposed,
        CORS_ALLOW_CREDENTIALS=policy.credentials,
        CORS_PREFLIGHT_MAX_AGE=policy.max_age or 0,
        CORS_ALLOW_PRIVATE_NETWORK=policy.private_network,
    )
    with chosen:
        errors = check_settings()
    if errors:
        raise ValueError("; ".join(f"{error.id} {error.msg}" for error in errors))
    return chosen


def evaluate(chosen, request):
    global handler_ran
    handler_ran = False
    with chosen:
        status, headers = call(application, request)
    return None if handler_ran else status, headers


run(
    "django-cors-headers",
    version("django-cors-headers"),
    "https://pypi.org/project/django-cors-headers/",
    define,
    evaluate,
)
sys.exit(0)
