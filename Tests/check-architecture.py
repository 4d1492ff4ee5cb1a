"""Checks that the tree is what README.md promises; `make lint` runs it. One line a breach, exit status 1 when there is one.

* Package.swift: a target's dependencies stand above it, so that imports point up the page only.
* Swift imports: only what Package.swift declares for the target (the compiler's own check lets through what a dependency depends on);
  C libraries only where they are wrapped.
* The catalogue's database is named in few places: its own folder, where the program opens it, where tests open one, and tests that are of
  it alone. Everything else knows the store's protocol, so that another database passes the same tests.
* The embargo's state machine imports nothing.
* Files: at most 600 lines; no name of a folder that exists on one machine only; no marks of unfinished work; nothing that traps on
  bytes from outside.
"""

import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LONGEST = 600

# A C library and the targets that may import it; their tests may too. DoctorCommand asks the libraries for their versions.
WRAPPERS = {
    "CHDF5": {"HDF5"},
    "CZeroMQ": {"FrameIngest", "DetectorSimulation"},
    "CKernels": {"Frames", "ReductionKernels"},
    "CXXHash": {"ChunkFile", "FrameIngest"},
    "CZlib": {"FrameImages", "ImageFiles"},
    "COpenSSL": {"Digests"},
    "CCurl": {"WebExchange"},
    "FoundationNetworking": set(),
    "CLinux": {"ChunkFile", "CommandLineSupport", "ControlSocket", "Notices", "faisceau"},
}
ASKS_VERSIONS = "Sources/faisceau/DoctorCommand.swift"
# Where a catalogue's database may be known by name.
OF_THE_DATABASE = re.compile(r"\bSQLiteCatalogue\b|^\s*(?:@\w+\s+)*import\s+GRDB\b")
KNOWS_THE_DATABASE = re.compile(
    r"^(Sources/RunCatalogue/SQLite/|Sources/faisceau/Catalogue/OpenedStore\.swift|Tests/TestStore/|Tests/\w+/SQLite/"
    r"|Tests/CatalogueWriter/|Benchmarks/)"
)
IMPORTS_NOTHING = "Sources/EmbargoClock/"
MODULES_OF_SYSTEM = {
    "Swift", "Foundation", "FoundationEssentials", "FoundationNetworking", "Glibc", "Synchronization", "Dispatch", "Testing",
    "XCTest", "PackageDescription",
}
# Names that say nothing about what is inside.
EMPTY_NAMES = re.compile(r"^(Common|Core|Utils|Utilities|Helpers|Misc)$")
# The brackets keep this file from finding itself.
MACHINE_FOLDERS = re.compile(r"(?<![\w.}/-])/(?:[w]ork|[r]oot|[h]ome/\w+)/")
UNFINISHED = re.compile(r"\b([T]ODO|[F]IXME|[X]XX)\b")
TRAPS = re.compile(r"\btry!|\bas!|\bfatalError\(")
IMPORT = re.compile(
    r"^(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|private|fileprivate)\s+)?"
    r"import\s+(?:(?:struct|enum|class|func|protocol)\s+)?(\w+)"
)
TEXT_SUFFIXES = {".swift", ".c", ".h", ".py", ".sh", ".md", ".json", ".yaml", ".yml", ".modulemap", ""}


def package(folder):
    """What SwiftPM understands of Package.swift."""
    text = subprocess.run(
        ["swift", "package", "--package-path", str(folder), "dump-package"], check=True, capture_output=True, text=True
    ).stdout
    return json.loads(text)


def dependencies(target):
    names = set()
    for dependency in target["dependencies"]:
        kind, values = next(iter(dependency.items()))
        names.add(values[0])
    return names


def reachable(target, targets):
    """What a target depends on, directly or through others."""
    by_name = {each["name"]: each for each in targets}
    found, waiting = set(), [target["name"]]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += dependencies(by_name[name]) if name in by_name else []
    return found


def folder_of(target):
    base = "Tests" if target["type"] == "test" else "Sources"
    return ROOT / (target.get("path") or f"{base}/{target['name']}")


