"""Plain h5py readers of a run while it is recorded: no SWMR, no knowledge of the writer, HDF5's own file locking as it is.

    read_live.py make FILE                    an HDF5 file of known frames, for `faisceau simulate stream --from FILE --stamp`
    read_live.py open RUNS --opens N          opens, reads and closes N times: newest file, any file, master; with --lengths M it goes
                                              on (four times N at most) until it has seen a file grow more than M times
    read_live.py keep RUNS                    keeps one file open, over the seal, and reads the same frames again and again
    read_live.py follow RUNS                  follows the ledger of the first data file (schemas/ledger_follower.py) to its end
    read_live.py lock RUNS --opens N          takes every file's exclusive lock as soon as it appears, and holds it until the seal; says
                                              `enough` on standard error when it has N

RUNS is the folder in which the run will appear. What is found goes to standard output as one JSON object. Frames of --late may still read
as masked (they come out of order or never); every other frame that the file shows must be the whole frame that was sent: formula and stamp.
The number of frames that a file shows must be covered by its ledger (schemas/ledger.md), read after it.
"""

import argparse
import fcntl
import glob
import itertools
import json
import os
import random
import struct
import sys
import time

import h5py
import hdf5plugin
import numpy as np

SLOW, FAST, DISTINCT = 128, 160, 64
MASKED = 0xFFFF


def pixels(number):
    """The frame that `make` puts at this place of the series, without stamp."""
    slow, fast = np.mgrid[0:SLOW, 0:FAST]
    return ((number % DISTINCT * 7919 + 31 * slow + 17 * fast) % 4099).astype("u2")


SOURCE = [pixels(number) for number in range(DISTINCT)]


def stamped(number):
    frame = SOURCE[number % DISTINCT].copy()
    head = [70, 83] + [number >> 7 * digit & 127 for digit in range(10)]
    frame.flat[:13] = head + [sum(head) % 101]
    return frame


def make(path):
    with h5py.File(path, "w", libver=("earliest", "v110")) as file:
        data = file.create_dataset(
            "/entry/data/data", (DISTINCT, SLOW, FAST), "u2", chunks=(1, SLOW, FAST), **hdf5plugin.Bitshuffle(cname="lz4"))
        for number in range(DISTINCT):
            data[number] = SOURCE[number]


