"""A server made of the package `python-ocpi`: OCPI 2.2.

Its own managers hold the lists and the tokens; they only have to be filled. Everything it sends,
from the envelope to the form of a date, is the package's.
"""

import argparse
import json
import pathlib
import socket

from flask import Flask
from ocpi import createOcpiBlueprint, managers
from werkzeug.serving import make_server

import data

arguments = argparse.ArgumentParser()
arguments.add_argument("--port", type=int, default=0)
arguments.add_argument("--role", choices=["cpo", "emsp"], required=True)
arguments.add_argument("--versions", choices=["2.2"], required=True)
arguments.add_argument("--token-a", default="")
arguments.add_argument("--token-c", default="")
given = arguments.parse_args()

listening = socket.socket()
listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listening.bind(("127.0.0.1", given.port))
listening.listen(64)
port = listening.getsockname()[1]
base = f"http://127.0.0.1:{port}/ocpi"


def say(**what):
    print(json.dumps(what), flush=True)


class Credentials(managers.CredentialsDictMan):
    """The package's tokens in a file; what becomes of them is told besides."""

    def makeRegistration(self, payload, tokenA):
        made = super().makeRegistration(payload, tokenA)
        say(registered=payload)
        return made

    def versionUpdate(self, payload, token):
        made = managers.CredentialsManager.makeRegistration(self, payload, token)
        say(renewed=payload)
        return made

    def unregister(self, token):
        done = super().unregister(token)
        say(ended=True)
        return done


def objects(manager, name, things):
    """A manager of the package that holds these."""
    getattr(manager, name).update({thing.get("id") or thing["uid"]: thing for thing in things})
    return {"role": "SENDER", "object": manager}


lists = data.filled("2.2")
tokens = pathlib.Path(f"tokens-{port}.json").resolve()
known = [token for token in (given.token_a, given.token_c) if token]
tokens.write_text(json.dumps({token: {} for token in known}))
credentials = Credentials(data.roles(given.role.upper()), f"{base}/versions", str(tokens))
modules = {"credentials": {"role": "RECEIVER", "object": credentials}}
if given.role == "cpo":
    # The package names one field of its sessions otherwise than the spec.
    sessions = [{**session, "kWh": session["kwh"]} for session in lists["sessions"]]
    modules.update(
        cdrs=objects(managers.CdrManager(), "cdrs", lists["cdrs"]),
        sessions=objects(managers.SessionManager(), "sessions", sessions),
        tariffs=objects(managers.TariffsManager(), "tariffs", lists["tariffs"]),
        locations=objects(managers.LocationManager(), "locations", lists["locations"]),
    )
else:
    modules.update(tokens=objects(managers.TokensManager(), "tokens", lists["tokens"]))
application = Flask(__name__)
application.register_blueprint(createOcpiBlueprint(base, modules, "2.2"))
server = make_server("127.0.0.1", port, application, threaded=True, fd=listening.fileno())
say(url=f"{base}/versions")
server.serve_forever()
