"""Apache in front of an application, configured as people do: `SetEnvIf Origin`, `Header always set ... env=`,
`Header always merge Vary Origin`, and `RewriteRule` with `R=204` for OPTIONS.

Apache knows nothing of CORS; what is held to the suite is that recipe. Like most that are passed
around it sends methods, headers and credentials on every response, without a condition. Origins and patterns are anchored
regular expressions of `SetEnvIf`, which minds case. `*` with credentials, where browsers take it literally, is the
request's own field, by way of another `SetEnvIf`.
"""

import os
import re

from live import Live, find, version_of
from policy import Policy
from protocol import Skip, run

APACHE = find("apache2")
MODULES = "/usr/lib/apache2/modules"
LOADED = ["mpm_event", "authz_core", "headers", "setenvif", "rewrite", "proxy", "proxy_http"]


def quoted(text, is_format=False):
    if any(c in text for c in "\n\r\0") or "${" in text:
        raise Skip("Apache's configuration cannot hold it")
    text = text.replace("%", "%%") if is_format else text
    return '"' + text.replace('"', '\\"') + '"'


def configuration(policy, port, handler_port, work):
    lines = []

    def header(name, value, condition=""):
        if value != '""':
            lines.append(f"Header always set {name} {value} {condition}")

    def mirrored(name, request_name, variable):
        lines.append(f'SetEnvIf {request_name} "(.+)" {variable}=$1')
        header(name, f"%{{{variable}}}e", f"env={variable}")

    if policy.any_origin:
        header("Access-Control-Allow-Origin", '"*"')
    else:
        exact = ["^" + re.sub(r"[][.+*?(){}|^$\\]", r"\\\g<0>", origin) + "$" for origin in policy.exact_origins]
        lines += [f"SetEnvIf Origin {quoted(regex)} CORS_ORIGIN=$0" for regex in exact + policy.regexes]
        header("Access-Control-Allow-Origin", "%{CORS_ORIGIN}e", "env=CORS_ORIGIN")
        lines.append("Header always merge Vary Origin")
    if policy.credentials:
        header("Access-Control-Allow-Credentials", '"true"')
    if policy.any_method and policy.credentials:
        mirrored("Access-Control-Allow-Methods", "Access-Control-Request-Method", "CORS_METHOD")
    else:
        methods = ["*"] if policy.any_method else policy.methods
        header("Access-Control-Allow-Methods", quoted(", ".join(methods), is_format=True))
    if policy.any_header and policy.credentials:
        mirrored("Access-Control-Allow-Headers", "Access-Control-Request-Headers", "CORS_HEADERS")
    else:
        header("Access-Control-Allow-Headers", quoted(", ".join(policy.headers), is_format=True))
    header("Access-Control-Expose-Headers", quoted(", ".join(policy.exposed), is_format=True))
    if policy.max_age is not None:
        header("Access-Control-Max-Age", quoted(str(policy.max_age)))
    newline = "\n"
    user = "User www-data\nGroup www-data" if os.geteuid() == 0 else ""
    return f"""
ServerRoot {work}
ServerName api.example
Listen 127.0.0.1:{port}
PidFile {work}/pid
DefaultRuntimeDir {work}
ErrorLog /dev/stderr
LogLevel error
{newline.join(f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in LOADED)}
{user}
StartServers 1
ServerLimit 1
ThreadsPerChild 8
MaxRequestWorkers 8
{newline.join(lines)}
RewriteEngine On
RewriteCond %{{REQUEST_METHOD}} OPTIONS
RewriteRule ^ - [R={policy.status or 204},L]
ProxyPass / http://127.0.0.1:{handler_port}/ disablereuse=on
"""


def define(document):
    policy = Policy(document)
    if policy.private_network:
        raise Skip("no Private Network Access in the recipe")
    return server.define(policy)


server = Live(
    os.path.dirname(os.path.abspath(__file__)),
    lambda path: [APACHE, "-f", path, "-DFOREGROUND"],
    configuration,
)
try:
    run("apache recipe", version_of([APACHE, "-v"]), "https://httpd.apache.org/", define, server.evaluate, language="c")
finally:
    server.stop()
