"""A policy document in the terms of middlewares and of servers' configurations."""

import re

from protocol import Skip

PATTERN = re.compile(r"([a-z][a-z0-9+.-]*)://(\*\.)?([^:/]+|\[[0-9a-f:.]+\])(:[0-9]+|:\*)?")


class Policy:
    """A policy document, with its defaults."""

    def __init__(self, document):
        self.origins = document["allow_origins"]
        self.headers = document.get("allow_headers", [])
        self.exposed = document.get("expose_headers", [])
        self.credentials = document.get("allow_credentials", False)
        self.max_age = document.get("max_age")
        self.private_network = document.get("allow_private_network", False)
        self.status = document.get("preflight_status")
        self.any_origin = self.origins == ["*"]
        listed = document.get("allow_methods", [])
        self.any_method = listed == ["*"]
        # Those that CORS always allows have to be listed where an implementation looks.
        self.methods = list(dict.fromkeys(["GET", "HEAD", "POST", *listed]))
        # Every request header, `authorization` perhaps left out.
        self.any_header = "*" in self.headers
        if document.get("diagnostics"):
            raise Skip("no diagnostics")
        if document.get("dynamic_origins"):
            raise Skip("the policy names no origins")

    def answers_preflights_with(self, status):
        """Skips a policy that asks for another status."""
        if self.status not in (None, status):
            raise Skip(f"a preflight is always answered with {status}")

    @property
    def exact_origins(self):
        """The origins that are no patterns."""
        return [origin for origin in self.origins if "*" not in origin or origin == "*"]

    @property
    def regexes(self):
        """A regular expression for each pattern."""
        return [as_regex(origin) for origin in self.origins if "*" in origin and origin != "*"]


def as_regex(pattern):
    """The regular expression that a careful user writes for a pattern: anchored at both ends, dots
    escaped, labels and ports spelt out."""
    parts = PATTERN.fullmatch(pattern)
    if not parts:
        raise Skip("no such wildcard")
    scheme, subdomains, host, port = parts.groups(default="")
    labels = r"([a-z0-9_-]+\.)+" if subdomains else ""
    host = escape(host).replace("*", "[a-z0-9-]+")
    port = "(:[1-9][0-9]{0,4})?" if port == ":*" else port
    return f"^{escape(scheme)}://{labels}{host}{port}$"


def escape(text):
    """Escapes what is special in a host or a scheme, but for `*`."""
    return re.sub(r"[.+\[\]]", r"\\\g<0>", text)
