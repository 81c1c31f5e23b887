"""The program against servers made of public packages: what arrives is what they hold.

Each server is filled with the same month (data.py). Each run begins with an empty book in a folder
of its own. The program is asked as a script would ask it, and judged by what it prints as JSON.
"""

import argparse
import json
import os
import pathlib
import queue
import shutil
import signal
import socket
import subprocess
import sys
import threading
from decimal import Decimal

import data

HERE = pathlib.Path(__file__).resolve().parent
# Package, version, roles, and how the server is set up.
PEERS = [
    ("extrawest-ocpi", "2.1.1", ["cpo", "emsp"], []),
    ("extrawest-ocpi", "2.2.1", ["cpo", "emsp"], []),
    ("extrawest-ocpi", "2.2.1", ["cpo"], ["--plain-addresses"]),
    ("extrawest-ocpi", "2.2.1", ["cpo"], ["--https"]),
    ("python-ocpi", "2.2", ["cpo", "emsp"], []),
]
ROLES = {"cpo": ["cdrs", "locations", "sessions", "tariffs"], "emsp": ["tokens"]}
TOKEN_A, TOKEN_C = "token-a.0123456789", "token-c.0123456789"
SECONDS_TO_START, SECONDS_TO_RUN = 30, 120


class Failed(Exception):
    """Something that was expected did not come."""


class Server:
    """A server on a port of its own, which ends with the block it is used in."""

    def __init__(self, given, name, package, role, version, setup):
        self.log = given.work / f"{name}.log"
        self.command = [
            str(given.peers / package / "bin/python"),
            str(HERE / f"{package.replace('-', '_')}.py"),
            *("--role", role, "--versions", version),
            *("--token-a", TOKEN_A, "--token-c", TOKEN_C),
            *setup,
        ]
        self.package, self.role, self.version = package, role, version

    def __enter__(self):
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.log.parent,
                stdout=subprocess.PIPE,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        self.said = queue.Queue()
        threading.Thread(target=self.listen, daemon=True).start()
        try:
            told = self.told("url", SECONDS_TO_START)
        except Failed:
            self.__exit__()
            raise
        self.url = told["url"]
        self.trust = []
        if "authority" in told:
            authority = self.log.with_suffix(".pem")
            authority.write_text(told["authority"])
            self.trust = ["--ca", str(authority)]
        return self

    def listen(self):
        for line in self.process.stdout:
            self.said.put(json.loads(line))

    def told(self, what, seconds=5):
        """The next thing it says, which must be this."""
        try:
            said = self.said.get(timeout=seconds)
        except queue.Empty:
            raise Failed(f"the server did not say {what!r}; see {self.log}") from None
        if what not in said:
            raise Failed(f"the server said {said} where {what!r} was due")
        return said

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)


class Book:
    """The program on a book of its own."""

    def __init__(self, given, name):
        self.folder = given.work / name
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.program = str(given.program.resolve())
        who = ["--party", "NL-TAL", "--role", "both", "--name", "Tally", "--currency", "EUR"]
        self.run("init", *who)

    def run(self, *args, token="", status=(0,)):
        """What it prints, as JSON."""
        environment = {
            **os.environ,
            "TALLYWATT_BOOK": str(self.folder / "book.tallywatt"),
            "TALLYWATT_PASSPHRASE": "a passphrase",
            "PARTNERS_TOKEN": token,
        }
        environment.pop("DBUS_SESSION_BUS_ADDRESS", None)
        command = [self.program, *args, "--json", "--now", "2026-10-05T08:00:00Z"]
        shown = f"tallywatt {' '.join(args)}"
        try:
            ended = subprocess.run(
                command,
                env=environment,
                cwd=self.folder,
                capture_output=True,
                stdin=subprocess.DEVNULL,
                timeout=SECONDS_TO_RUN,
            )
        except subprocess.TimeoutExpired:
            raise Failed(f"{shown}: no end within {SECONDS_TO_RUN} s") from None
        said = ended.stdout.decode() + ended.stderr.decode()
        if ended.returncode not in status:
            raise Failed(f"{shown}: status {ended.returncode}: {said.strip()}")
        try:
            return json.loads(ended.stdout)
        except json.JSONDecodeError:
            raise Failed(f"{shown}: no JSON: {said.strip()}") from None

    def connect(self, server, *more, token, status=(0,)):
        # To the program 2.2 and 2.2.1 are one.
        spoken = "2.2.1" if server.version == "2.2" else server.version
        args = ["--url", server.url, *server.trust, "--token-env", "PARTNERS_TOKEN"]
        args += ["--ocpi", spoken, *more]
        return self.run("connect", "NL-XYZ", *args, token=token, status=status)


