"""Describes datasets in a served catalogue by the clients that SciCat's users have, unmodified; prints what came of it as JSON.

Arguments: the server's address, an ingestor's name, its password, its group, a proposal of the group, a folder of its own.
"""

import base64
import json
import pathlib
import sys
from datetime import datetime, timedelta, timezone

import pyscicat.client
import pyscicat.model as model
import scitacean
import scitacean.ontology
from scitacean.transfer.copy import CopyFileTransfer

# One pixel.
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


def by_the_guide(base, name, password, group):
    """What pyscicat's own guide sends, with a group that there is: nothing of it was entered before, and no time has a zone."""
    client = pyscicat.client.ScicatClient(base_url=f"{base}/api/v3", username=name, password=password)
    ownable = model.Ownable(ownerGroup=group, accessGroups=[group])
    sample = client.samples_create(model.Sample(
        sampleId="gargleblaster", owner="Chamber of Commerce", description="A legendary drink.",
        sampleCharacteristics={"a": "field"}, isPublished=False, **ownable.model_dump()))
    dataset = model.RawDataset(
        size=42, owner="slartibartfast", contactEmail="slartibartfast@magrathea.org", creationLocation="magrathea",
        creationTime=datetime(2026, 5, 8, 14, 0, 0, 250000).isoformat(), instrumentId="earth", proposalId="deepthought",
        dataFormat="planet", principalInvestigator="A. Mouse", sourceFolder="/foo/bar",
        scientificMetadata={"a": "field"}, sampleId=sample, **ownable.model_dump())
    pid = client.datasets_create(dataset)
    client.datasets_origdatablock_create(pid, model.CreateDatasetOrigDatablockDto(size=42, dataFileList=[
        model.DataFile(path="file.h5", size=42, time=str(datetime(2026, 5, 8, 14, 0, 0)))]))
    picture = "data:image/png;base64," + base64.b64encode(PICTURE).decode()
    client.datasets_attachment_create(model.Attachment(
        datasetId=pid, thumbnail=picture, caption="scattering image", **ownable.model_dump()))
    before = client.datasets_get_one(pid)
    client.datasets_update(dataset, pid)
    client.samples_update(model.Sample(sampleCharacteristics={"a": "cocktail"}, **ownable.model_dump()), sampleId=sample)
    # The user office is later than the measurement.
    proposal = client.proposals_create(model.Proposal(
        proposalId="deeperthought", title="Deeper thought", email="deepthought@viltvodle.com", pi_email="mouse@magrathea.org",
        pi_firstname="A.", pi_lastname="Mouse", startTime=datetime(2026, 5, 8, 14).isoformat(),
        MeasurementPeriodList=[{"instrument": "earth", "start": "2026-05-08T14:00:00", "end": "2026-05-09T14:00:00"}],
        **ownable.model_dump()))
    return {
        "before": before, "after": client.datasets_get_one(pid), "sample": client.samples_get_one(sample),
        "proposal": client.proposals_get_one(proposal),
        "found": [one["pid"] for one in client.datasets_get_many({"proposalId": "deepthought"})],
        "time": client.datasets_origdatablocks_get_one(pid)[0]["dataFileList"][0]["time"],
    }


