"""Kills the recorder at random instants and judges what is left.

    kill_test.py PROGRAM [--kills N] [--seed S] [--writers N] [--dir DIR] [--keep]

Each round: `faisceau ingest stream` records a stamped series of `faisceau simulate stream` and gets SIGKILL at a random instant, while it arms,
records, flushes, seals, renames or writes the manifest. What its ledgers had acknowledged at that instant is read here, by schemas/ledger.md.
In a third of the rounds `faisceau recover` gets SIGKILL too, once or more. Then a recovery runs to its end, and every acknowledged frame must be in
the run, bit for bit what the simulator sent (taken once by a puller of this script): its chunk read by h5py, its stamp in the pixels; and
`faisceau verify --decode` must find nothing. Status 0: no acknowledged frame was lost or wrong; 1: the lines before say which.
"""

import argparse
import collections
import concurrent.futures
import itertools
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import h5py
import hdf5plugin  # noqa: F401  (registers the filters)
import xxhash

import ledger
import wire

FRAMES = 240
# Frames a second: recording then lasts about as long as arming and sealing together.
RATE = 1500
SOURCES = {
    # Chunks as they come in several data files; all in one; forced to the disk every 50 ms; by several writers, each its own files.
    "files": (["--from", "synthetic:64x128:rings:distinct=4", "--protocol", "v2"], ["--frames-per-file", "50"]),
    "single": (["--from", "synthetic:64x128:rings:distinct=4", "--protocol", "v2"], ["--single-file"]),
    "fsync": (["--from", "synthetic:64x128:rings:distinct=4", "--protocol", "v2"], ["--frames-per-file", "100", "--fsync", "0.05"]),
    "writers": (["--from", "synthetic:64x128:rings:distinct=4", "--protocol", "v2"], ["--frames-per-file", "16", "--writers", "3"]),
}


class Failure(Exception):
    pass


def start(command, **more):
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)


def player(program, flags, frames=FRAMES):
    """A simulator that waits for its puller; returns it and its address."""
    process = start(
        [program, "simulate", "stream", "--bind", "tcp://127.0.0.1:*", "--frames", str(frames), "--rate", str(RATE), "--stamp",
         "--wait-for-puller", "--json", "--log-format", "json", *flags])
    for line in process.stderr:
        event = json.loads(line)
        if event.get("event") == "ready":
            return process, event["bind"]
    raise Failure(f"the simulator did not start: {process.stdout.read()}")


def end(process):
    if process.poll() is None:
        process.kill()
    process.communicate()


def killed(process, seconds):
    """Waits so long, then kills; True when it was still alive."""
    try:
        process.wait(seconds)
        return False
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return True
    finally:
        process.communicate()


def sent_by_simulator(program):
    """What each source sends, taken from the wire by this script's own puller."""
    sent = {}
    for name, (flags, _) in SOURCES.items():
        key = tuple(flags)
        if key not in sent:
            process, address = player(program, flags)
            sent[key] = wire.take_series(address)
            end(process)
            if len(sent[key]) != FRAMES:
                raise Failure(f"{name}: the puller got {len(sent[key])} of {FRAMES} frames")
    return {name: sent[tuple(flags)] for name, (flags, _) in SOURCES.items()}


def stamp(pixels):
    """The frame number in the first thirteen pixels."""
    head = [int(v) for v in pixels.ravel()[:13]]
    if head[:2] != [70, 83] or head[12] != sum(head[:12]) % 101:
        return None
    return sum(v << (7 * i) for i, v in enumerate(head[2:12]))


def judge(run, promised, sent):
    """Raises Failure when an acknowledged frame is not there as it was sent."""
    by_file = collections.defaultdict(dict)
    for (file, frame), digest in promised.items():
        by_file[file][frame] = digest
    summary = json.loads((run / "run.json").read_text())
    first = {entry["path"]: entry["first_frame"] for entry in summary["files"] if entry["role"] == "data"}
    for file, frames in by_file.items():
        with h5py.File(run / file) as opened:
            data = opened["/entry/data/data"]
            for frame, digest in frames.items():
                chunk = data.id.read_direct_chunk((frame - first[file], 0, 0))[1]
                if xxhash.xxh3_128_hexdigest(chunk) != digest:
                    raise Failure(f"{file}: frame {frame} is not what was acknowledged")
                if chunk not in sent[frame].values():
                    raise Failure(f"{file}: frame {frame} is not what was sent")
            for frame in random.sample(sorted(frames), min(3, len(frames))):
                if stamp(data[frame - first[file]]) != frame:
                    raise Failure(f"{file}: frame {frame} does not carry its own number")
    if summary["frames"]["written"] < len({frame for _, frame in promised}):
        raise Failure(f"run.json counts {summary['frames']['written']} frames, {len(promised)} were acknowledged")
    with h5py.File(run / summary["master"]) as master:
        master["/entry"]
    return summary


