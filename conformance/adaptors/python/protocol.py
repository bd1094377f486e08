"""The oracle protocol, as an adaptor in Python speaks it: lines of JSON on standard input, an answer to
each on standard output.

An adaptor gives run() its name and two functions: `define(policy)` builds its implementation, and
`evaluate(built, request)` asks it. A header's bytes come and go as strings of one code point a byte.
"""

import json
import sys

# Fields that come from the server or the framework and not from CORS.
THE_SERVERS_OWN = {
    "accept-ranges",
    "allow",
    "connection",
    "content-length",
    "content-type",
    "date",
    "etag",
    "keep-alive",
    "last-modified",
    "server",
    "transfer-encoding",
    "x-powered-by",
}


class Skip(Exception):
    """The implementation, or HTTP, has no words for this."""


def run(name, version, homepage, define, evaluate, language="python"):
    """Answers questions until there are no more.

    `define` raises Skip for what the implementation cannot express, and anything else for a policy that
    it refuses. `evaluate` gives the status, None if the handler ran, and the headers.
    """
    hello = {
        "protocol": 1,
        "implementation": {"name": name, "version": version, "language": language, "homepage": homepage},
        "ops": ["define", "evaluate"],
        "profile": None,
    }
    defined = {}

    def build(policy):
        if not isinstance(policy, dict):
            return None, skipped("no policy document")
        try:
            return define(policy), None
        except Skip as skip:
            return None, skipped(skip)
        except Exception as error:
            return None, failure("invalid-policy", f"{type(error).__name__}: {error}")

    def ask(built, request):
        try:
            status, headers = evaluate(built, checked(request))
        except Skip as skip:
            return skipped(skip)
        except Exception as error:
            return failure("crashed", f"{type(error).__name__}: {error}")
        pairs = [[name.lower(), value.strip(" \t")] for name, value in headers]
        pairs = [pair for pair in pairs if pair[0] not in THE_SERVERS_OWN]
        return {
            "ok": {
                "kind": None,
                "allowed": None,
                "rejection": None,
                "handler": status is None,
                "status": status,
                "headers": pairs,
            }
        }

    def answer(question):
        op = question.get("op")
        policy = question.get("policy")
        if op == "hello":
            return {"ok": hello}
        if op == "define":
            built, refused = build(policy)
            if not refused:
                defined[question.get("name")] = built
            return refused or {"ok": {"warnings": []}}
        if op == "evaluate":
            if not isinstance(question.get("request"), dict):
                return failure("bad-request", "request: this field is missing")
            if not isinstance(policy, str):
                built, refused = build(policy)
                return refused or ask(built, question["request"])
            if policy not in defined:
                return failure("unknown-name", f"no policy was defined as {policy!r}")
            return ask(defined[policy], question["request"])
        return failure("bad-request", "op: there are hello, define and evaluate")

    for line in sys.stdin.buffer:
        if not line.strip():
            continue
        try:
            question = json.loads(line)
        except ValueError as error:
            write(None, failure("bad-request", f"this is not JSON: {error}"))
            continue
        question = question if isinstance(question, dict) else {}
        write(question.get("id"), answer(question))


def checked(request):
    """The request as a server hands it on: without whitespace around values, and only if HTTP/1.1 can
    carry it."""
    method = request["method"]
    if not method or any(c in method for c in " \t\r\n"):
        raise Skip("HTTP/1.1 cannot carry the method")
    headers = []
    for name, value in request.get("headers", []):
        if not name or any(c in name for c in " \t\r\n:"):
            raise Skip("HTTP/1.1 cannot carry the field's name")
        if any(c in value for c in "\r\n\0"):
            raise Skip("HTTP/1.1 cannot carry the field's value")
        headers.append((name, value.strip(" \t")))
    return {"method": method, "headers": headers}


def write(id, answer):
    sys.stdout.write(json.dumps({"id": id, **answer}) + "\n")
    sys.stdout.flush()


def failure(code, message):
    return {"error": {"code": code, "message": message}}


def skipped(reason):
    return {"skip": {"reason": str(reason), "issue": None}}
