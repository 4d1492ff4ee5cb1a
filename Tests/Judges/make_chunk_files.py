"""Makes HDF5 files with every kind of chunk index, and says what libhdf5 finds in them.

    make_chunk_files.py FOLDER [small]

Writes FOLDER/NAME.h5; FOLDER/NAME.chunks: rows of 8-byte little-endian integers (grid coordinate, offset, size, filter mask) in
ascending order; and FOLDER/files.json: a list of objects with the file's name, the dataset's object header address, its extent,
type, filters and layout. "small": only files that suit mutation, with few chunks.
"""

import ctypes
import glob
import json
import os
import sys

import h5py
import hdf5plugin
import numpy

folder = sys.argv[1]
small_only = "small" in sys.argv[2:]
described = []

EARLIEST = ("earliest", "v108")
V110 = ("v110", "v110")
LATEST = ("latest", "latest")
BITSHUFFLE = dict(hdf5plugin.Bitshuffle(cname="lz4"))
GZIP = dict(compression="gzip", compression_opts=1, shuffle=True)


def library():
    """The libhdf5 that h5py itself uses."""
    beside = os.path.join(os.path.dirname(h5py.__file__), "..", "h5py.libs", "libhdf5-*.so*")
    return ctypes.CDLL(sorted(glob.glob(beside))[0])