class Round:
    """One kill and its judgement."""

    def __init__(self, program, folder, number, seed):
        self.program, self.number = program, number
        self.random = random.Random(seed * 1_000_003 + number)
        self.name = list(SOURCES)[number % len(SOURCES)]
        self.folder = pathlib.Path(folder, f"kill-{number}")
        self.flags, self.ingest = SOURCES[self.name]

    def run(self, whole_s, sent):
        self.folder.mkdir()
        simulator, address = player(self.program, self.flags)
        recorder = start(
            [self.program, "ingest", "stream", "--from", address, "--out", self.folder, "--name", "run", "--json", "--quiet",
             *self.ingest], env=os.environ | {"FAISCEAU_FLUSH": "0.01"})
        run = self.folder / "run"
        # Any instant from the making of the run's folder to beyond its end; some from the start of the program.
        if self.random.random() < 0.95:
            while not run.exists() and recorder.poll() is None:
                time.sleep(0.0005)
        alive = killed(recorder, self.random.uniform(0, whole_s[self.name] * 1.1))
        end(simulator)
        if not run.exists():
            return "before the run", 0
        promised = ledger.acknowledged(run)
        phase = self.phase(run, alive)
        again = 0
        while self.random.random() < 0.33:
            again += killed(start([self.program, "recover", run, "--json", "--quiet"]), self.random.uniform(0.005, 0.12))
        done = subprocess.run([self.program, "recover", run, "--json", "--quiet"], capture_output=True, text=True)
        if not (run / "run.json").exists():
            if done.returncode == 2 and not promised:
                return "before it was armed", 0
            raise Failure(f"recover ended with {done.returncode}: {done.stdout}{done.stderr}")
        if done.returncode not in (0, 3):
            raise Failure(f"recover ended with {done.returncode}: {done.stdout}{done.stderr}")
        judge(run, promised, sent[self.name])
        checked = subprocess.run([self.program, "verify", run, "--decode", "--json", "--quiet"], capture_output=True, text=True)
        if checked.returncode != 0:
            raise Failure(f"verify ended with {checked.returncode}: {checked.stdout}{checked.stderr}")
        return phase + (" and in recovery" if again else ""), len(promised)

    @staticmethod
    def phase(run, alive):
        if not alive:
            return "after its end"
        if (run / "run.json").exists():
            return "while the manifest was written"
        if not (run / "armed.json").exists():
            return "while it armed"
        if not (run / "run_master.h5").exists():
            return "while it armed"
        return "while it sealed" if ledger.are_closed(run) else "while it recorded"


def duration(program, name, folder):
    """How long a recording that nobody kills takes, from the making of the run's folder to the end of the program."""
    flags, ingest = SOURCES[name]
    folder = pathlib.Path(folder, f"whole-{name}")
    folder.mkdir()
    simulator, address = player(program, flags)
    recorder = start(
        [program, "ingest", "stream", "--from", address, "--out", folder, "--name", "run", "--json", "--quiet", *ingest],
        env=os.environ | {"FAISCEAU_FLUSH": "0.01"})
    while not (folder / "run").exists() and recorder.poll() is None:
        time.sleep(0.0005)
    began = time.monotonic()
    output, errors = recorder.communicate()
    seconds = time.monotonic() - began
    end(simulator)
    if recorder.returncode != 0:
        raise Failure(f"{name}: a recording without a kill ended with {recorder.returncode}: {output}{errors}")
    return seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--writers", type=int, help="so many writers in every round whose source has several data files")
    parser.add_argument("--dir", help="where runs are made (default: the system's temporary folder)")
    parser.add_argument("--jobs", type=int, default=2, help="rounds at a time")
    parser.add_argument("--keep", action="store_true", help="keep the runs of failed rounds")
    options = parser.parse_args()

    if options.writers:
        for flags, ingest in SOURCES.values():
            if "--single-file" not in ingest:
                # The last one counts.
                ingest += ["--writers", str(options.writers)]
    folder = tempfile.mkdtemp(prefix="faisceau-kill-", dir=options.dir)
    phases, frames, failures, began = collections.Counter(), 0, [], time.monotonic()
    try:
        sent = sent_by_simulator(options.program)
        whole_s = {name: duration(options.program, name, folder) for name in SOURCES}

        def one(number):
            shot = Round(options.program, folder, number, options.seed)
            try:
                return (*shot.run(whole_s, sent), None)
            except Exception as error:
                return "failed", 0, f"round {number} ({shot.name}, seed {options.seed}): {error}"
            finally:
                if not options.keep:
                    shutil.rmtree(shot.folder, ignore_errors=True)

        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            numbers = iter(range(options.kills))
            for batch in iter(lambda: list(itertools.islice(numbers, 50)), []):
                for phase, count, failure in pool.map(one, batch):
                    phases[phase] += 1
                    frames += count
                    if failure:
                        failures.append(failure)
                        print(failure, flush=True)
                print(f"{sum(phases.values())} kills, {len(failures)} failures, {time.monotonic() - began:.0f} s", file=sys.stderr)
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    seconds = time.monotonic() - began
    for phase, count in phases.most_common():
        print(f"{count:6d}  {phase}")
    print(
        f"{options.kills} kills, {frames} acknowledged frames, {len(failures)} rounds with one lost or wrong; "
        f"{seconds:.0f} s, {seconds / max(1, options.kills):.2f} s a kill, seed {options.seed}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
