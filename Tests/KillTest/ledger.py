"""Reads ledgers by schemas/ledger.md alone, with none of the program's code: who judges must not be who is judged."""

import pathlib
import struct

FULL = 2**64 - 1
MASKED = 1


def records(path):
    """Committed records: (frame, offset, size, digest as 32 hexadecimal digits, flags). None when the header is not whole."""
    data = path.read_bytes()
    if len(data) < 4096 or data[:8] != bytes.fromhex("8946534c0d0a1a0a") or data[4064:4080] == bytes(16):
        return None
    salt = struct.unpack_from("<Q", data, 80)[0]
    found = []
    for slot in range((len(data) - 4096) // 64):
        words = struct.unpack_from("<8Q", data, 4096 + 64 * slot)
        if words[7] == 0:
            continue
        check = salt ^ slot
        for word in words[:7]:
            check = ((check ^ word) * 0xFF51AFD7ED558CCD) & FULL
            check ^= check >> 32
        if words[7] == check | 1:
            flags = (words[6] >> 16) & 0xFFFF
            found.append((words[0], words[1], words[2], f"{words[4]:016x}{words[3]:016x}", flags))
    return found


def acknowledged(run):
    """{(data file, frame): digest} of every frame whose record is committed; masked ones are no frames."""
    frames = {}
    for path in sorted(pathlib.Path(run, "ledger").glob("*.ledger")):
        for frame, _, _, digest, flags in records(path) or []:
            if not flags & MASKED:
                frames[(path.stem + ".h5", frame)] = digest
    return frames


def are_closed(run):
    """Whether the writer had finished every ledger: then the run was being sealed."""
    pages = [path.read_bytes()[4088:4096] for path in pathlib.Path(run, "ledger").glob("*.ledger")]
    return bool(pages) and all(any(word) for word in pages)
