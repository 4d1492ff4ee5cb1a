"""The catalogue at its full size against its limits, the disk's, and Tiled's.

    python bench_catalogue.py TOOL --folder FOLDER [--runs N] [--prepare] [--peer PYTHON] [--rounds N] [--only PART,…] [--json FILE]

With --prepare: fills FOLDER/catalogue.sqlite with N runs through the store's own protocol, and FOLDER/tiled.sqlite with the same records. It
says how long that took. Without: copies the catalogue, takes all figures of the copy, removes it. What was prepared is not changed (Tiled's file
gets the few nodes that are inserted into it), so that it can be measured again.

A run has 10 files, 50 values, 1 event, 2 messages; 125 runs are one beam time of one group; 40 % are open. Words are looked for that stand in
0.01, 1 and 30 % of the runs. Times are of calls in this process; each is on disk when it is acknowledged (write-ahead log, synchronous=FULL).
Pages of the files are in memory, as far as it holds them.
"""

import argparse
import json
import os
import platform
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time

PARTS = ["limits", "lists", "searches", "facets", "files", "peer", "one", "many", "batches", "sessions", "runs"]


def load():
    return " ".join(f"{each:.1f}" for each in os.getloadavg())


def tool(program, *arguments):
    answer = subprocess.run([program, *map(str, arguments)], stdout=subprocess.PIPE, text=True)
    if answer.returncode:
        raise SystemExit(f"{os.path.basename(program)} {arguments[0]} ended with {answer.returncode}")
    return json.loads(answer.stdout) if answer.stdout.strip() else None


class Report:
    def __init__(self):
        self.rows = []

    def add(self, name, value, unit, must=None, aim=None, least=False, note=""):
        """A figure; `least`: more is better."""
        reached = None if must is None else (value >= must if least else value < must)
        aimed = None if aim is None else (value >= aim if least else value < aim)
        sign = "≥" if least else "<"
        line = f"{name:58s} {value:11.2f} {unit:6s}"
        if must is not None:
            line += f" must {sign} {must:g}, aim {sign} {aim:g}: " + ("REACHED" if reached else "NOT REACHED") + (", aim too" if aimed else "")
        print(line + f"   [load {load()}]" + (f"\n    {note}" if note else ""), flush=True)
        self.rows.append({"name": name, "value": value, "unit": unit, "must": must, "aim": aim, "reached": reached, "aim_reached": aimed,
                          "note": note, "load": load()})


def limits(folder, report):
    """What the disk and SQLite themselves do, with nothing of ours around them."""
    path = os.path.join(folder, "limit.bin")
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    for size, name in ((4 << 10, "4 KiB"), (128 << 10, "128 KiB")):
        block, began, count = os.urandom(size), time.perf_counter(), 0
        while time.perf_counter() - began < 2:
            os.write(descriptor, block)
            os.fsync(descriptor)
            count += 1
        report.add(f"limit: append of {name} and fsync", count / (time.perf_counter() - began), "/s")
    os.close(descriptor)
    os.remove(path)
    # The rows of a run, without indexes, search, digests and references: 64 of them.
    rows = [("x" * 60, number * 1.5) for number in range(64)]
    for runs, name in ((1, "one run a commit"), (1000, "1000 runs a commit")):
        base = sqlite3.connect(path, isolation_level=None)
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("PRAGMA synchronous = FULL")
        base.execute("CREATE TABLE IF NOT EXISTS plain (id INTEGER PRIMARY KEY, text TEXT, number REAL)")
        began, count = time.perf_counter(), 0
        while time.perf_counter() - began < 3:
            base.execute("BEGIN")
            base.executemany("INSERT INTO plain (text, number) VALUES (?, ?)", rows * runs)
            base.execute("COMMIT")
            count += runs
        report.add(f"limit: SQLite, 64 plain rows a run, {name}", count / (time.perf_counter() - began), "runs/s")
        base.close()
        for suffix in ("", "-wal", "-shm"):
            if os.path.exists(path + suffix):
                os.remove(path + suffix)


def warm(path):
    """Reads the file once: a catalogue that is in use has its pages in memory, as far as that holds them; a copy that was just made may not."""
    for suffix in ("", "-wal"):
        if os.path.exists(path + suffix):
            with open(path + suffix, "rb", buffering=0) as file:
                while file.read(1 << 24):
                    pass