def same(what, found, expected):
    if found != expected:
        raise Failed(f"{what}: {found} where {expected} is right")


def count(of):
    return ", ".join(f"{count} {name}" for name, count in of.items())


def connected(book, server, *more, token):
    """A connection, each step of which went well."""
    made = book.connect(server, *more, token=token)
    bad = [check for check in made["checks"] if not check["ok"]]
    same("steps that failed", bad, [])
    same("connected", made["connected"], True)
    return f"OCPI {made['version']}"


def refused(book, server, *more, token):
    """What makes no connection; the reason."""
    made = book.connect(server, *more, token=token, status=(1,))
    same("connected", made["connected"], False)
    return next(check["text"] for check in made["checks"] if not check["ok"])


def pulled(book, role):
    """Everything arrives, and all of it is new."""
    pulls = book.run("pull", "NL-XYZ")["pulls"]
    same("lists", sorted(pull["module"] for pull in pulls), ROLES[role])
    for pull in pulls:
        module = pull["module"]
        expected = {"outcome": "complete", "received": data.COUNTS[module], "rejected": 0}
        expected.update(new=data.COUNTS[module], known=0, corrections=0)
        same(module, {name: pull[name] for name in expected}, expected)
    departures = {departure for pull in pulls for departure in pull["departures"]}
    found = count({pull["module"]: pull["received"] for pull in pulls})
    return f"{found}, none rejected; departures: {', '.join(sorted(departures)) or 'none'}"


def known(book):
    """A second pull brings nothing that is not known."""
    pulls = book.run("pull", "NL-XYZ")["pulls"]
    for pull in pulls:
        expected = {"outcome": "complete", "new": 0, "corrections": 0, "rejected": 0}
        expected.update(known=pull["received"])
        same(pull["module"], {name: pull[name] for name in expected}, expected)
    return count({pull["module"]: pull["known"] for pull in pulls}) + " known, nothing new"


def equal(book):
    """Every id is there, and sums and replays agree with what the server was filled with."""
    month = book.run("reconcile", "NL-XYZ", data.MONTH, "--list", status=(0, 1))
    for kind, module, letter in (("cdr", "cdrs", "CDR"), ("session", "sessions", "S")):
        found = [outcome[kind].upper() for outcome in month["outcomes"] if outcome[kind]]
        right = [f"{letter}{n}" for n in range(data.COUNTS[module])]
        same(f"ids of {module}", sorted(set(right) ^ set(found))[:5], [])
        same(f"how many {module}", len(found), len(right))
    buckets = {name: sum["count"] for name, sum in month["buckets"].items() if sum["count"]}
    alone = data.COUNTS["sessions"] - data.COUNTS["cdrs"]
    same("buckets", buckets, {"matched": data.COUNTS["cdrs"], "missing_cdr": alone})
    matched = month["buckets"]["matched"]
    same("difference", Decimal(matched["difference"]["EUR"]), 0)
    energy = Decimal(matched["stated"]["EUR"]) / data.PRICE
    same("energy", energy, sum(data.kwh(n) for n in range(data.COUNTS["cdrs"])))
    return f"all ids, {energy.normalize():f} kWh, each CDR with its session and at its price"


def sound(book):
    """The book is whole."""
    same("problems", book.run("check")["problems"], [])
    return "file, chain of decisions and imported bytes"


def free_port():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


def ours(port, listen=None):
    """How we are registered: our address as they see it, and where we listen."""
    url = f"http://127.0.0.1:{port}/ocpi/versions"
    return url, ["--our-url", url, "--listen", f"127.0.0.1:{listen or port}"]


def asked_back(server, told, url):
    """Whom the server was given, and what it found when it looked."""
    same("the address it was given", told["url"], url)
    if server.package == "python-ocpi":
        # It asks at an address of its own making and without the token, and goes on without.
        return "without being asked for our versions"
    found = server.told("endpoints")["endpoints"]
    modules = sorted({one["identifier"] for one in found["endpoints"]})
    if not modules:
        raise Failed("the server found none of our modules")
    return f"asked for our versions, and found {', '.join(modules)}"


