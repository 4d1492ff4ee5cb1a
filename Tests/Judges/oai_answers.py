"""Judges answers of an OAI-PMH repository: every file named is one. Prints what is wrong, a line each, and nothing else.

By libxml2: well-formed, of the grammar beside this file, nothing after the root. Records of DataCite by the parts that its schema demands.
"""

import pathlib
import re
import sys

from lxml import etree

GRAMMAR = etree.RelaxNG(etree.parse(str(pathlib.Path(__file__).with_name("oai-pmh.rng"))))
KERNEL = "{http://datacite.org/schema/kernel-4}"
CORE = {
    "title", "creator", "subject", "description", "publisher", "contributor", "date", "type", "format", "identifier", "source",
    "language", "relation", "coverage", "rights",
}


def faults(path):
    data = pathlib.Path(path).read_bytes()
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        yield f"not well-formed: {error}"
        return
    if not data.rstrip().endswith(b"</OAI-PMH>"):
        yield "something stands after the root"
    if re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", data):
        yield "a control character"
    if not GRAMMAR.validate(root):
        yield from (f"line {entry.line}: {entry.message}" for entry in GRAMMAR.error_log)
    for record in root.iter(KERNEL + "resource"):
        for name in ["identifier", "creators", "titles", "publisher", "publicationYear", "resourceType"]:
            if len(record.findall(KERNEL + name)) != 1:
                yield f"a record of DataCite without one {name}"
    for record in root.iter("{http://www.openarchives.org/OAI/2.0/oai_dc/}dc"):
        for element in record:
            name = etree.QName(element)
            if name.namespace != "http://purl.org/dc/elements/1.1/" or name.localname not in CORE:
                yield f"no element of Dublin Core: {element.tag}"
            if not (element.text or "").strip():
                yield f"an empty {name.localname}"


for path in sys.argv[1:]:
    for fault in faults(path):
        print(f"{path}: {fault}")
