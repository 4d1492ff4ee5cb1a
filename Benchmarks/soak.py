"""Hours of series after series into one `faisceau ingest stream --forever`: nothing may be lost, and nothing may grow.

    python soak.py PROGRAM [--minutes 10] [--dir FOLDER] [--json FILE]

PROGRAM is the built `faisceau`. It records; `faisceau simulate` plays a detector, a new process for each series, as a detector that is
armed again: small frames, frames that come unpacked, 16 Mpixel frames. Each run must be complete; every tenth is verified chunk by
chunk; then it is removed. Between series, when the recorder is idle, its resident memory, descriptors and threads are noted. At the end it
gets SIGTERM and must end with 0. Prints a verdict; the exit status is 1 when it is bad.
"""

import argparse
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

SOURCES = [
    # Source, frames a series, frames a second (0: as fast as they are taken).
    ("synthetic:96x160:rings", 3000, 0),
    ("synthetic:256x256:rings:encoding=none", 1000, 500),
    ("Fixtures/streams/eiger2-16m", 60, 0),
]
# Caches of libzmq, malloc and HDF5 fill up in the first part; what counts is what happens after it.
WARM_UP = 0.25
# Resident memory may end above its level after the warm-up by so much.
MEMORY_SLACK = 16 << 20


class Recorder:
    def __init__(self, program, address, runs, log):
        command = [program, "ingest", "stream", "--from", address, "--out", runs, "--name", "soak_{series}", "--forever"]
        self.process = subprocess.Popen(command + ["--log-format", "json"], stdout=subprocess.DEVNULL, stderr=log)

    def state(self):
        folder = f"/proc/{self.process.pid}"
        with open(folder + "/status") as file:
            fields = dict(line.split(":", 1) for line in file)
        return {
            "memory": int(fields["VmRSS"].split()[0]) << 10, "highest": int(fields["VmHWM"].split()[0]) << 10,
            "threads": int(fields["Threads"]), "descriptors": len(os.listdir(folder + "/fd"))}

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return None


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def play(program, address, series, source, frames, rate):
    command = [program, "simulate", "stream", "--bind", address, "--from", source, "--frames", str(frames), "--series", str(series)]
    command += ["--stamp", "--wait-for-puller", "--quiet"] + (["--rate", str(rate)] if rate else [])
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=600)


def wait_for_seal(recorder, run, seconds=60):
    """The run's summary, once its manifest is there too and nothing of it is written any more."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and recorder.process.poll() is None:
        if os.path.exists(run + "/manifest.sha256"):
            with open(run + "/run.json") as file:
                return json.load(file)
        time.sleep(0.01)
    return None


def make_deletable(run):
    for folder, _, _ in os.walk(run):
        os.chmod(folder, 0o700)


def soak(arguments, folder, say):
    runs, address = folder + "/runs", f"tcp://127.0.0.1:{free_port()}"
    os.mkdir(runs)
    problems, samples, frames_sent, bytes_stored, series = [], [], 0, 0, 0
    with open(folder + "/log", "w") as log:
        recorder = Recorder(arguments.program, address, runs, log)
        began = time.monotonic()
        while time.monotonic() - began < arguments.minutes * 60 and len(problems) < 10:
            series += 1
            source, frames, rate = SOURCES[series % len(SOURCES)]
            played = play(arguments.program, address, series, source, frames, rate)
            if played.returncode != 0:
                problems.append(f"series {series}: the player ended with {played.returncode}: {played.stderr[-300:]}")
                break
            run = f"{runs}/soak_{series}"
            summary = wait_for_seal(recorder, run)
            if recorder.process.poll() is not None:
                problems.append(f"series {series}: the recorder ended with {recorder.process.returncode}")
                break
            frames_sent += frames
            if summary is None:
                problems.append(f"series {series}: no sealed run")
                continue
            if summary["verdict"] != "complete" or summary["frames"]["written"] != frames:
                problems.append(f"series {series}: {summary['verdict']}, {summary['frames']}")
            if series % 10 == 1:
                verified = subprocess.run([arguments.program, "verify", run, "--decode"], capture_output=True, text=True)
                if verified.returncode != 0:
                    problems.append(f"series {series}: verify ended with {verified.returncode}: {verified.stderr[-300:]}")
            bytes_stored += sum(file["bytes"] for file in summary["files"])
            make_deletable(run)
            shutil.rmtree(run)
            samples.append({"seconds": time.monotonic() - began, **recorder.state()})
            say(f"{samples[-1]['seconds']:6.0f} s  {series} series  {frames_sent} frames  {bytes_stored / 1e9:.1f} GB  "
                f"{samples[-1]['memory'] >> 20} MiB  {samples[-1]['descriptors']} descriptors  {samples[-1]['threads']} threads")
        status = recorder.stop() if recorder.process.poll() is None else recorder.process.returncode
    if status != 0:
        problems.append(f"the recorder's exit status is {status}")
    left = os.listdir(runs)
    if [name for name in left if not name.startswith(".")]:
        problems.append(f"runs that nobody sent: {left}")
    with open(folder + "/log") as file:
        errors = [line for line in file if '"level":"error"' in line]
    if errors:
        problems.append(f"{len(errors)} errors in the log, the first: {errors[0].strip()[:300]}")
    problems += growth(samples)
    return {
        "minutes": arguments.minutes, "series": series, "frames": frames_sent, "bytes": bytes_stored, "problems": problems,
        "samples": samples}


def growth(samples):
    """What is larger at the end than it was after the warm-up."""
    warm = samples[int(len(samples) * WARM_UP):]
    third = len(warm) // 3
    if third < 2:
        return [f"only {len(samples)} series: too short a soak to say anything of growth"]
    first, last = warm[:third], warm[-third:]
    problems = []
    memory = [statistics.median(sample["memory"] for sample in part) for part in (first, last)]
    if memory[1] > memory[0] + MEMORY_SLACK:
        problems.append(f"resident memory grew from {memory[0] / 2**20:.0f} to {memory[1] / 2**20:.0f} MiB")
    for what in ("descriptors", "threads"):
        least = [min(sample[what] for sample in part) for part in (first, last)]
        if least[1] > least[0]:
            problems.append(f"{what} grew from {least[0]} to {least[1]}")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--dir", help="folder for the runs, which are removed one by one (default: the system's temporary folder)")
    parser.add_argument("--json", help="write the figures there")
    arguments = parser.parse_args()

    def say(line):
        if sys.stderr.isatty():
            print("\r" + line, end="", file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory(prefix="faisceau-soak-", dir=arguments.dir) as folder:
        report = soak(arguments, folder, say)
        if report["problems"]:
            with open(folder + "/log") as file:
                print("end of the recorder's log:\n" + "".join(file.readlines()[-20:]), file=sys.stderr)
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump(report, file, indent=1)
    samples = report["samples"]
    print(f"soak: {report['series']} series, {report['frames']} frames, {report['bytes'] / 1e9:.1f} GB in {arguments.minutes:g} minutes")
    if samples:
        print(f"  memory {samples[0]['memory'] >> 20} … {samples[-1]['memory'] >> 20} MiB (highest {samples[-1]['highest'] >> 20}), "
              f"descriptors {samples[0]['descriptors']} … {samples[-1]['descriptors']}, "
              f"threads {samples[0]['threads']} … {samples[-1]['threads']}")
    for problem in report["problems"]:
        print("  PROBLEM " + problem)
    print("  verdict: " + ("BAD" if report["problems"] else "nothing lost, nothing grew"))
    return 1 if report["problems"] else 0


if __name__ == "__main__":
    sys.exit(main())
