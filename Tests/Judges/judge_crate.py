"""What roc-validator says of RO-Crates: argv[1] is the severity, the rest are files; prints {file: [issue, …]} as JSON.

No network: the one context that a crate of version 1.2 names is answered from the copy beside this file (CC0, of the RO-Crate specification), and
whatever else were asked for is an error of the judge.
"""

import json
import logging
import pathlib
import sys

logging.disable(logging.CRITICAL)

import requests
from rocrate_validator import models, services
from rocrate_validator.utils.http import HttpRequester

ADDRESS = "https://w3id.org/ro/crate/1.2/context"
CONTEXT = (pathlib.Path(__file__).parent / "Contexts" / "ro-crate-1.2.jsonld").read_bytes()
refused = []


class Shipped:
    """Stands where the validator's session stands."""

    def request(self, url, *args, **kwargs):
        answer = requests.Response()
        answer.url = url
        if url.split("#")[0] == ADDRESS:
            answer.status_code, answer._content = 200, CONTEXT
            answer.headers["Content-Type"] = "application/ld+json"
        else:
            refused.append(url)
            answer.status_code, answer._content = 504, b""
        return answer

    get = head = request


told = {}
for name in sys.argv[2:]:
    HttpRequester().session = Shipped()
    settings = models.ValidationSettings(
        rocrate_uri=pathlib.Path(name).parent, metadata_dict=json.loads(pathlib.Path(name).read_text()), metadata_only=True,
        profile_identifier="ro-crate-1.2", requirement_severity=models.Severity.get(sys.argv[1]), abort_on_first=False,
        offline=True, skip_availability_check=True,
    )
    HttpRequester().session = Shipped()
    result = services.validate(settings)
    told[name] = sorted({f"{issue.severity.name} {issue.check.identifier} {issue.message}" for issue in result.get_issues()})
print(json.dumps({"issues": told, "refused": sorted(set(refused))}))
