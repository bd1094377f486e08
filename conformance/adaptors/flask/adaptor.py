"""Flask-CORS, as an extension of a Flask application with one route that answers 200.

`origins` is the list of origins, and for a pattern an anchored regular expression; `*` is '*', with
`send_wildcard` where there are no credentials. There is no wildcard for methods; for headers it is '*'.
Flask answers OPTIONS by itself for a route that does not, and the extension adds its headers to that:
for a preflight this counts as an answer without the handler, for any other OPTIONS as the handler's.
"""

from importlib.metadata import version

from flask import Flask
from flask_cors import CORS
from werkzeug.exceptions import HTTPException

from policy import Policy
from protocol import Skip, run
from wsgi import call

handler_ran = False


def define(document):
    policy = Policy(document)
    policy.answers_preflights_with(200)
    if policy.any_method:
        raise Skip("no way to allow any method")
    app = Flask(__name__)
    CORS(
        app,
        origins="*" if policy.any_origin else policy.exact_origins + policy.regexes,
        methods=policy.methods,
        allow_headers="*" if policy.any_header else policy.headers,
        expose_headers=policy.exposed or None,
        supports_credentials=policy.credentials,
        max_age=policy.max_age,
        send_wildcard=policy.any_origin and not policy.credentials,
        allow_private_network=policy.private_network,
    )

    @app.route("/", methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "QUERY"])
    def view():
        global handler_ran
        handler_ran = True
        return ""

    @app.errorhandler(HTTPException)
    def otherwise(_):
        # A method or a protocol that the route does not take: this is the application's answer too.
        return view()

    return app


def evaluate(app, request):
    global handler_ran
    names = {name.lower() for name, _ in request["headers"]}
    handler_ran = request["method"] == "OPTIONS" and "access-control-request-method" not in names
    status, headers = call(app, request)
    return None if handler_ran else status, headers


run("flask-cors", version("flask-cors"), "https://pypi.org/project/flask-cors/", define, evaluate)
