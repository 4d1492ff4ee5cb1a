"""Speaks SIMPLON to a detector: `simplon.py http://HOST:PORT VERSION STEP…`, where a step is `detector/config/nimages=6`,
`stream/config/format="cbor"` (JSON values), `detector/command/arm`, or `detector/status/state`, which is printed.
"""

import json
import sys
import urllib.request


def main():
    base, version, steps = sys.argv[1], sys.argv[2], sys.argv[3:]
    for step in steps:
        path, _, value = step.partition("=")
        module, rest = path.split("/", 1)
        url = f"{base}/{module}/api/{version}/{rest}"
        body = json.dumps({"value": json.loads(value)}).encode() if value else b""
        reads = rest.startswith("status")
        request = urllib.request.Request(
            url, None if reads else body, {"Content-Type": "application/json"}, method="GET" if reads else "PUT"
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read().decode()
        if reads:
            print(json.loads(text)["value"])


if __name__ == "__main__":
    main()