def found_by_value(path, dataset):
    """Where the first element of each chunk stands in the file; the values are all different.

    libhdf5 (1.10 to 2.0) lists the chunks of an extensible array with wrong coordinates unless its unlimited dimension is the
    first, although it reads and writes the data rightly.
    """
    with open(path, "rb") as file:
        content = numpy.frombuffer(file.read(), "u1")
    words = {}
    for shift in range(4):
        part = content[shift:shift + (len(content) - shift) // 4 * 4].view("<u4")
        for place, value in enumerate(part.tolist()):
            words.setdefault(value, []).append(shift + 4 * place)
    size = int(numpy.prod(dataset.chunks)) * 4
    chunks = []
    for place in numpy.ndindex(*(-(-e // c) for e, c in zip(dataset.shape, dataset.chunks))):
        corner = dataset[tuple(p * c for p, c in zip(place, dataset.chunks))]
        found = words[int(corner)]
        assert len(found) == 1, (path, place, found)
        chunks.append(list(place) + [found[0], size, 0])
    return chunks


def describe(name, path, index, dataset, tags):
    creation = dataset.id.get_create_plist()
    filters = [creation.get_filter(i) for i in range(creation.get_nfilters())]
    chunks = []
    if dataset.chunks is not None:
        sides = dataset.chunks

        def take(chunk):
            place = [o // s for o, s in zip(chunk.chunk_offset, sides)]
            chunks.append(place + [chunk.byte_offset, chunk.size, chunk.filter_mask])

        if tags.get("byValue"):
            chunks = found_by_value(path, dataset)
        else:
            dataset.id.chunk_iter(take)
        if len(chunks) <= 200 and not tags.get("byValue"):
            for i in range(len(chunks)):
                info = dataset.id.get_chunk_info(i)
                place = [o // s for o, s in zip(info.chunk_offset, sides)]
                entry = place + [info.byte_offset, info.size, info.filter_mask]
                assert entry in chunks, (name, entry)
    offset = dataset.id.get_offset()
    described.append(
        {
            "name": name,
            "file": os.path.basename(path),
            "address": h5py.h5o.get_info(dataset.id).addr,
            "index": index,
            "extent": list(dataset.shape),
            "maximum": [-1 if m is None or m == 0xFFFFFFFF else m for m in dataset.maxshape],
            "elementSize": dataset.dtype.itemsize,
            "type": dataset.dtype.str,
            "chunkShape": list(dataset.chunks or []),
            "filters": [[f[0], f[1] & 1] + list(f[2]) for f in filters],
            "offset": -1 if offset is None else offset,
            "unfilteredEdges": False,
            **tags,
        }
    )
    numpy.array(sorted(chunks), "<i8").tofile(os.path.join(folder, name + ".chunks"))


def make(name, versions, index, shape, chunks, fill=None, maximum=None, dtype="<u2", create=None, user_block=0,
         sizes=None, prepare=None, after=None, small=False, tags=None, **options):
    """One file with one dataset `data`; `fill(dataset)` writes it."""
    if small_only and not small:
        return
    path = os.path.join(folder, name + ".h5")
    access = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
    names = {"earliest": h5py.h5f.LIBVER_EARLIEST, "v108": h5py.h5f.LIBVER_V18, "v110": h5py.h5f.LIBVER_V110,
             "latest": h5py.h5f.LIBVER_LATEST}
    access.set_libver_bounds(names[versions[0]], names[versions[1]])
    file_creation = h5py.h5p.create(h5py.h5p.FILE_CREATE)
    if user_block:
        file_creation.set_userblock(user_block)
    if sizes:
        file_creation.set_sizes(*sizes)
    with h5py.File(h5py.h5f.create(path.encode(), h5py.h5f.ACC_TRUNC, fcpl=file_creation, fapl=access)) as file:
        if prepare:
            prepare(file)
        if create:
            dataset = create(file)
        else:
            dataset = file.create_dataset("data", shape, dtype, chunks=chunks, maxshape=maximum, **options)
        if fill:
            fill(dataset)
        if after:
            after(dataset)
    with h5py.File(path, "r") as file:
        describe(name, path, index, file["data"], tags or {})


def every(dataset):
    """One chunk after the other, along the first dimension."""
    step = dataset.chunks[0] * max(1, 4096 // max(1, dataset[0:1].size * dataset.chunks[0]))
    for first in range(0, dataset.shape[0], step):
        part = dataset[first:first + step]
        dataset[first:first + step] = numpy.arange(part.size).reshape(part.shape) % 251 + first % 7


def different(dataset):
    """Values that no other bytes of the file are likely to be."""
    dataset[...] = (numpy.arange(dataset.size, dtype="u4") * 2_654_435_761).reshape(dataset.shape) ^ 0x5A5A5A5A


def raw(frames, mask=0):
    """Chunks written as they are, at the frames named."""
    def fill(dataset):
        size = int(numpy.prod(dataset.chunks)) * dataset.dtype.itemsize
        rest = (0,) * (len(dataset.chunks) - 1)
        for frame in frames:
            dataset.id.write_direct_chunk((frame * dataset.chunks[0],) + rest, bytes(size), filter_mask=mask)
    return fill


def early(file, shape, chunks, maximum=None, dtype="<u2"):
    creation = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    creation.set_chunk(chunks)
    creation.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    space = h5py.h5s.create_simple(shape, maximum)
    return h5py.Dataset(h5py.h5d.create(file.id, b"data", h5py.h5t.py_create(numpy.dtype(dtype)), space, creation))


def unfiltered_edges(file, shape, chunks, maximum=None):
    creation = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    creation.set_chunk(chunks)
    creation.set_shuffle()
    creation.set_deflate(1)
    if library().H5Pset_chunk_opts(ctypes.c_int64(creation.id), ctypes.c_uint(2)) < 0:
        raise RuntimeError("H5Pset_chunk_opts failed")
    space = h5py.h5s.create_simple(shape, maximum)
    return h5py.Dataset(h5py.h5d.create(file.id, b"data", h5py.h5t.STD_U16LE, space, creation))


def attributes(count):
    def add(dataset):
        for i in range(count):
            dataset.attrs[f"attribute {i}"] = numpy.arange(i % 40)
    return add


U = None

# Version 1 B-trees.
for count in (1, 63, 64, 65, 5_000, 100_000):
    make(f"btree1-{count}", EARLIEST, "versionOneBTree", (count, 2, 3), (1, 2, 3), raw(range(count)), (U, 2, 3),
         small=count in (1, 65))
make("btree1-empty", EARLIEST, "versionOneBTree", (7, 4, 4), (1, 4, 4), small=True)
make("btree1-fixed", EARLIEST, "versionOneBTree", (70, 4, 4), (1, 4, 4), every)
make("btree1-bitshuffle", EARLIEST, "versionOneBTree", (130, 8, 16), (1, 8, 16), every, (U, 8, 16), small=True, **BITSHUFFLE)
make("btree1-gzip", EARLIEST, "versionOneBTree", (20, 9, 7), (3, 4, 5), every, dtype=">i4", small=True, **GZIP)
make("btree1-backwards", EARLIEST, "versionOneBTree", (3_000, 2), (1, 2), raw(reversed(range(3_000))), (U, 2))
make("btree1-shrunk", EARLIEST, "versionOneBTree", (3_000, 2), (1, 2), raw(range(3_000)), (U, 2),
     after=lambda d: d.resize((1_001, 2)))
make("btree1-attributes", EARLIEST, "versionOneBTree", (5, 4), (1, 4), every, after=attributes(60), small=True)
make("btree1-1d", EARLIEST, "versionOneBTree", (1_000,), (7,), every, (U,), dtype="<f4")
make("btree1-5d", EARLIEST, "versionOneBTree", (4, 3, 5, 2, 6), (1, 2, 2, 1, 4), every, dtype="<f8")

# Fixed arrays; more than 1,024 chunks are cut into pages.
for count in (2, 1_023, 1_024, 1_025, 5_000, 100_000):
    make(f"fixed-{count}", V110, "fixedArray", (count, 2, 3), (1, 2, 3), raw(range(count)), small=count == 2)
make("fixed-holes", V110, "fixedArray", (100_000, 2), (1, 2), raw([5, 6, 99_999, 40_000, 1_023, 1_024]))
make("fixed-few", V110, "fixedArray", (3_000, 2), (1, 2), raw([5, 2_999]), small=True)
make("fixed-empty", V110, "fixedArray", (3, 2), (1, 2), small=True)
make("fixed-bitshuffle", V110, "fixedArray", (30, 8, 16), (1, 8, 16), every, small=True, **BITSHUFFLE)
make("fixed-gzip-paged", V110, "fixedArray", (3_000, 8), (1, 8), every, small=True, dtype="<u4", **GZIP)
make("fixed-below-maximum", V110, "fixedArray", (20, 5, 7), (2, 2, 3), every, (50, 9, 22), small=True)
make("fixed-partial", V110, "fixedArray", (7, 10, 11), (2, 3, 4), every, dtype="<i2")

# Extensible arrays; data blocks have pages from chunk 131,060 on.
for count in (1, 4, 5, 100, 5_000, 100_000, 300_000):
    make(f"extensible-{count}", V110, "extensibleArray", (count, 2, 3), (1, 2, 3), raw(range(count)), (U, 2, 3),
         small=count in (1, 5, 100))
make("extensible-holes", V110, "extensibleArray", (1_000_000, 2), (1, 2),
     raw([3, 4, 19, 20, 300, 131_059, 131_060, 131_061, 132_084, 133_108, 140_000, 200_000, 262_131, 262_132, 400_000, 999_999]),
     (U, 2), small=False)
make("extensible-few", V110, "extensibleArray", (300_000, 2), (1, 2), raw([3, 20, 300, 131_061, 133_108]), (U, 2), small=True)
make("extensible-paged-holes", V110, "extensibleArray", (600_000, 2), (1, 2), raw(range(0, 600_000, 1_777)), (U, 2), **GZIP)
make("extensible-empty", V110, "extensibleArray", (0, 2), (1, 2), None, (U, 2), small=True)
make("extensible-bitshuffle", V110, "extensibleArray", (200, 8, 16), (1, 8, 16), every, (U, 8, 16), small=True, **BITSHUFFLE)
make("extensible-gzip", V110, "extensibleArray", (40, 9, 7), (3, 4, 5), every, (U, 9, 7), small=True, **GZIP)
make("extensible-middle", V110, "extensibleArray", (9, 30, 7), (2, 1, 3), different, (14, U, 11), dtype="<u4", small=True,
     tags={"byValue": True})
make("extensible-last", V110, "extensibleArray", (5, 6, 50), (2, 6, 3), different, (9, 6, U), dtype="<u4",
     tags={"byValue": True})
make("extensible-shrunk", V110, "extensibleArray", (3_000, 2), (1, 2), raw(range(3_000)), (U, 2),
     after=lambda d: d.resize((1_001, 2)))

# Version 2 B-trees.
for count in (1, 100, 5_000, 50_000):
    make(f"btree2-{count}", V110, "versionTwoBTree", (count, 2, 3), (1, 2, 3), raw(range(count)), (U, U, 3), small=count == 100)
make("btree2-empty", V110, "versionTwoBTree", (3, 2), (1, 2), None, (U, U), small=True)
make("btree2-gzip", V110, "versionTwoBTree", (60, 25, 7), (1, 4, 5), every, (U, U, 7), small=True, **GZIP)
make("btree2-bitshuffle", V110, "versionTwoBTree", (300, 8, 16), (1, 8, 16), every, (U, U, U), **BITSHUFFLE)

# One chunk, and all chunks in a row.
make("single", V110, "singleChunk", (4, 6), (4, 6), every, small=True)
make("single-empty", V110, "singleChunk", (4, 6), (4, 6), small=True)
make("single-gzip", V110, "singleChunk", (40, 60), (40, 60), every, small=True, **GZIP)
make("implicit", V110, "implicit", None, None, create=lambda f: early(f, (20, 5, 7), (1, 5, 7)), small=True)
make("implicit-partial", V110, "implicit", None, None, create=lambda f: early(f, (7, 10, 11), (2, 3, 4)))
make("implicit-below-maximum", V110, "implicit", None, None,
     create=lambda f: early(f, (7, 10, 11), (2, 3, 4), (9, 22, 13)), small=True)

# A chunk written past a filter, partial chunks left unfiltered.
for name, versions, index, maximum in (
    ("btree1-masked", EARLIEST, "versionOneBTree", (U, 4)), ("fixed-masked", V110, "fixedArray", (6, 4)),
    ("extensible-masked", V110, "extensibleArray", (U, 4)), ("btree2-masked", V110, "versionTwoBTree", (U, U)),
):
    make(name, versions, index, (6, 4), (1, 4), raw([1, 2], mask=3), maximum, small=True, **GZIP)
make("single-masked", V110, "singleChunk", (6, 4), (6, 4), raw([0], mask=2), small=True, **GZIP)
make("fixed-unfiltered-edges", V110, "fixedArray", None, None, every, tags={"unfilteredEdges": True}, small=True,
     create=lambda f: unfiltered_edges(f, (7, 10), (2, 4)))
make("extensible-unfiltered-edges", V110, "extensibleArray", None, None, every, tags={"unfilteredEdges": True},
     create=lambda f: unfiltered_edges(f, (7, 10), (2, 4), (h5py.h5s.UNLIMITED, 10)))

# User blocks, narrow addresses, the formats between.
for name, versions, index in (
    ("earliest", EARLIEST, "versionOneBTree"), ("v108", ("v108", "v108"), "versionOneBTree"),
    ("v110", V110, "extensibleArray"), ("latest", LATEST, "extensibleArray"),
):
    make(f"format-{name}", versions, index, (50, 4, 4), (1, 4, 4), every, (U, 4, 4), small=True, **GZIP)
    make(f"user-block-{name}", versions, index, (9, 4, 4), (1, 4, 4), every, (U, 4, 4), user_block=1024)
    # libhdf5 takes an unlimited dimension of 4 bytes for one of 4,294,967,295, and then cannot open its own extensible array.
    sizes = (4, 4) if index == "versionOneBTree" else (4, 8)
    make(f"narrow-{name}", versions, index, (70, 4, 4), (1, 4, 4), every, (U, 4, 4), sizes=sizes, small=True)
    make(f"narrow-gzip-{name}", versions, index, (70, 4, 4), (1, 4, 4), every, (U, 4, 4), sizes=sizes, **GZIP)
    make(f"attributes-{name}", versions, index, (9, 4, 4), (1, 4, 4), every, (U, 4, 4), after=attributes(30))
for name, index, maximum in (
    ("fixed", "fixedArray", (70, 4, 4)), ("btree2", "versionTwoBTree", (U, U, 4)),
):
    sizes = (4, 4) if index == "fixedArray" else (4, 8)
    make(f"narrow-{name}", V110, index, (70, 4, 4), (1, 4, 4), every, maximum, sizes=sizes, **GZIP)
    make(f"latest-{name}", LATEST, index, (70, 4, 4), (1, 4, 4), every, maximum, **GZIP)
make("latest-single", LATEST, "singleChunk", (4, 6), (4, 6), every, **GZIP)
make("latest-implicit", LATEST, "implicit", None, None, create=lambda f: early(f, (20, 5, 7), (1, 5, 7)))


# A few chunks of zeros: these compress to next to nothing, and some are kept as text in the tests.
make("few-narrow-btree1", EARLIEST, "versionOneBTree", (6, 4), (1, 4), raw([1, 4]), sizes=(4, 4), small=True)
make("few-narrow-fixed", V110, "fixedArray", (6, 4), (1, 4), raw([1, 4]), sizes=(4, 4), small=True)
make("few-user-block", V110, "extensibleArray", (6, 4), (1, 4), raw([1, 5]), (U, 4), user_block=512, small=True)
make("few-v108", ("v108", "v108"), "versionOneBTree", (6, 4), (1, 4), raw([1, 4]), (U, 4), small=True)
make("few-latest", LATEST, "extensibleArray", (40, 4), (1, 4), raw([1, 4, 39]), (U, 4), small=True, **GZIP)


# Not chunked, and a type stored apart.
def virtual(file):
    layout = h5py.VirtualLayout((4, 3), "<u2")
    layout[0:4] = h5py.VirtualSource("elsewhere.h5", "data", (4, 3))
    return file.create_virtual_dataset("data", layout)


def compact(file):
    creation = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    creation.set_layout(h5py.h5d.COMPACT)
    space = h5py.h5s.create_simple((4, 3))
    return h5py.Dataset(h5py.h5d.create(file.id, b"data", h5py.h5t.STD_I32BE, space, creation))


def external(file):
    return file.create_dataset("data", (4, 3), "<u2", external=[("elsewhere.raw", 0, 24)])


def committed(file):
    file["type"] = numpy.dtype("<u4")
    return file.create_dataset("data", (5, 3), file["type"], chunks=(1, 3))


def once(dataset):
    dataset[...] = 1


for name, versions in (("earliest", EARLIEST), ("v110", V110)):
    make(f"contiguous-{name}", versions, "contiguous", (4, 3), None, once, dtype="<f4", small=True)
    make(f"contiguous-empty-{name}", versions, "contiguous", (4, 3), None, dtype="<f2", small=True)
    make(f"compact-{name}", versions, "compact", None, None, once, create=compact, small=True)
    make(f"external-{name}", versions, "external", None, None, create=external, small=True)
    make(f"committed-{name}", versions, "versionOneBTree" if versions is EARLIEST else "fixedArray", None, None, once,
         create=committed, small=True)
make("virtual", V110, "virtual", None, None, create=virtual, small=True)
make("boolean", V110, "contiguous", (4,), None, once, dtype="bool", small=True)

with open(os.path.join(folder, "files.json"), "w") as file:
    json.dump(described, file)
