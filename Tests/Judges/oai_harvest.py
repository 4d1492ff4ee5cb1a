"""Harvests a repository with sickle and with oaipmh-scythe. Arguments: the repository's address; a named pipe that is opened to say that the
first page was read, and one that is opened when to go on.

Prints JSON: for each client the records of a whole harvest, in their order; and those of one that was interrupted after the first record.
"""

import json
import sys

from oaipmh_scythe import Scythe
from sickle import Sickle

ADDRESS, SAID, HEARD = sys.argv[1:4]


def row(record):
    header = record.header
    return {
        "identifier": header.identifier, "datestamp": header.datestamp, "deleted": bool(record.deleted),
        "sets": sorted(header.setSpecs), "rights": [] if record.deleted else sorted(record.metadata.get("rights", [])),
        "title": None if record.deleted else record.metadata["title"],
    }


def sickle():
    return Sickle(ADDRESS).ListRecords(metadataPrefix="oai_dc")


interrupted = []
for record in sickle():
    interrupted.append(row(record))
    if len(interrupted) == 1:
        open(SAID, "w").close()
        open(HEARD).close()

with Scythe(ADDRESS) as client:
    print(
        json.dumps(
            {
                "interrupted": interrupted,
                "sickle": [row(record) for record in sickle()],
                "scythe": [row(record) for record in client.list_records(metadata_prefix="oai_dc")],
                "sickle_headers": [header.identifier for header in Sickle(ADDRESS).ListIdentifiers(metadataPrefix="datacite")],
                "scythe_headers": [header.identifier for header in client.list_identifiers(metadata_prefix="datacite")],
                "sickle_sets": [set.setSpec for set in Sickle(ADDRESS).ListSets()],
                "scythe_sets": [set.setSpec for set in client.list_sets()],
                "sickle_open": [row(record) for record in Sickle(ADDRESS).ListRecords(metadataPrefix="oai_dc", set="open")],
                "name": client.identify().repositoryName,
            }
        )
    )
