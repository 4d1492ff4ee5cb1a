"""The catalogue over HTTP, at its full size, against its limits, `cat` through a socket, and Tiled's server.

    python bench_server.py FAISCEAU --folder FOLDER [--runs N] [--rounds N] [--seconds S] [--only PART,…] [--peer PYTHON] [--json FILE]

FOLDER holds what `make bench-catalogue-data` prepared. A copy of the catalogue is served by `faisceau serve`, and removed; wrk asks it over
loopback, so that clients and server share the machine's processors. Median of the rounds and their spread; the load beside each figure.

    searches   SciCat's fullquery, 25 datasets with all their values, by a member of 3 groups, 16 connections: words of 0.01, 1 and 30 % of the
               runs, some with a technique; and by itself the same words with a range that holds a quarter of all energies
    lists      the newest 25 datasets of a technique, by the same
    pages      landing pages of random runs, 16 connections
    harvest    ListRecords by one harvester, from the first record on
    download   one file of 2 GiB by one client, beside `cat FILE` into a socket
    memory     64 clients that read 1 MiB/s each of a sparse file of 10 GiB: of a server of a small catalogue
    peer       a page of 20 runs of a technique with their count, beside Tiled's server on the same records, 4 connections
"""

import argparse
import http.client
import json
import os
import re
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

PARTS = ["searches", "lists", "pages", "harvest", "download", "memory", "peer"]
RARE, FEW, MANY = "apoferritin", "zeolite", "lysozyme"
PASSWORD = "a long sentence for a benchmark"


def load():
    return " ".join(f"{each:.1f}" for each in os.getloadavg())


class Report:
    def __init__(self):
        self.rows = []

    def add(self, name, values, unit, must=None, aim=None, least=False, note=""):
        """A figure: the median of `values`; `least`: more is better."""
        value = statistics.median(values)
        reached = None if must is None else (value >= must if least else value < must)
        line = f"{name:44s} {value:10.2f} {unit:9s} ({min(values):.2f} to {max(values):.2f}, {len(values)} rounds)"
        if must is not None:
            sign = "≥" if least else "<"
            aimed = value >= aim if least else value < aim
            line += f" must {sign} {must:g}, aim {sign} {aim:g}: " + ("REACHED" if reached else "NOT REACHED") + (", aim too" if aimed else "")
        print(line + f"   [load {load()}]" + (f"\n    {note}" if note else ""), flush=True)
        self.rows.append({"name": name, "values": values, "unit": unit, "must": must, "aim": aim, "reached": reached, "note": note, "load": load()})


