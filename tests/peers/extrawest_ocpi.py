"""A server made of the package `extrawest-ocpi`: OCPI 2.1.1 and 2.2.1.

The package asks for three classes: where data come from (Crud), which tokens are good
(Authenticator), and how data become its objects (Adapter; its own is taken). Everything else,
from paging to the handshake, is the package's.
"""

import argparse
import json
import os
import secrets
import socket
import ssl

import data

arguments = argparse.ArgumentParser()
arguments.add_argument("--port", type=int, default=0)
arguments.add_argument("--role", choices=["cpo", "emsp"], required=True)
arguments.add_argument("--versions", required=True)
arguments.add_argument("--token-a", default="")
arguments.add_argument("--token-c", default="")
arguments.add_argument("--https", action="store_true")
arguments.add_argument("--plain-addresses", action="store_true", help="no slash at their ends")
given = arguments.parse_args()

listening = socket.socket()
listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listening.bind(("127.0.0.1", given.port))
host = f"127.0.0.1:{listening.getsockname()[1]}"
scheme = "https" if given.https else "http"
# The package reads its settings from the environment when it is loaded.
os.environ.update(
    PROTOCOL=scheme,
    OCPI_HOST=host,
    COUNTRY_CODE=data.COUNTRY,
    PARTY_ID=data.PARTY,
    TRAILING_SLASH=str(not given.plain_addresses),
)

import trustme  # noqa: E402
import uvicorn  # noqa: E402
from py_ocpi import get_application  # noqa: E402
from py_ocpi.core.authentication.authenticator import Authenticator  # noqa: E402
from py_ocpi.core.crud import Crud  # noqa: E402
from py_ocpi.core.enums import ModuleID, RoleEnum  # noqa: E402
from py_ocpi.modules.versions.enums import VersionNumber  # noqa: E402

URL = f"{scheme}://{host}/ocpi/versions"
LISTS = {version: data.filled(version) for version in given.versions.split(",")}
for cdr in LISTS.get("2.1.1", {}).get("cdrs", []):
    # The package demands the name of later versions.
    cdr["end_date_time"] = cdr.pop("stop_date_time")
TOKENS = {"a": [given.token_a], "c": [given.token_c]}


def say(**what):
    print(json.dumps(what), flush=True)


def credentials(token, version):
    who = data.roles(given.role.upper())
    if version == "2.1.1":
        who[0].pop("role")
        return {"token": token, "url": URL, **who[0]}
    return {"token": token, "url": URL, "roles": who}


class Tokens(Authenticator):
    """Token A is for the handshake, token C for everything after it."""

    @classmethod
    async def get_valid_token_a(cls):
        return [token for token in TOKENS["a"] if token]

    @classmethod
    async def get_valid_token_c(cls):
        return [token for token in TOKENS["c"] if token]


class Lists(Crud):
    """The lists, in memory, filtered and cut as the spec says; and the credentials."""

    @classmethod
    async def list(cls, module, role, filters, *args, version, **kwargs):
        def inside(thing):
            at = thing["last_updated"]
            first, last = (
                moment and data.text(moment.astimezone(data.timezone.utc))
                for moment in (filters["date_from"], filters["date_to"])
            )
            return (not first or at >= first) and (not last or at < last)

        found = [thing for thing in LISTS[version.value][module.value] if inside(thing)]
        begin, end = filters["offset"], filters["offset"] + filters["limit"]
        return found[begin:end], len(found), end >= len(found)

    @classmethod
    async def get(cls, module, role, id, *args, version, **kwargs):
        if module == ModuleID.credentials_and_registration:
            return credentials(id, version.value)
        known = LISTS[version.value][module.value]
        return next((thing for thing in known if thing["id"].lower() == id.lower()), None)

    @classmethod
    async def create(cls, module, role, data, *args, auth_token=None, version, **kwargs):
        """The last step of a registration: the package has called the client back."""
        token = secrets.token_urlsafe(24)
        TOKENS["a"].remove(auth_token)
        TOKENS["c"].append(token)
        say(registered=data["credentials"])
        say(endpoints=data["endpoints"])
        return credentials(token, version.value)

    @classmethod
    async def update(cls, module, role, data, id, *args, auth_token=None, version, **kwargs):
        token = secrets.token_urlsafe(24)
        TOKENS["c"].remove(auth_token)
        TOKENS["c"].append(token)
        say(renewed=data["credentials"])
        say(endpoints=data["endpoints"])
        return credentials(token, version.value)

    @classmethod
    async def delete(cls, module, role, id, *args, **kwargs):
        TOKENS["c"].remove(id)
        say(ended=True)

    @classmethod
    async def do(cls, *args, **kwargs):
        return None


MODULES = {
    "cpo": [ModuleID.cdrs, ModuleID.sessions, ModuleID.tariffs, ModuleID.locations],
    "emsp": [ModuleID.tokens],
}
application = get_application(
    version_numbers=[VersionNumber(version) for version in LISTS],
    roles=[RoleEnum(given.role.upper())],
    crud=Lists,
    modules=[ModuleID.credentials_and_registration, *MODULES[given.role]],
    authenticator=Tokens,
)
config = uvicorn.Config(application, log_level="warning")
config.load()
listening.listen(64)
told = {"url": URL}
if given.https:
    # An authority of its own, which nobody trusts who is not told to.
    authority = trustme.CA()
    told["authority"] = authority.cert_pem.bytes().decode()
    config.ssl = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(config.ssl)
say(**told)
uvicorn.Server(config).run(sockets=[listening])
