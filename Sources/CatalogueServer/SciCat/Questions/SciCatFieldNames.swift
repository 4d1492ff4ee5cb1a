/// The fields that may be asked about of one kind of record. What is not told of any cannot be asked about, and is named.
struct SciCatFieldNames {
    let names: Set<String>
    /// Those below which others stand.
    let trees: Set<String>

    static let datasets = SciCatFieldNames(
        names: [
            "pid", "_id", "type", "datasetName", "description", "owner", "orcidOfOwner", "contactEmail", "ownerGroup",
            "accessGroups", "sharedWith", "sourceFolder", "sourceFolderHost", "size", "numberOfFiles", "creationTime",
            "startTime",
            "endTime", "creationLocation", "dataFormat", "runNumber", "validationStatus", "comment", "scientificMetadataSchema",
            "license", "keywords", "inputDatasets", "usedSoftware", "isPublished", "createdAt", "updatedAt", "version",
            "principalInvestigators", "principalInvestigator", "proposalIds", "proposalId", "sampleIds", "sampleId",
            "instrumentIds", "instrumentId", "investigator", "jobLogData", "classification", "ownerEmail", "instrumentGroup",
            "packedSize", "numberOfFilesArchived", "scientificMetadataValid",
        ], trees: ["scientificMetadata", "datasetlifecycle", "techniques", "relationships", "jobParameters"])
    static let samples = SciCatFieldNames(
        names: [
            "sampleId", "_id", "sampleName", "owner", "ownerGroup", "accessGroups", "description", "isPublished", "proposalId",
            "keywords", "type", "parentSampleId",
        ], trees: ["sampleCharacteristics"])
    static let proposals = SciCatFieldNames(
        names: [
            "proposalId", "_id", "title", "abstract", "pi_firstname", "pi_lastname", "firstname", "lastname", "ownerGroup",
            "accessGroups", "type", "isPublished", "startTime", "endTime", "parentProposalId",
        ], trees: ["MeasurementPeriodList", "measurementPeriodList", "metadata"])
    static let instruments = SciCatFieldNames(names: ["pid", "_id", "uniqueName", "name"], trees: ["customMetadata"])
    static let published = SciCatFieldNames(
        names: [
            "doi", "_id", "title", "abstract", "creator", "publisher", "publicationYear", "resourceType", "pidArray",
            "datasetPids", "status", "registeredTime", "numberOfFiles",
        ], trees: ["metadata"])

    func has(_ path: String) -> Bool {
        if names.contains(path) || trees.contains(path) { return true }
        guard let dot = path.firstIndex(of: "."), path.utf8.count <= 300 else { return false }
        return trees.contains(String(path[..<dot])) && !path.hasSuffix(".")
    }
}
