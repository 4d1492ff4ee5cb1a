"""What Python's tarfile reads in an archive: argv is the file, and a word that asks for the contents. Prints {name: [size, sha256 or null]}."""

import hashlib
import json
import sys
import tarfile

told = {}
with tarfile.open(sys.argv[1], "r:") as archive:
    for member in archive:
        if not member.isreg():
            sys.exit(f"{member.name} is no regular file")
        content = archive.extractfile(member).read() if len(sys.argv) > 2 else None
        told[member.name] = [member.size, content is not None and hashlib.sha256(content).hexdigest()]
print(json.dumps(told))
