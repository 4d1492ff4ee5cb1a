"""Tiled (PyPI, SQLite) with the same records as our catalogue; started by bench_catalogue.py with the Python of .venv-tiled.

    python catalogue_peer.py prepare CATALOGUE FILE     fills a Tiled catalogue with the runs of ours
    python catalogue_peer.py measure FILE ROUNDS        prints times as JSON
    python catalogue_peer.py version

A node's metadata are a run's words and its fifty values; files, histories, clocks and rights, which our side keeps too, are left out. Rows are
inserted by SQL, and Tiled's own triggers index them: through its server a million would take six hours. The server is called in its process,
without a socket, and asks nobody who they are.
"""

import json
import os
import sqlite3
import statistics
import sys
import tempfile
import time

PAGE = 20
TECHNIQUE, WORD = "XPCS", "zeolite"

# Of one run of our catalogue, as a node's metadata.
METADATA = """
    json_object('title', run.title, 'name', run.name, 'kind', run.kind, 'technique', technique.name, 'instrument', instrument.name,
        'proposal', proposal.name, 'sample', sample.name, 'start', run.started_ns, 'keywords', run.keywords,
        'energy_ev', (SELECT number FROM value WHERE value.run = run.id AND value.key = :energy),
        'values', json((SELECT json_group_object(metadata_key.name, coalesce(value.number, value.text)) FROM value
            JOIN metadata_key ON metadata_key.id = value.key WHERE value.run = run.id)))
"""
RUNS = """
    FROM ours.run AS run JOIN ours.technique AS technique ON technique.id = run.technique
        JOIN ours.instrument AS instrument ON instrument.id = run.instrument
        JOIN ours.proposal AS proposal ON proposal.id = run.proposal JOIN ours.sample AS sample ON sample.id = run.sample
"""


def open_tiled(path):
    from tiled.catalog import from_uri
    from tiled.server.app import build_app

    return build_app(from_uri(f"sqlite:///{path}", writable_storage=tempfile.mkdtemp(), init_if_not_exists=True))


def prepare(catalogue, path):
    from tiled.client import Context, from_context

    with Context.from_app(open_tiled(path)) as context:
        from_context(context)
    began = time.time()
    base = sqlite3.connect(path)
    base.execute("PRAGMA synchronous = OFF")
    base.execute("PRAGMA cache_size = -500000")
    base.execute("ATTACH ? AS ours", (f"file:{catalogue}",))
    energy = base.execute("SELECT id FROM ours.metadata_key WHERE name = 'beam/incident_energy'").fetchone()[0]
    base.execute(
        f"""INSERT INTO nodes (parent, key, structure_family, metadata, specs)
            SELECT 0, replace(run.pid, '/', '_'), 'container', {METADATA}, '[]' {RUNS} ORDER BY run.id""", {"energy": energy})
    base.commit()
    count = base.execute("SELECT count(*) FROM nodes").fetchone()[0]
    base.close()
    print(f"Tiled: {count} nodes in {time.time() - began:.0f} s", file=sys.stderr)


def median(call, rounds):
    call()
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        answer = call()
        times.append(time.perf_counter() - began)
    return {"median": statistics.median(times), "most": max(times), "answer": answer}


def measure(path, rounds):
    from tiled.client import Context, from_context
    from tiled.queries import Eq, FullText

    with Context.from_app(open_tiled(path)) as context:
        client = from_context(context)

        def page_and_count():
            # Two searches: a page brings a count along that stops at 100, and the client keeps it.
            count = len(client.search(Eq("technique", TECHNIQUE)))
            return [len(client.search(Eq("technique", TECHNIQUE)).keys()[:PAGE]), count]

        def text_page():
            return len(client.search(FullText(WORD)).keys()[:PAGE])

        metadata = json.loads(
            sqlite3.connect(path).execute("SELECT metadata FROM nodes WHERE parent = 0 ORDER BY id DESC LIMIT 1").fetchone()[0])
        number = iter(range(1 << 40))

        def insert():
            client.create_container(metadata={**metadata, "name": f"inserted {next(number)}"})

        print(json.dumps({
            "page and count": median(page_and_count, rounds), "text page": median(text_page, rounds), "insert": median(insert, rounds * 5),
            "load": os.getloadavg()[0],
        }))


def main():
    if sys.argv[1] == "prepare":
        prepare(sys.argv[2], sys.argv[3])
    elif sys.argv[1] == "measure":
        measure(sys.argv[2], int(sys.argv[3]))
    else:
        import importlib.metadata

        print(importlib.metadata.version("tiled"))


main()
