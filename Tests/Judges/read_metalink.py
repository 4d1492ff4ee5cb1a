"""Reads a Metalink document (RFC 5854) as another program would: argv is the file, a port and a token or "".

Judges it by the grammar beside this file, fetches all that it lists from that port of this machine, and compares size and SHA-256. Prints the files as
JSON; ends with an error where something is wrong.
"""

import hashlib
import json
import pathlib
import sys
import urllib.parse
import urllib.request

from lxml import etree

SPACE = "{urn:ietf:params:xml:ns:metalink}"
file, port, token = sys.argv[1:]
grammar = etree.RelaxNG(etree.parse(str(pathlib.Path(__file__).with_name("metalink.rng"))))
root = etree.parse(file, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
if not grammar.validate(root):
    sys.exit("\n".join(f"line {entry.line}: {entry.message}" for entry in grammar.error_log))
told = []
for entry in root.findall(SPACE + "file"):
    name, size, digest = entry.get("name"), int(entry.find(SPACE + "size").text), entry.find(SPACE + "hash")
    if ".." in name.split("/"):
        sys.exit(f"{name} leads out")
    address = urllib.parse.urlsplit(entry.find(SPACE + "url").text)
    request = urllib.request.Request(address._replace(netloc=f"127.0.0.1:{port}").geturl())
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    with urllib.request.urlopen(request) as answer:
        content = answer.read()
    if len(content) != size:
        sys.exit(f"{name}: {len(content)} bytes, expected {size}")
    if digest is not None and hashlib.sha256(content).hexdigest() != digest.text:
        sys.exit(f"{name}: another SHA-256")
    told.append({"name": name, "size": size, "verified": digest is not None})
print(json.dumps(told))
