"""nginx in front of an application, configured as people do: `map $http_origin`, `add_header ... always`, and
`if ($request_method = OPTIONS)` with `return 204`.

nginx knows nothing of CORS; what is held to the suite is that recipe. Like most that are passed
around it sends no `Vary`, and sends `Access-Control-Allow-Credentials` without a condition. Origins are strings of
the map, patterns anchored regular expressions in it (`~`, which minds case). `*` with credentials, where
browsers take it literally, is the request's own field, `$http_access_control_request_...`.
"""

import os

from live import Live, find, version_of
from policy import Policy
from protocol import Skip, run

NGINX = find("nginx")


def quoted(text):
    if "$" in text or "\n" in text or "\r" in text:
        raise Skip("nginx's configuration cannot hold it")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def configuration(policy, port, handler_port, work):
    origins = [f"        {quoted(origin)} $http_origin;" for origin in policy.exact_origins]
    origins += [f'        "~{regex}" $http_origin;' for regex in policy.regexes]
    allow_origin = '"*"' if policy.any_origin else "$cors_origin"
    common = [("Access-Control-Allow-Origin", allow_origin)]
    if policy.credentials:
        common.append(("Access-Control-Allow-Credentials", '"true"'))
    methods, headers = quoted(", ".join(policy.methods)), quoted(", ".join(policy.headers))
    if policy.any_method:
        methods = "$http_access_control_request_method" if policy.credentials else '"*"'
    if policy.any_header and policy.credentials:
        headers = "$http_access_control_request_headers"
    preflight = [*common, ("Access-Control-Allow-Methods", methods), ("Access-Control-Allow-Headers", headers)]
    if policy.max_age is not None:
        preflight.append(("Access-Control-Max-Age", quoted(str(policy.max_age))))
    actual = [*common, ("Access-Control-Expose-Headers", quoted(", ".join(policy.exposed)))]

    def fields(indent, pairs):
        return "\n".join(f"{indent}add_header {name} {value} always;" for name, value in pairs if value != '""')

    newline = "\n"
    user = "user www-data;" if os.geteuid() == 0 else ""
    temporary = "\n".join(
        f"    {kind}_temp_path {work}/{kind};" for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    )
    return f"""
daemon off;
{user}
worker_processes 1;
pid {work}/pid;
error_log stderr error;
events {{ }}
http {{
    access_log off;
    map_hash_bucket_size 512;
{temporary}
    map $http_origin $cors_origin {{
        default "";
{newline.join([] if policy.any_origin else origins)}
    }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            if ($request_method = OPTIONS) {{
{fields(" " * 16, preflight)}
                return {policy.status or 204};
            }}
{fields(" " * 12, actual)}
            proxy_pass http://127.0.0.1:{handler_port};
        }}
    }}
}}
"""


def define(document):
    policy = Policy(document)
    if policy.private_network:
        raise Skip("no Private Network Access in the recipe")
    return server.define(policy)


server = Live(
    os.path.dirname(os.path.abspath(__file__)),
    lambda path: [NGINX, "-p", os.path.dirname(path), "-e", "stderr", "-c", path],
    configuration,
)
try:
    run("nginx recipe", version_of([NGINX, "-v"]), "https://nginx.org/", define, server.evaluate, language="c")
finally:
    server.stop()
