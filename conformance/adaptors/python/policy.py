"""A policy document in the terms of middlewares and of servers' configurations."""

import re

from protocol import Skip

PATTERN = re.compile(r"([a-z][a-z0-9+.-]*)://(\*\.)?([^:/]+|\[[0-9a-f:.]+\])(:[0-9]+|:\*)?")




def is_strings(value):
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def is_switch(value):
    return isinstance(value, bool)


def is_number(value):
    return isinstance(value, int) and not is_switch(value)


FIELDS = {
    "allow_origins": is_strings,
    "allow_methods": is_strings,
    "allow_headers": is_strings,
    "expose_headers": is_strings,
    "allow_credentials": is_switch,
    "max_age": lambda value: value is None or is_number(value),
    "preflight_status": is_number,
    "allow_private_network": is_switch,
    "diagnostics": is_switch,
    "dynamic_origins": is_switch,
    "dangerously_allow_null_origin": is_switch,
    "dangerously_allow_insecure_origins": is_switch,
    "dangerously_allow_public_suffix_wildcards": is_switch,
}


class Policy:
    """A policy document, with its defaults."""

    def __init__(self, document):
        # Whether a document is one is no question to an implementation.
        if not all(name in FIELDS and FIELDS[name](value) for name, value in document.items()):
            raise Skip("no policy document")
        self.origins = document.get("allow_origins", [])
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
    labels = r"([a-z0-9_-]{1,63}\.)+" if subdomains else ""
    host = escape(host).replace("*", "[a-z0-9-]+")
    port = "(:[1-9][0-9]{0,4})?" if port == ":*" else port
    return f"^{escape(scheme)}://{labels}{host}{port}$"


def escape(text):
    """Escapes what is special in a host or a scheme, but for `*`."""
    return re.sub(r"[.+\[\]]", r"\\\g<0>", text)