class Served:
    """`faisceau serve` on a free port; ended with the block."""

    def __init__(self, program, folder, catalogue, more=""):
        self.program, self.folder = program, folder
        self.settings = os.path.join(folder, "facility.yaml")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        with open(self.settings, "w") as file:
            file.write(f"listen: 127.0.0.1:{self.port}\ndatabase: {catalogue}\n{more}")

    def command(self, *arguments, text=None):
        answer = subprocess.run(
            [self.program, *arguments, "--facility", self.settings], input=text, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if answer.returncode:
            raise SystemExit(f"{' '.join(arguments[:2])} ended with {answer.returncode}: {answer.stderr}")
        return answer.stdout

    def __enter__(self):
        # A machine without a time service: nobody but its keeper can say that its clock is right.
        self.command("embargo", "clock", "--accept")
        self.log = open(os.path.join(self.folder, "serve.log"), "w+")
        self.process = subprocess.Popen([self.program, "serve", "--facility", self.settings], stdout=self.log, stderr=subprocess.STDOUT)
        while True:
            if self.process.poll() is not None:
                self.log.seek(0)
                raise SystemExit(f"serve ended: {self.log.read()}")
            try:
                if self.ask("GET", "/health")[0] == 200:
                    return self
            except OSError:
                time.sleep(0.5)

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def ask(self, method, path, body=None, token=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if body is not None:
            body, headers["Content-Type"] = json.dumps(body), "application/json"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()

    def sign_in(self, name):
        status, body = self.ask("POST", "/api/v3/auth/login", {"username": name, "password": PASSWORD})
        if status not in (200, 201):
            raise SystemExit(f"log-in ended with {status}: {body[:200]}")
        return json.loads(body)["id"]

    def memory(self):
        """Resident MiB: of the process itself, and with the pages of files that it maps."""
        with open(f"/proc/{self.process.pid}/status") as file:
            fields = dict(line.split(":", 1) for line in file)
        return [int(fields[name].split()[0]) / 1024 for name in ("RssAnon", "VmRSS")]

    def until_offered(self):
        """Harvesters are answered when all runs have been looked at once."""
        began = time.time()
        while self.ask("GET", "/oai?verb=ListIdentifiers&metadataPrefix=oai_dc")[0] != 200:
            if time.time() - began > 1800:
                raise SystemExit("harvesters are not answered")
            time.sleep(2)
        return time.time() - began


def wrk(port, paths, seconds, folder, token=None, connections=16, patience=30):
    """Requests a second, and the 99th hundredth of the times in ms; of paths drawn at random."""
    script = os.path.join(folder, "wrk.lua")
    with open(script, "w") as file:
        file.write("local paths = {\n" + "".join(f"  {json.dumps(path)},\n" for path in paths) + "}\n")
        if token:
            file.write(f'wrk.headers["Authorization"] = "Bearer {token}"\n')
        file.write("math.randomseed(7)\nfunction request() return wrk.format(nil, paths[math.random(#paths)]) end\n")
        file.write('function done(s, l, r) io.write(string.format("RESULT %d %f %f %d %d\\n", s.requests, s.duration / 1e6, '
                   "l:percentile(99) / 1e3, s.errors.status, s.errors.connect + s.errors.read + s.errors.write + s.errors.timeout)) end\n")
    answer = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", f"{patience}s", "-s", script, f"http://127.0.0.1:{port}"],
        stdout=subprocess.PIPE, text=True, check=True).stdout
    requests, took, p99, refused, broken = map(float, re.search(r"RESULT (.*)", answer).group(1).split())
    if not requests:
        raise SystemExit("nothing was answered")
    if refused or broken:
        raise SystemExit(f"of {requests:.0f} requests {refused:.0f} were refused and {broken:.0f} broke off")
    return requests / took, p99


def query(path, **values):
    return path + "?" + urllib.parse.urlencode({name: value if isinstance(value, str) else json.dumps(value) for name, value in values.items()})


def searches(base, ranges):
    techniques = [name for (name,) in base.execute("SELECT name FROM technique ORDER BY id")]
    questions = []
    for word in (RARE, FEW, MANY):
        if not ranges:
            questions += [{"text": word}, *({"text": word, "techniques.name": name} for name in techniques[:2])]
            continue
        for low in (6, 9, 12):
            questions.append({"text": word, "scientific": [
                {"lhs": "beam.incident_energy", "relation": "GREATER_THAN", "rhs": low, "unit": "keV"},
                {"lhs": "beam.incident_energy", "relation": "LESS_THAN", "rhs": low + 4, "unit": "keV"}]})
    return [query("/api/v3/datasets/fullquery", fields=each, limits={"limit": 25}) for each in questions]


def lists(base):
    techniques = [name for (name,) in base.execute("SELECT name FROM technique ORDER BY id")]
    return [query("/api/v3/datasets", filter={"where": {"techniques.name": name}, "limits": {"limit": 25}}) for name in techniques]


def pages(base):
    few = base.execute("SELECT pid FROM run WHERE listed = 1 AND id % 199 = 0 LIMIT 5000")
    return ["/datasets/" + urllib.parse.quote(pid, safe="") for (pid,) in few]


def measure_served(options, report, parts, folder):
    work = os.path.join(folder, "catalogue.sqlite")
    print(f"copying the catalogue of {options.runs} runs", file=sys.stderr)
    for ending in ("", "-wal"):
        if os.path.exists(options.catalogue + ending):
            shutil.copy(options.catalogue + ending, work + ending)
    # With a root, as servers have: pages of open runs link to their files.
    served = Served(options.program, folder, work, f"files:\n  roots:\n    - path: {folder}\n")
    # The first command brings the copy to the schema of this program.
    served.command("embargo", "clock", "--accept")
    # The messages of the million hand-overs were told long ago; invented as they are, a server would try them again and again beside the figures.
    with sqlite3.connect(work) as told:
        told.execute("UPDATE outbox SET delivered_at = due_at WHERE delivered_at IS NULL")
    told.close()
    base = sqlite3.connect(f"file:{work}?mode=ro", uri=True)
    groups = [name for (name,) in base.execute("SELECT name FROM team ORDER BY id")]
    own = [groups[-1], groups[len(groups) * 7 // 10], groups[len(groups) // 5]]
    # The catalogue may have served an earlier bench.
    member = f"benchmember-{os.getpid()}"
    served.command("user", "add", member, "--role", "member", *[each for name in own for each in ("--group", name)], "--password-stdin",
                   text=PASSWORD + "\n")
    # Into memory, as far as it holds it: what the disk can do is measured by others.
    subprocess.run(["cat", work], stdout=subprocess.DEVNULL, check=True)
    with served:
        token = served.sign_in(member)
        took = served.until_offered()
        print(f"harvesters are offered all runs after {took:.0f} s", file=sys.stderr)

        def rounds(paths, token=None):
            wrk(served.port, paths, 3, folder, token)
            return [wrk(served.port, paths, options.seconds, folder, token) for _ in range(options.rounds)]

        if "searches" in parts:
            for name, ranges in (("search by words with rights, p99", False), ("search by words and a wide range, p99", True)):
                found = rounds(searches(base, ranges), token)
                report.add(name, [p99 for _, p99 in found], "ms", 150, 30, note=f"{statistics.median(rate for rate, _ in found):.0f}/s")
        if "lists" in parts:
            found = rounds(lists(base), token)
            report.add("list of 25 datasets, p99", [p99 for _, p99 in found], "ms", note=f"{statistics.median(rate for rate, _ in found):.0f}/s")
        if "pages" in parts:
            found = rounds(pages(base))
            report.add("landing page", [rate for rate, _ in found], "/s", 500, 3000, least=True,
                       note=f"p99 {statistics.median(p99 for _, p99 in found):.1f} ms")
        if "harvest" in parts:
            for form in ("oai_dc", "oai_datacite"):
                report.add(f"harvest, {form}", [harvest(served.port, form, options.seconds) for _ in range(options.rounds)], "records/s", 5000, 20000,
                           least=True)
        if "peer" in parts and options.peer:
            beside_peer(options, report, served, folder, token)
        own, resident = served.memory()
        report.add("server after all this, its own memory", [own], "MiB", note=f"{resident:.0f} MiB with the mapped pages of the catalogue")


def harvest(port, form, seconds):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    path, count, began = f"/oai?verb=ListRecords&metadataPrefix={form}", 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise SystemExit(f"the harvest ended with {answer.status}: {body[:200]}")
        count += body.count(b"<record>")
        token = re.search(rb"<resumptionToken[^>]*>([^<]+)<", body)
        if not token:
            break
        path = "/oai?verb=ListRecords&resumptionToken=" + urllib.parse.quote(token.group(1).decode())
    return count / (time.perf_counter() - began)


def with_file(options, folder, size, sparse):
    """A server of a small catalogue with one dataset of one file, made through SciCat's doors; gives the server, a token, the file's address."""
    data = os.path.join(folder, "data")
    os.makedirs(os.path.join(data, "run"), exist_ok=True)
    name = os.path.join(data, "run", "frames.h5")
    with open(name, "wb") as file:
        if sparse:
            file.truncate(size)
        else:
            block = os.urandom(1 << 20)
            for _ in range(size >> 20):
                file.write(block)
    served = Served(options.program, folder, os.path.join(folder, "small.sqlite"), f"files:\n  roots:\n    - path: {data}\n      account: ingestor\n")
    served.command("user", "add", "ingestor", "--role", "ingestor", "--group", "saxs", "--password-stdin", text=PASSWORD + "\n")
    return served, name


def enter(served, size):
    token = served.sign_in("ingestor")
    dataset = {
        "type": "raw", "datasetName": "one file", "owner": "Bench", "ownerGroup": "saxs", "accessGroups": [], "contactEmail": "bench@example.org",
        "sourceFolder": os.path.join(served.folder, "data", "run"), "creationTime": "2026-01-01T00:00:00.000Z",
        "principalInvestigator": "Bench", "creationLocation": "bench", "size": size, "numberOfFiles": 1, "scientificMetadata": {}}
    status, body = served.ask("POST", "/api/v3/datasets", dataset, token)
    if status not in (200, 201):
        raise SystemExit(f"the dataset is refused: {status} {body[:300]}")
    pid = urllib.parse.quote(json.loads(body)["pid"], safe="")
    block = {"datasetId": json.loads(body)["pid"], "size": size, "chkAlg": "sha256", "ownerGroup": "saxs",
             "dataFileList": [{"path": "frames.h5", "size": size, "time": "2026-01-01T00:00:00.000Z"}]}
    status, body = served.ask("POST", f"/api/v3/datasets/{pid}/origdatablocks", block, token)
    if status not in (200, 201):
        raise SystemExit(f"the files are refused: {status} {body[:300]}")
    return f"/api/v4/datasets/{pid}/files/frames.h5", token


def download(port, path, token, size):
    """Bytes a second over a bare socket, so that the client is the same as for `cat`."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n".encode())
        return drained(connection, size)


def drained(connection, size):
    room = memoryview(bytearray(1 << 20))
    began, count = time.perf_counter(), 0
    while got := connection.recv_into(room):
        count += got
    if count < size:
        raise SystemExit(f"{count} bytes came of {size}")
    return count / (time.perf_counter() - began)


def cat(name, size):
    """The limit: the kernel's way from a file into a socket, by the plainest of programs."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        sender = subprocess.Popen(["bash", "-c", f"exec cat {name!r} > /dev/tcp/127.0.0.1/{door.getsockname()[1]}"])
        connection, _ = door.accept()
        with connection:
            rate = drained(connection, size)
        sender.wait()
    return rate


def measure_download(options, report, folder):
    size = 2 << 30
    served, name = with_file(options, folder, size, sparse=False)
    with served:
        path, token = enter(served, size)
        download(served.port, path, token, size), cat(name, size)
        pairs = [(download(served.port, path, token, size), cat(name, size)) for _ in range(options.rounds)]
    report.add("file of 2 GiB against cat through a socket", [ours / theirs for ours, theirs in pairs], "times", 0.5, 0.9, least=True,
               note=f"{statistics.median(ours for ours, _ in pairs) / 1e9:.2f} GB/s; cat {statistics.median(theirs for _, theirs in pairs) / 1e9:.2f} GB/s")


def measure_memory(options, report, folder):
    size = 10 << 30
    served, _ = with_file(options, folder, size, sparse=True)
    with served:
        path, token = enter(served, size)
        ends = time.time() + 20

        def slow():
            with socket.create_connection(("127.0.0.1", served.port)) as connection:
                connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
                while time.time() < ends:
                    if not connection.recv(1 << 17):
                        raise SystemExit("a slow reader was cut off")
                    time.sleep(0.125)

        readers = [threading.Thread(target=slow, daemon=True) for _ in range(64)]
        for reader in readers:
            reader.start()
        seen = []
        while time.time() < ends - 1:
            time.sleep(0.5)
            seen.append(served.memory())
        for reader in readers:
            reader.join()
    report.add("64 slow downloads of 10 GiB, resident", [max(resident for _, resident in seen)], "MiB", 300, 120,
               note=f"the most that was seen in {len(seen)} looks; {max(own for own, _ in seen):.0f} MiB without mapped files")


def beside_peer(options, report, served, folder, token):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    theirs = os.path.join(folder, "tiled.sqlite")
    shutil.copy(options.tiled, theirs)
    log = open(os.path.join(folder, "tiled.log"), "w")
    tiled = subprocess.Popen(
        [os.path.join(os.path.dirname(options.peer), "tiled"), "serve", "catalog", theirs, "--public", "--host", "127.0.0.1", "--port", str(port),
         "--write", tempfile.mkdtemp(dir=folder)], stdout=log, stderr=subprocess.STDOUT)
    try:
        asked = query("/api/v1/search/", **{"page[limit]": "20", "filter[eq][condition][key]": "technique",
                                            "filter[eq][condition][value]": '"XPCS"'})
        answer = None
        for _ in range(120):
            time.sleep(1)
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
                connection.request("GET", asked)
                answer = connection.getresponse()
                break
            except OSError:
                continue
        if answer is None or answer.status != 200:
            raise SystemExit(f"Tiled's server does not answer: {answer and answer.status}; see {log.name}")
        found = json.loads(answer.read())
        if len(found["data"]) != 20:
            raise SystemExit(f"Tiled found {len(found['data'])} runs")
        where = {"techniques.name": "XPCS"}
        mine = query("/api/v3/datasets", filter={"where": where, "limits": {"limit": 20}})
        # Tiled's page tells how many there are; here that is another question, and both count.
        count = query("/api/v3/datasets/count", where=where)
        pairs = []
        for _ in range(options.rounds):
            rates = [wrk(served.port, [path], options.seconds, folder, token, connections=4)[0] for path in (mine, count)]
            # Each of its pages takes seconds: in a short round none is answered.
            other, _ = wrk(port, [asked], max(options.seconds, 60), folder, connections=4, patience=120)
            pairs.append((1 / sum(1 / rate for rate in rates), other))
    finally:
        tiled.terminate()
        tiled.wait()
    report.add("list of 20 of a technique and their count against Tiled's server", [ours / other for ours, other in pairs], "times", 5, 20, least=True,
               note=f"{statistics.median(ours for ours, _ in pairs):.0f}/s with rights; Tiled {statistics.median(other for _, other in pairs):.2f}/s")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--folder", required=True)
    parser.add_argument("--runs", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--only", help=",".join(PARTS))
    parser.add_argument("--peer", help="the Python that has Tiled; without it there is no comparison")
    parser.add_argument("--json", help="all figures into this file")
    options = parser.parse_args()
    parts = options.only.split(",") if options.only else PARTS
    if unknown := set(parts) - set(PARTS):
        raise SystemExit(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    if not shutil.which("wrk"):
        raise SystemExit("wrk is not installed: apt-get install wrk")
    options.catalogue = os.path.join(options.folder, f"catalogue-{options.runs}.sqlite")
    options.tiled = os.path.join(options.folder, f"tiled-{options.runs}.sqlite")
    if options.peer and not (os.path.exists(options.peer) and os.path.exists(options.tiled)):
        print(f"left out: Tiled, as there is no {options.peer} or no {options.tiled}", file=sys.stderr)
        options.peer = None
    served = [part for part in parts if part not in ("download", "memory")]
    if served and not os.path.exists(options.catalogue):
        raise SystemExit(f"there is no {options.catalogue}: make bench-catalogue-data")
    report = Report()
    for part in ("download", "memory"):
        if part in parts:
            with tempfile.TemporaryDirectory(dir=options.folder) as folder:
                (measure_download if part == "download" else measure_memory)(options, report, folder)
    if served:
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            measure_served(options, report, served, folder)
    if options.json:
        with open(options.json, "w") as file:
            json.dump(report.rows, file, indent=1)


main()