class Ledger:
    """How many frames of a data file are acknowledged; looks at new records only."""

    def __init__(self, path):
        self.file = open(path, "rb", buffering=0)
        header = self.file.read(4096)
        (self.first,), (self.salt,) = struct.unpack_from("<Q", header, 48), struct.unpack_from("<Q", header, 80)
        self.slots, self.frames = 0, 0

    def refresh(self):
        self.file.seek(4096 + 64 * self.slots)
        words = np.frombuffer(self.file.read(64 * 65536), "<u8")
        words = words[: words.size // 8 * 8].reshape(-1, 8)
        check = np.arange(self.slots, self.slots + len(words), dtype="u8") ^ np.uint64(self.salt)
        for word in range(7):
            check = (check ^ words[:, word]) * np.uint64(0xFF51AFD7ED558CCD)
            check ^= check >> np.uint64(32)
        committed = words[:, 7] == check | np.uint64(1)
        count = len(words) if committed.all() else int(np.argmin(committed))
        if count:
            self.slots += count
            self.frames = max(self.frames, int(words[:count, 0].max()) + 1 - self.first)
        return self.frames


class Run:
    """The files of the one run that appears in a folder."""

    def __init__(self, runs):
        self.folder = None
        while self.folder is None:
            found = glob.glob(f"{runs}/*/*_data_000001.h5")
            self.folder = os.path.dirname(found[0]) if found else time.sleep(0.001)
        self.master = glob.glob(f"{self.folder}/*_master.h5")[0]
        self.ledgers = {}

    def data_files(self):
        return sorted(glob.glob(f"{self.folder}/*_data_*.h5"))

    def is_sealed(self):
        return os.path.exists(f"{self.folder}/run.json")

    def ledger(self, data_file):
        if data_file not in self.ledgers:
            # The ledger is made right after its data file.
            path = f"{self.folder}/ledger/{os.path.basename(data_file)[:-3]}.ledger"
            while not os.path.exists(path) or os.path.getsize(path) < 4096:
                time.sleep(0.0005)
            self.ledgers[data_file] = Ledger(path)
        return self.ledgers[data_file]


class Findings:
    def __init__(self, late):
        self.late = late
        self.facts = {"opens": 0, "frames": 0, "masked": 0, "lengths": 0, "longest": 0, "errors": []}

    def error(self, text):
        self.facts["errors"] += [text] if len(self.facts["errors"]) < 20 else []

    def judge(self, number, frame, where):
        self.facts["frames"] += 1
        if np.array_equal(frame, stamped(number)):
            return
        if number in self.late and (frame == MASKED).all():
            self.facts["masked"] += 1
            return
        wrong = int((frame != stamped(number)).sum())
        self.error(f"{where}: frame {number} differs in {wrong} pixels, {int((frame == MASKED).sum())} are masked")


def open_again_and_again(run, findings, opens, seed, lengths):
    choice, seen = random.Random(seed), {}
    facts = findings.facts
    for turn in itertools.count():
        # A machine that is busy lets the recorder write less often than we look.
        if turn >= opens and (facts["lengths"] > lengths or turn >= 4 * opens):
            return
        # Listed anew for every look: on a busy machine the newest of a while ago has long been full, and grows no more.
        files = run.data_files()
        data_file = files[-1] if turn % 4 else choice.choice(files)
        through_master = turn % 5 == 1
        if through_master:
            data_file = files[0]
        path, place = (run.master, "/entry/data/data_000001") if through_master else (data_file, "/entry/data/data")
        try:
            with h5py.File(path, "r") as file:
                data = file[place]
                length = data.shape[0]
                ledger = run.ledger(data_file)
                if length > ledger.refresh():
                    findings.error(f"{path} shows {length} frames, {ledger.frames} are acknowledged")
                if length < seen.get(data_file, 0):
                    findings.error(f"{path} shows {length} frames after {seen[data_file]}")
                facts["lengths"] += length != seen.get(data_file, 0)
                facts["longest"] = max(facts["longest"], ledger.first + length)
                seen[data_file] = length
                for index in {length - 1, choice.randrange(length)} if length else ():
                    findings.judge(ledger.first + index, data[index], path)
        except Exception as error:
            findings.error(f"{path}: {type(error).__name__}: {error}")
        facts["opens"] += 1


def keep_open(run, findings):
    while True:
        path = run.data_files()[-1]
        with h5py.File(path, "r") as file:
            if file["/entry/data/data"].shape[0] >= 10:
                break
        time.sleep(0.01)
    file = h5py.File(path, "r")
    data, first = file["/entry/data/data"], run.ledger(path).first
    length, after = data.shape[0], 0
    while after < 3:
        after += run.is_sealed()
        for index in range(length):
            try:
                findings.judge(first + index, data[index], f"{path}, kept open")
            except Exception as error:
                findings.error(f"{path}, kept open: {type(error).__name__}: {error}")
        findings.facts["opens"] += 1
    findings.facts["longest"] = data.shape[0]
    findings.facts["lengths"] = int(data.shape[0] == length)


def follow_ledger(run, findings):
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../schemas"))
    import ledger_follower

    data_file = run.data_files()[0]
    run.ledger(data_file)
    path = f"{run.folder}/ledger/{os.path.basename(data_file)[:-3]}.ledger"
    for number, frame in ledger_follower.follow(path):
        findings.judge(number, frame, path)
        findings.facts["longest"] = max(findings.facts["longest"], number + 1)
        findings.facts["lengths"] += not run.is_sealed()


def hold_locks(run, findings, opens):
    held, is_said = {}, False
    while not run.is_sealed():
        # Also what bears a passing name: a reader's lock must not be in the writer's way there either.
        for path in glob.glob(f"{run.folder}/*") + glob.glob(f"{run.folder}/.*.part"):
            if path in held or not os.path.isfile(path):
                continue
            try:
                held[path] = open(path, "rb")
                fcntl.flock(held[path], fcntl.LOCK_EX | fcntl.LOCK_NB)
            except FileNotFoundError:
                pass
            except BlockingIOError:
                # Another reader has it; the next turn tries again.
                held.pop(path).close()
        if len(held) >= opens and not is_said:
            is_said = True
            print("enough", file=sys.stderr, flush=True)
        time.sleep(0.0005)
    findings.facts["opens"] = len(held)
    findings.facts["longest"] = len(set(held) & set(run.data_files()))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=["make", "open", "keep", "follow", "lock"])
    parser.add_argument("place")
    parser.add_argument("--opens", type=int, default=1000)
    parser.add_argument("--lengths", type=int, default=-1)
    parser.add_argument("--late", default="", help="frames that may read as masked, separated by commas")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.task == "make":
        return make(arguments.place)
    findings = Findings({int(number) for number in arguments.late.split(",") if number})
    run = Run(arguments.place)
    if arguments.task == "open":
        open_again_and_again(run, findings, arguments.opens, arguments.seed, arguments.lengths)
    elif arguments.task == "keep":
        keep_open(run, findings)
    elif arguments.task == "follow":
        follow_ledger(run, findings)
    else:
        hold_locks(run, findings, arguments.opens)
    json.dump(findings.facts, sys.stdout)


if __name__ == "__main__":
    main()
