"""Frames of a data file as pixels, each as soon as it is acknowledged: an example of a live reader (schemas/ledger.md).

    python ledger_follower.py RUN/ledger/NAME_data_000001.ledger

Needs h5py, and hdf5plugin for packed frames. No HDF5 file is read for frames: the ledger says where a chunk lies, `pread` fetches it, and
HDF5 unpacks it in memory with the filters of the data file.
"""

import os
import struct
import sys
import time

import h5py
import hdf5plugin  # noqa: F401 - registers the filters


def committed(ledger, slot, salt):
    """The words of record `slot`, or None as long as there is none. Read, not mapped: a closed ledger is cut to its length."""
    words = struct.unpack("<8Q", os.pread(ledger, 64, 4096 + 64 * slot).ljust(64, b"\0"))
    check = salt ^ slot
    for word in words[:7]:
        check = (check ^ word) * 0xFF51AFD7ED558CCD % 2**64
        check ^= check >> 32
    return words if words[7] == check | 1 else None


def unpacker(data_file, dataset):
    """A function from a stored chunk to pixels [slow, fast]."""
    with h5py.File(data_file) as file:
        stored, shape = file[dataset], (1, *file[dataset].shape[1:])
        properties, dtype, packing = stored.id.get_create_plist(), stored.dtype, {}
    if properties.get_nfilters():
        number, _, values, _ = properties.get_filter(0)
        # Bitshuffle keeps its first three values for itself and would move them along once more.
        packing = {"compression": number, "compression_opts": values[3:] if number == 32008 else values}
    memory = h5py.File("memory", "w", driver="core", backing_store=False)
    one = memory.create_dataset("one", shape, dtype, chunks=shape, **packing)

    def unpack(chunk, filter_mask):
        one.id.write_direct_chunk((0, 0, 0), chunk, filter_mask)
        return one[0]

    return unpack


def follow(path):
    """Yields frame number and pixels until the ledger is closed."""
    ledger, text = os.open(path, os.O_RDONLY), lambda start: header[start : start + 256].split(b"\0")[0].decode()
    header = os.pread(ledger, 4096, 0)
    data_file = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(path))), text(512))
    data, unpack, slot = os.open(data_file, os.O_RDONLY), unpacker(data_file, text(768)), 0
    while True:
        closed = os.pread(ledger, 8, 4088) != bytes(8)
        record = committed(ledger, slot, struct.unpack_from("<Q", header, 80)[0])
        if record:
            frame, offset, size = record[:3]
            yield frame, unpack(os.pread(data, size, offset), record[6] >> 32)
            slot += 1
        elif closed:
            return
        else:
            time.sleep(0.001)


if __name__ == "__main__":
    for frame, pixels in follow(sys.argv[1]):
        print(frame, pixels.shape, int(pixels.sum()), flush=True)