def times(report, rows, name, must, aim):
    """The slowest reader's 99th percentile is what counts."""
    for row in rows:
        note = f"median {1e3 * row['times']['median']:.2f} ms of {row['times']['count']} calls; slowest {'; '.join(row['slowest'][:2])}"
        report.add(row["name"] + ", p99", 1e3 * row["times"]["p99"], "ms", note=note)
    report.add(name, 1e3 * max(row["times"]["p99"] for row in rows), "ms", must, aim)


def prepare(options, ours, theirs):
    if os.path.exists(ours):
        print(f"{ours} is there already")
    else:
        began = time.time()
        tool(options.tool, "prepare", ours, "--runs", options.runs, "--files", options.files)
        print(f"prepared {options.runs} runs in {time.time() - began:.0f} s, {os.path.getsize(ours) / 1e9:.1f} GB; load {load()}")
    if options.peer and not os.path.exists(theirs):
        script = os.path.join(os.path.dirname(__file__), "catalogue_peer.py")
        subprocess.run([options.peer, script, "prepare", ours, theirs + ".new"], check=True)
        os.rename(theirs + ".new", theirs)
        print(f"Tiled: {os.path.getsize(theirs) / 1e9:.1f} GB; load {load()}")


def beside_peer(options, work, theirs, report):
    """Ours and theirs in turn, twice; the medians of both rounds are put against each other."""
    script = os.path.join(os.path.dirname(__file__), "catalogue_peer.py")
    version = subprocess.run([options.peer, script, "version"], check=True, capture_output=True, text=True).stdout.strip()
    ours, peers = [], []
    for _ in range(2):
        ours.append({row["name"]: row for row in tool(
            options.tool, "measure", work, "--runs", options.runs, "--rounds", options.rounds, "--only", "peer")})
        peers.append(json.loads(subprocess.run(
            [options.peer, script, "measure", theirs, str(options.rounds)], check=True, stdout=subprocess.PIPE, text=True).stdout))
    counted = ours[0]["peer: page and count of a technique"]["note"]
    if str(peers[0]["page and count"]["answer"][1]) not in counted:
        raise SystemExit(f"the two sides count otherwise: {counted}, {peers[0]['page and count']['answer']}")
    result = {}
    for name, key in (("page and count", "peer: page and count of a technique"), ("text page", "peer: page of a word")):
        mine = [each[key]["times"]["median"] for each in ours]
        other = [each[name]["median"] for each in peers]
        result[name] = (statistics.median(mine), statistics.median(other), [b / a for a, b in zip(mine, other)])
    for name, aim in (("page and count", 40), ("text page", 20)):
        mine, other, ratios = result[name]
        report.add(f"against Tiled {version}: {name}", other / mine, "times", 5, aim, least=True,
                   note=f"ours {1e3 * mine:.2f} ms, Tiled {1e3 * other:.1f} ms, rounds {min(ratios):.0f} to {max(ratios):.0f}"
                   + (f"; {counted} on both sides" if name == "page and count" else ""))
    return version, statistics.median(each["insert"]["median"] for each in peers)


