"""Has schemathesis ask a running `faisceau serve` all that schemas/openapi.yaml describes, as nobody and with a token.

Arguments: the server's address, an account's token, the account's group, and a folder below which the server gives files out for that
account. The account may ingest, and is a curator and a custodian. A small catalogue is described first, so that there is something to ask about.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import requests

HERE = pathlib.Path(__file__).resolve().parent
SCHEMA = HERE.parent.parent / "schemas" / "openapi.yaml"
CONFIGURATION = HERE / "schemathesis.toml"
PICTURE = ("data:image/png;base64,"
           "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")

# Well formed, and of nobody.
ABSENT = "10.5072/000000003rj076"

# A log-out ends no personal token, but would end that of a log-in: it is asked as nobody, and by the tests of its door.
# Every limit of every field is tried once, with a token, of the fourth version: without one nearly all are refused, and the third has its doors.
ROUNDS = [
    ("nobody", False, ["--phases", "examples,fuzzing"]),
    ("account", True, ["--exclude-path-regex", "^/api/v3/|/auth/logout$"]),
    ("version-3", True, ["--include-path-regex", "^/api/v3/", "--exclude-path-regex", "/auth/logout$", "--phases", "fuzzing"]),
]


class Catalogue:
    """Two runs with files and a picture, one that is closed and one that opened long ago; a proposal; a sample."""

    def __init__(self, base, token, group, folder):
        self.base, self.group, self.folder = base, group, pathlib.Path(folder)
        self.headers = {"Authorization": f"Bearer {token}"}
        self.post("proposals", {
            "proposalId": "20260001", "ownerGroup": group, "title": "Structure of a protein", "pi_firstname": "Irène",
            "pi_lastname": "Curie", "pi_email": "irene@example.org"})
        self.post("samples", {"sampleId": "droplet", "ownerGroup": group})
        self.pids = [self.run("closed", "2026-05-08T12:00:00Z"), self.run("open", "2015-05-08T12:00:00Z")]

    def post(self, path, body):
        answer = requests.post(f"{self.base}/api/v4/{path}", json=body, headers=self.headers, timeout=60)
        if answer.status_code != 201:
            raise SystemExit(f"{path}: {answer.status_code} {answer.text}")
        return answer.json()

    def run(self, name, end):
        place = self.folder / name
        place.mkdir(parents=True)
        (place / "frames.dat").write_bytes(bytes(range(256)) * 4)
        pid = self.post("datasets", {
            "type": "raw", "ownerGroup": self.group, "contactEmail": "someone@example.org", "sourceFolder": str(place),
            "creationTime": end, "endTime": end, "datasetName": name, "proposalIds": ["20260001"], "sampleIds": ["droplet"],
            "keywords": ["protein"], "scientificMetadata": {"energy": {"value": 12.7, "unit": "keV"}, "note": "cold"}})["pid"]
        self.post("origdatablocks", {
            "datasetId": pid, "size": 1024, "dataFileList": [{"path": "frames.dat", "size": 1024}]})
        self.post("attachments", {
            "thumbnail": PICTURE, "caption": "One pixel", "aid": "pixel.png",
            "relationships": [{"targetId": pid, "targetType": "dataset", "relationType": "is attached to"}]})
        return pid

    def values(self):
        """What stands in paths: of records that are there, and of one that nobody has."""
        pids = [*self.pids, ABSENT]
        return {
            "pid": pids, "doi": pids, "aid": ["pixel.png"], "path": ["frames.dat"], "block": [f"{pid}/files" for pid in pids],
            "attachment": [f"{pid}/pixel.png" for pid in pids], "proposal": ["20260001"], "sample": ["droplet"]}


def judge(catalogue, examples, more, token):
    arguments = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIGURATION), "run", str(SCHEMA), "--url", catalogue.base,
        "--max-examples", str(examples), *more]
    if token:
        arguments += ["--header", f"Authorization: Bearer {token}"]
    environment = {
        **os.environ, "NO_COLOR": "1", "PYTHONHASHSEED": "0", "PYTHONPATH": str(HERE), "PYTHONDONTWRITEBYTECODE": "1",
        "SCHEMATHESIS_HOOKS": "schemathesis_hooks", "FAISCEAU_JUDGED": json.dumps(catalogue.values())}
    # It leaves a folder behind where it is started.
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run(arguments, env=environment, cwd=folder, check=False).returncode


def main():
    parser = argparse.ArgumentParser()
    for name in ("base", "token", "group", "folder"):
        parser.add_argument(name)
    parser.add_argument("--max-examples", type=int, default=3)
    parser.add_argument("--only", choices=[name for (name, _, _) in ROUNDS], action="append")
    (given, more) = parser.parse_known_args()
    catalogue = Catalogue(given.base, given.token, given.group, given.folder)
    status = 0
    for (name, is_signed_in, limits) in ROUNDS:
        if given.only and name not in given.only:
            continue
        print(f"== {name}", flush=True)
        status |= judge(catalogue, given.max_examples, [*limits, *more], given.token if is_signed_in else None)
    return status


if __name__ == "__main__":
    sys.exit(main())
