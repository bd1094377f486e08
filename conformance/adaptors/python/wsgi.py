"""Asks a WSGI application, as a server does: repeated fields joined with a comma, bytes as Latin-1."""

import io
import sys


def call(application, request):
    """The status and the headers of the response to `request`."""
    environ = {
        "REQUEST_METHOD": request["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": "/",
        "QUERY_STRING": "",
        "SERVER_NAME": "api.example",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request["headers"]:
        key = "HTTP_" + name.upper().replace("-", "_")
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    environ.setdefault("HTTP_HOST", "api.example")
    answered = []
    body = application(environ, lambda status, headers, exc_info=None: answered.append((status, headers)))
    try:
        for _ in body:
            pass
    finally:
        getattr(body, "close", lambda: None)()
    status, headers = answered[-1]
    return int(status.split(" ")[0]), headers
