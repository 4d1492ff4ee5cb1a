"""Packs some of the files of `make_chunk_files.py FOLDER small` into Swift text: Tests/SpoiltFiles/GoldenFiles.swift.

    pack_chunk_files.py FOLDER | swift format > GoldenFiles.swift
"""

import itertools
import json
import os
import struct
import sys

KEPT = """btree1-65 btree1-masked few-v108 few-narrow-btree1 fixed-few fixed-masked few-narrow-fixed extensible-few
    extensible-masked few-user-block few-latest btree2-100 btree2-masked single single-masked implicit fixed-unfiltered-edges
    committed-v110 contiguous-v110 compact-v110 external-v110 virtual""".split()


def tokens(content):
    """`N*bb` for N equal bytes, hexadecimal for all others."""
    plain = bytearray()
    for value, group in itertools.groupby(content):
        count = len(list(group))
        if count < 5:
            plain += bytes([value] * count)
            continue
        yield from (plain[i:i + 48].hex() for i in range(0, len(plain), 48))
        plain.clear()
        yield f"{count}*{value:02x}"
    yield from (plain[i:i + 48].hex() for i in range(0, len(plain), 48))


def lines(words, width=100):
    line = ""
    for word in words:
        if line and len(line) + 1 + len(word) > width:
            yield line
            line = ""
        line = f"{line} {word}".strip()
    yield line


def rows(described, folder):
    with open(os.path.join(folder, described["name"] + ".chunks"), "rb") as file:
        content = file.read()
    width = len(described["extent"]) + 3
    found = [list(row) for row in struct.iter_unpack(f"<{width}q", content)]
    if described["unfilteredEdges"]:
        # 7 x 10 elements in chunks of 2 x 4: what sticks out is stored without its two filters.
        found = [row[:-1] + [3 if row[0] == 3 or row[1] == 2 else 0] for row in found]
    if len(found) > 15:
        first, step = found[0], found[1][-3] - found[0][-3]
        assert all(row == [i] + first[1:-3] + [first[-3] + i * step] + first[-2:] for i, row in enumerate(found))
        middle = "".join(f"{place}, " for place in first[1:-3])
        return f"(0..<{len(found)}).map {{ [$0, {middle}{first[-3]} + {step} * $0, {first[-2]}, {first[-1]}] }}"
    return str(found)


folder = sys.argv[1]
with open(os.path.join(folder, "files.json")) as file:
    every = {described["name"]: described for described in json.load(file)}
print("// Made by `Tests/Judges/pack_chunk_files.py` from files of h5py 3.16 (HDF5 2.0): \"N*bb\" is byte bb N times, all else")
print("// hexadecimal.\n\nextension GoldenFile {\n    public static let all: [GoldenFile] = [")
for name in KEPT:
    described = every[name]
    with open(os.path.join(folder, described["file"]), "rb") as file:
        content = file.read()
    print(f"        GoldenFile(\n            name: \"{name}\", address: {described['address']}, index: \"{described['index']}\",")
    print(f"            extent: {described['extent']},\n            rows: {rows(described, folder)},\n            packed: \"\"\"")
    for line in lines(tokens(content)):
        print(" " * 16 + line)
    print(" " * 16 + "\"\"\"),")
print("    ]\n}")
