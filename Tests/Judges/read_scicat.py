"""Reads a served catalogue by the clients that SciCat's users have, unmodified; prints what they found as JSON.

Arguments: the server's address, an account's name, its password, the identifier of a run that it may read.
"""

import json
import sys
from datetime import timedelta

import pyscicat.client
import scitacean
from scitacean import PID


def by_pyscicat(base, name, password, pid):
    client = pyscicat.client.from_credentials(f"{base}/api/v3", name, password)
    one = client.datasets_get_one(pid)
    assert one["pid"] == pid and "proposalId" in one, one
    assert client.datasets_get_many({"proposalId": one["proposalId"]})[0]["pid"] == pid
    assert client.datasets_get_many({"proposalId": {"like": one["proposalId"][2:6]}})[0]["pid"] == pid
    assert client.datasets_get_many({"proposalId": "nothing"}) == []
    assert client.datasets_find(skip=0, limit=5, query_fields={"text": one["sampleId"]})[0]["pid"] == pid
    assert client.datasets_find(skip=1, limit=5, query_fields={"text": one["sampleId"]}) == []
    blocks = client.datasets_origdatablocks_get_one(pid)
    assert client.instruments_get_one(name="PROXIMA")["name"] == one["creationLocation"]
    proposal = client.proposals_get_one(one["proposalId"])
    sample = client.samples_get_one(one["sampleId"])
    assert isinstance(client.published_data_get_many(), list)
    try:
        client.datasets_get_one("10.5072/0000-0000-0000-98")
    except pyscicat.client.ScicatCommError:
        pass
    else:
        raise AssertionError("an unknown dataset was found")
    try:
        pyscicat.client.from_credentials(f"{base}/api/v3", name, "a wrong password")
    except pyscicat.client.ScicatLoginError:
        pass
    else:
        raise AssertionError("a wrong password was taken")
    return {
        "files": [file["path"] for block in blocks for file in block["dataFileList"]],
        "title": proposal["title"],
        "sample": sample["sampleName"],
    }


def by_scitacean(base, name, password, pid):
    client = scitacean.Client.from_credentials(
        url=f"{base}/api/v3", username=name, password=password, allow_http=True)
    # As long as a machine may need on which all tests run at once; ten seconds by itself.
    client.scicat._timeout = timedelta(minutes=5)
    dataset = client.get_dataset(PID.parse(pid), strict_validation=True, attachments=True)
    found = client.scicat.query_datasets(
        {"proposalIds": list(dataset.proposal_ids)}, limit=5, order="creationTime:desc", strict_validation=True)
    assert [str(model.pid) for model in found] == [pid], found
    instruments = client.scicat.get_all_instrument_models(strict_validation=True)
    one = client.scicat.get_instrument_model(instruments[0].pid, strict_validation=True)
    proposal = client.scicat.get_proposal_model(dataset.proposal_ids[0], strict_validation=True)
    sample = client.scicat.get_sample_model(dataset.sample_ids[0], strict_validation=True)
    anonymous = scitacean.Client.without_login(url=f"{base}/api/v3", allow_http=True)
    try:
        anonymous.get_dataset(PID.parse(pid))
    except scitacean.ScicatCommError as refusal:
        refused = str(refusal)[:80]
    else:
        refused = ""
    return {
        "name": dataset.name,
        "type": dataset.type,
        "end": dataset.end_time.isoformat(),
        "files": [file.remote_path.posix for file in dataset.files],
        "sizes": [file.size for file in dataset.files],
        "attachments": [attachment.caption for attachment in dataset.attachments],
        "duration": dataset.meta["run"]["duration"],
        "instrument": one.name,
        "title": proposal.title,
        "periods": len(proposal.measurementPeriodList),
        "sample": sample.sampleName,
        "refused": refused,
    }


def main():
    base, name, password, pid = sys.argv[1:]
    json.dump(
        {
            "pyscicat": by_pyscicat(base, name, password, pid),
            "scitacean": by_scitacean(base, name, password, pid),
        },
        sys.stdout,
    )


main()
