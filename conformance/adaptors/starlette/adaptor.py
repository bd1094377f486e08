"""Starlette's CORSMiddleware, which is FastAPI's, around an application that answers 200.

Origins are `allow_origins`, patterns one alternation of anchored expressions in `allow_origin_regex`; `*` is
given as it stands in each list. Without `max_age` it sends 600, and nothing turns that off.
"""

import asyncio
from importlib.metadata import version

from starlette.middleware.cors import CORSMiddleware

from policy import Policy
from protocol import run

handler_ran = False


async def handler(scope, receive, send):
    global handler_ran
    handler_ran = True
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def define(document):
    policy = Policy(document)
    policy.answers_preflights_with(200)
    options = {}
    if policy.regexes:
        options["allow_origin_regex"] = "|".join(policy.regexes)
    if policy.max_age is not None:
        options["max_age"] = policy.max_age
    return CORSMiddleware(
        handler,
        allow_origins=policy.exact_origins,
        allow_methods=["*"] if policy.any_method else policy.methods,
        allow_headers=policy.headers,
        expose_headers=policy.exposed,
        allow_credentials=policy.credentials,
        allow_private_network=policy.private_network,
        **options,
    )


def evaluate(app, request):
    global handler_ran
    handler_ran = False
    fields = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in request["headers"]]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request["method"],
        "scheme": "http",
        "path": "/",
        "raw_path": b"/",
        "query_string": b"",
        "root_path": "",
        "headers": fields,
    }
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    start = next(message for message in sent if message["type"] == "http.response.start")
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]]
    return None if handler_ran else start["status"], headers


run("starlette", version("starlette"), "https://pypi.org/project/starlette/", define, evaluate)
