"""Judges schemas/openapi.yaml as an OpenAPI document, and prints the routes that it describes: a JSON list of `GET /path`.

Argument: the file.
"""

import json
import sys

import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        document = yaml.safe_load(file)
    faults = [str(error)[:500] for error in OpenAPIV31SpecValidator(document).iter_errors()]
    if faults:
        raise SystemExit("\n".join(faults))
    routes = []
    used = set()
    for path, item in document["paths"].items():
        while "$ref" in item:
            name = item["$ref"].removeprefix("#/components/pathItems/")
            used.add(name)
            item = document["components"]["pathItems"][name]
        routes += [f"{method.upper()} {path}" for method in item if method in METHODS]
    unused = set(document["components"]["pathItems"]) - used
    if unused:
        raise SystemExit(f"described and at no address: {sorted(unused)}")
    print(json.dumps(routes))


if __name__ == "__main__":
    main()