def unreachable(book, server):
    """Where the server cannot reach us, nothing is registered, and token A still holds."""
    _, how = ours(free_port(), listen=free_port())
    return refused(book, server, "--register", *how, token=TOKEN_A)


def registered(book, server):
    """The whole handshake: the server asks back, and its token C takes the place of token A."""
    url, how = ours(free_port())
    text = connected(book, server, "--register", *how, token=TOKEN_A)
    return f"{text}, {asked_back(server, server.told('registered')['registered'], url)}"


def renewed(book, server):
    """New tokens for both, and the server asks again."""
    url, how = ours(free_port())
    book.run("connect", "NL-XYZ", "--url", server.url, *server.trust, "--renew", *how)
    text = asked_back(server, server.told("renewed")["renewed"], url)
    pulls = book.run("pull", "NL-XYZ")["pulls"]
    same("outcomes", {pull["outcome"] for pull in pulls}, {"complete"})
    return f"{text}; pulls go on"


def ended(book, server):
    """The registration is given back, and the book knows it."""
    book.run("disconnect", "NL-XYZ")
    server.told("ended")
    problem = book.run("pull", "NL-XYZ", status=(2,))["problem"]
    same("a pull", problem["code"], "not_connected")
    return "the server forgot us, and no pull is tried"


class Report:
    """One line for each check."""

    def __init__(self):
        self.failed = self.passed = 0

    def fail(self, name, failure):
        self.failed += 1
        print(f"  FAILED {name}: {failure}", flush=True)

    def step(self, name, check, *args, **more):
        try:
            text = check(*args, **more)
        except Failed as failure:
            self.fail(name, failure)
            return False
        self.passed += 1
        print(f"  ok     {name}: {text}", flush=True)
        return True


def lists(report, book, role):
    """What was connected is pulled, twice, and compared."""
    if not report.step("pull", pulled, book, role):
        return
    if role == "cpo":
        report.step("compare", equal, book)
    report.step("pull again", known, book)
    report.step("the book", sound, book)


def fixed_token(report, given, name, server):
    """A token that was given once and for all."""
    book = Book(given, f"{name}-token")
    report.step("wrong token", refused, book, server, token="no-such-token")
    if server.trust:
        ca, server.trust = server.trust, []
        report.step("authority not trusted", refused, book, server, token=TOKEN_C)
        server.trust = ca
    if report.step("connect", connected, book, server, token=TOKEN_C):
        lists(report, book, server.role)


def registration(report, given, name, server):
    """A token that is good for registering only."""
    book = Book(given, f"{name}-registered")
    if server.package != "python-ocpi":
        report.step("register, unreachable", unreachable, book, server)
    if not report.step("register", registered, book, server):
        return
    lists(report, book, server.role)
    other = Book(given, f"{name}-refused")
    report.step("token A again", refused, other, server, token=TOKEN_A)
    report.step("renew", renewed, book, server)
    report.step("disconnect", ended, book, server)


def one(report, given, package, version, role, setup):
    name = "-".join([package, version, role, *(word.strip("-") for word in setup)])
    title = " ".join([f"{package}, OCPI {version}, as {role.upper()}", *setup])
    print(title, flush=True)
    with Server(given, name, package, role, version, setup) as server:
        for part in (fixed_token, registration):
            try:
                part(report, given, name, server)
            except Failed as failure:
                report.fail(part.__name__, failure)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--program", type=pathlib.Path, required=True)
    arguments.add_argument("--peers", type=pathlib.Path, required=True)
    given = arguments.parse_args()
    given.peers = given.peers.resolve()
    given.work = given.peers / "run"
    given.work.mkdir(parents=True, exist_ok=True)
    # Stopped from outside, the servers are stopped too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    report = Report()
    for package, version, roles, setup in PEERS:
        for role in roles:
            try:
                one(report, given, package, version, role, setup)
            except Failed as failure:
                report.fail("start", failure)
    print(f"{report.passed} checks passed, {report.failed} failed; logs in {given.work}")
    sys.exit(1 if report.failed else 0)


if __name__ == "__main__":
    main()