def measure(options, ours, theirs, report):
    parts = options.only.split(",") if options.only else PARTS
    work = os.path.join(options.folder, "work.sqlite")
    for suffix in ("", "-wal", "-shm", "-migrating"):
        if os.path.exists(work + suffix):
            os.remove(work + suffix)
    began = time.time()
    shutil.copyfile(ours, work)
    os.chmod(work, 0o600)
    os.sync()
    print(f"copied {os.path.getsize(work) / 1e9:.1f} GB in {time.time() - began:.0f} s", flush=True)
    try:
        if "limits" in parts:
            limits(options.folder, report)
        warm(work)
        reads = [part for part in ("lists", "searches", "facets", "files") if part in parts]
        if reads:
            rows = tool(options.tool, "measure", work, "--runs", options.runs, "--rounds", options.rounds, "--only", ",".join(reads))
            pick = lambda prefix: [row for row in rows if row["name"].startswith(prefix)]
            if "lists" in reads:
                times(report, pick("list,"), "run list with filters, rights, bounded count, p99", 50, 10)
            if "searches" in reads:
                times(report, pick("search,"), "free text + numeric range + facets with rights, p99", 200, 50)
            for row in pick("facets of"):
                report.add(row["name"] + ", median", 1e3 * row["times"]["median"], "ms",
                           note=f"no goal; slowest {'; '.join(row['slowest'])}")
            if "files" in reads:
                times(report, pick("files,"), "any page of the files of a large run, p99", 50, 5)
        peer = None
        if "peer" in parts and options.peer:
            peer = beside_peer(options, work, theirs, report)
        writes = [part for part in ("one", "many", "batches", "sessions", "runs") if part in parts]
        if writes:
            # One process: each part begins where the one before ended.
            for row in tool(options.tool, "measure", work, "--runs", options.runs, "--rounds", 5, "--only", ",".join(writes)):
                part = "one" if row["name"] == "hand-over, one by one" else "batches" if "in batches" in row["name"] else None
                if row.get("seconds"):
                    runs = int(row["note"].split()[0])
                    report.add(row["name"] + ", for 100,000", row["seconds"][0] * 100_000 / runs, "s", 60, 10,
                               note=f"{row['note']} in {row['seconds'][0]:.1f} s; {1e3 * row['processor'][0]:.2f} ms of a processor a run")
                    continue
                rates = row["rates"]
                goal = {"one": (500, 2000), "batches": (2000, 10_000)}.get(part, (None, None))
                report.add(row["name"], statistics.median(rates), "runs/s", *goal, least=True,
                           note=f"{row.get('note', '')}; rounds {min(rates):.0f} to {max(rates):.0f}; "
                           f"{1e3 * statistics.median(row['processor']):.2f} ms of a processor a run")
                if part == "one" and peer:
                    mine = 1 / statistics.median(rates)
                    report.add(f"against Tiled {peer[0]}: insert", peer[1] / mine, "times", 5, 20, least=True,
                               note=f"ours {1e3 * mine:.2f} ms with files, history, clocks; Tiled {1e3 * peer[1]:.1f} ms without")
    finally:
        for suffix in ("", "-wal", "-shm", "-migrating"):
            if os.path.exists(work + suffix):
                os.remove(work + suffix)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tool")
    parser.add_argument("--folder", required=True, help="where the databases are kept, outside of the repository")
    parser.add_argument("--runs", type=int, default=1_000_000)
    parser.add_argument("--files", type=int, default=1_000_000, help="of the run with very many files")
    parser.add_argument("--rounds", type=int, default=20, help="calls of each kind of question, of each reader")
    parser.add_argument("--prepare", action="store_true", help="fill the databases, and measure nothing")
    parser.add_argument("--peer", help="the Python that has Tiled; without it there is no comparison")
    parser.add_argument("--only", help="some of " + ",".join(PARTS))
    parser.add_argument("--json")
    options = parser.parse_args()
    os.makedirs(options.folder, exist_ok=True)
    if options.peer and not os.path.exists(options.peer):
        print(f"left out: Tiled, as there is no {options.peer}", file=sys.stderr)
        options.peer = None
    ours = os.path.join(options.folder, f"catalogue-{options.runs}.sqlite")
    theirs = os.path.join(options.folder, f"tiled-{options.runs}.sqlite")
    if options.prepare:
        return prepare(options, ours, theirs)
    if not os.path.exists(ours):
        raise SystemExit(f"there is no {ours}: first --prepare")
    if options.peer and not os.path.exists(theirs):
        print(f"left out: Tiled, as there is no {theirs}", file=sys.stderr)
        options.peer = None
    began, report = time.time(), Report()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, kernel {platform.release()}; {options.runs} runs; load {load()}")
    measure(options, ours, theirs, report)
    missed = [row["name"] for row in report.rows if row["reached"] is False]
    print(f"{time.time() - began:.0f} s; load {load()}; " + ("NOT REACHED: " + "; ".join(missed) if missed else "every must is reached"))
    if options.json:
        with open(options.json, "w") as file:
            json.dump({"runs": options.runs, "rows": report.rows}, file, indent=1)


main()