def order(targets):
    """A target that depends on one below it, or has a name that says nothing."""
    place = {target["name"]: index for index, target in enumerate(targets)}
    for target in targets:
        if EMPTY_NAMES.match(target["name"]):
            yield f"Package.swift: {target['name']}: a target is named after its subject"
        for name in sorted(dependencies(target)):
            # Test targets and their support stand below everything, in any order.
            if place.get(name, -1) > place[target["name"]] and target["type"] != "test":
                yield f"Package.swift: {target['name']} depends on {name}, which is declared below it"


def imports(targets):
    """Swift imports that Package.swift does not declare, and C libraries outside their wrapper."""
    for target in targets:
        # A test may name what the tested target is made of; a source says each of its imports itself.
        declared = MODULES_OF_SYSTEM | (reachable(target, targets) if target["type"] == "test" else dependencies(target))
        for file in sorted(folder_of(target).rglob("*.swift")):
            in_text = False  # between """: Python or an example, not imports of this file
            for number, line in enumerate(file.read_text().splitlines(), 1):
                was_in_text, in_text = in_text, in_text ^ (line.count('"""') % 2 == 1)
                found = None if was_in_text else IMPORT.match(line)
                if not found:
                    continue
                name = found.group(1)
                place = f"{file.relative_to(ROOT)}:{number}"
                if name not in declared:
                    yield f"{place}: imports {name}, which Package.swift does not declare for {target['name']}"
                allowed = WRAPPERS.get(name)
                is_elsewhere = allowed and target["type"] != "test" and target["name"] not in allowed
                if is_elsewhere and str(file.relative_to(ROOT)) != ASKS_VERSIONS:
                    yield f"{place}: imports {name}, which only {', '.join(sorted(allowed))} wraps"


def text_files():
    """What belongs to the project, as git sees it: followed, or new and not ignored."""
    names = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=True, capture_output=True, text=True,
    ).stdout.split("\0")
    for name in sorted(set(filter(None, names))):
        file = ROOT / name
        if file.is_file() and file.suffix in TEXT_SUFFIXES and not name.startswith("Fixtures/streams/"):
            yield name, file


def contents():
    """Length, folders of one machine, unfinished work, traps."""
    for name, file in text_files():
        try:
            lines = file.read_text().splitlines()
        except UnicodeDecodeError:
            continue
        is_code = file.suffix in {".swift", ".c", ".h", ".py"}
        if is_code and len(lines) > LONGEST:
            yield f"{name}: {len(lines)} lines, at most {LONGEST}: which second subject is in it?"
        for number, line in enumerate(lines, 1):
            if MACHINE_FOLDERS.search(line):
                yield f"{name}:{number}: names a folder of one machine"
            if is_code and UNFINISHED.search(line):
                yield f"{name}:{number}: unfinished work is an issue, not a comment"
            if file.suffix == ".swift" and name.startswith("Sources/") and TRAPS.search(line.split("//")[0]):
                yield f"{name}:{number}: traps; throw an error that says what was got"


def database():
    """Names of the catalogue's database outside its places, and imports of the embargo's state machine."""
    for name, file in text_files():
        if file.suffix != ".swift":
            continue
        is_known, is_bare = KNOWS_THE_DATABASE.match(name), name.startswith(IMPORTS_NOTHING)
        for number, line in enumerate(file.read_text().splitlines(), 1):
            if not is_known and OF_THE_DATABASE.search(line.split("//")[0]):
                yield f"{name}:{number}: names the catalogue's database; the store's protocol is enough, or its place is another one"
            if is_bare and IMPORT.match(line):
                yield f"{name}:{number}: imports something; the embargo's state machine is computed from what it is given"


def main():
    targets = package(ROOT)["targets"]
    breaches = [*order(targets), *imports(targets), *contents(), *database()]
    for breach in breaches:
        print(breach)
    print(f"architecture: {len(targets)} targets, {len(breaches)} breaches")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