def by_scitacean(base, name, password, group, proposal, folder):
    client = scitacean.Client.from_credentials(
        url=f"{base}/api/v3", username=name, password=password, allow_http=True,
        file_transfer=CopyFileTransfer(source_folder=f"{folder}/by-scitacean"))
    # As long as a machine may need on which all tests run at once; ten seconds by itself.
    client.scicat._timeout = timedelta(minutes=5)
    data = pathlib.Path(folder) / "frames.dat"
    data.write_bytes(bytes(range(256)) * 40)
    dataset = scitacean.Dataset(
        type="raw", name="A droplet", description="With a protein", contact_email="someone@example.org",
        creation_time=datetime(2026, 5, 8, 12, 0, 5, tzinfo=timezone.utc), owner="Someone", owner_group=group,
        owner_email="owner@example.org", orcid_of_owner="https://orcid.org/0000-0002-1825-0097",
        techniques=[scitacean.ontology.find_technique("saxs"), scitacean.model.Technique(name="a rheometer", pid="site:7")],
        comment="Twice", run_number="7", validation_status="good", creation_location="PROXIMA-1", license="CC-BY-4.0",
        access_groups=[group], start_time=datetime(2026, 5, 8, 11, 0, tzinfo=timezone.utc),
        end_time=datetime(2026, 5, 8, 12, 0, tzinfo=timezone.utc), principal_investigators=["Someone"],
        proposal_ids=[proposal], sample_ids=["droplet"], instrument_ids=["PROXIMA-1"], keywords=["droplet"],
        data_format="dat", used_software=["a", "b"],
        meta={"temperature": {"value": 300, "unit": "K"}, "note": "kept in a cold place", "deep": {"er": {"number": 7}}})
    dataset.add_local_files(data)
    dataset.add_attachment(caption="A note", owner_group=group)
    dataset.add_attachment(
        caption="One pixel", owner_group=group, thumbnail=scitacean.Thumbnail(mime="image/png", data=PICTURE))
    sample = client.upload_new_sample_now(scitacean.model.Sample(
        owner_group=group, sample_name="water", description="cold", owner="Someone", type="fluid", proposal_id=proposal,
        sample_characteristics={"ph": 7, "deep": {"er": [1, 2]}}))
    sample = client.get_sample(sample.sample_id)
    sent = {field.name: getattr(dataset, field.name) for field in dataset.fields(read_only=False)}
    made = client.upload_new_dataset_now(dataset)
    read = client.get_dataset(made.pid, strict_validation=True, attachments=True)
    (pathlib.Path(folder) / "download").mkdir()
    got = client.download_files(read, target=f"{folder}/download")
    return {
        "pid": str(made.pid), "name": read.name, "description": read.description, "meta": dict(read.meta),
        "made": read.creation_time.isoformat(), "end": read.end_time.isoformat(), "keywords": read.keywords,
        "software": read.used_software, "sizes": [file.size for file in read.files],
        "captions": [attachment.caption for attachment in read.attachments],
        "picture": [one.thumbnail and one.thumbnail.decoded_data() == PICTURE for one in read.attachments],
        "times": [abs(file.creation_time.timestamp() - data.stat().st_mtime) < 0.01 for file in read.files],
        "same": [file.local_path.read_bytes() == data.read_bytes() for file in got.files],
        "published": read.is_published, "sample": dict(sample.sample_characteristics), "kind": sample.type, "changed": changed(sent, read),
    }


def changed(sent, read):
    """Fields that are not given back as they were sent."""
    found = {}
    for name, value in sent.items():
        told = getattr(read, name)
        if value is not None and plain(value) != plain(told):
            found[name] = [str(plain(value)), str(plain(told))]
    return found


def plain(value):
    """Numbers with units are told with their value in SI units beside it."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items() if key not in ("valueSI", "unitSI")}
    return value


def by_pyscicat(base, name, password, group, proposal, folder):
    client = pyscicat.client.from_credentials(f"{base}/api/v3", name, password)
    dataset = model.RawDataset(
        owner="Someone", ownerGroup=group, contactEmail="someone@example.org", creationTime="2026-05-08T13:00:00.000Z",
        sourceFolder=f"{folder}/by-pyscicat", datasetName="Another droplet", creationLocation="PROXIMA-1",
        principalInvestigator="Someone", proposalId=proposal, sampleId="droplet", keywords=["first"],
        scientificMetadata={"pressure": {"value": 2, "unit": "bar"}})
    pid = client.datasets_create(dataset)
    client.datasets_origdatablock_create(pid, model.CreateDatasetOrigDatablockDto(
        size=30, dataFileList=[model.DataFile(path="a.h5", size=10), model.DataFile(path="b/c.h5", size=20)]))
    picture = "data:image/png;base64," + base64.b64encode(PICTURE).decode()
    client.datasets_attachment_create(model.Attachment(
        datasetId=pid, thumbnail=picture, caption="One pixel", ownerGroup=group))
    dataset.datasetName = "Renamed"
    dataset.keywords = ["first", "second"]
    dataset.scientificMetadata = {"pressure": {"value": 3, "unit": "bar"}, "word": "new"}
    client.datasets_update(dataset, pid)
    one = client.datasets_get_one(pid)
    blocks = client.datasets_origdatablocks_get_one(pid)
    instrument = client.instruments_create(model.Instrument(name="SWING", customMetadata={"techniques": ["SAXS"]}))
    assert client.instruments_get_one(pid=instrument)["customMetadata"]["techniques"] == ["SAXS"]
    assert client.instruments_get_one(name="SWING")["pid"] == instrument
    dataset.creationTime = "2020-01-01T00:00:00.000Z"
    try:
        client.datasets_update(dataset, pid)
    except pyscicat.client.ScicatCommError as refusal:
        refused = str(refusal)
    else:
        refused = ""
    return {
        "pid": pid, "one": one, "files": [file["path"] for file in blocks[0]["dataFileList"]], "refused": refused,
        "found": len(client.datasets_find(query_fields={"text": "renamed"})),
        "forgotten": len(client.datasets_find(query_fields={"text": "another"})),
    }


def main():
    arguments = sys.argv[1:]
    json.dump(
        {
            "guide": by_the_guide(*arguments[:4]), "pyscicat": by_pyscicat(*arguments),
            "scitacean": by_scitacean(*arguments),
        }, sys.stdout)


main()
