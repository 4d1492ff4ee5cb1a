"""h5py's write_direct_chunk, timed from no file to a closed one: what a writer in Python does that stores chunks as they come.

    python write_direct_chunk.py FILE CHUNK_BYTES CHUNKS DISTINCT_BYTES

Chunks are written in turn from DISTINCT_BYTES of noise in memory. No digest, no ledger, no preallocation (h5py has none). Prints one
JSON object: wall seconds and the processor's.
"""

import json
import os
import sys
import time

import h5py


def main():
    path, size, count, distinct = sys.argv[1], *map(int, sys.argv[2:5])
    noise = os.urandom(min(distinct, size * count))
    chunks = [noise[start : start + size] for start in range(0, len(noise) - size + 1, size)]
    slow, fast = size // 512, 256
    wall, processor = time.perf_counter(), time.process_time()
    with h5py.File(path, "w", libver="latest") as file:
        data = file.create_dataset("/entry/data/data", (count, slow, fast), "u2", chunks=(1, slow, fast), maxshape=(None, slow, fast))
        write = data.id.write_direct_chunk
        for number in range(count):
            write((number, 0, 0), chunks[number % len(chunks)])
    report = {"seconds": time.perf_counter() - wall, "processorSeconds": time.process_time() - processor}
    os.unlink(path)
    json.dump(report, sys.stdout)


if __name__ == "__main__":
    main()
