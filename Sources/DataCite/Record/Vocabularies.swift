// The controlled lists of DataCite 4.5 (doi:10.14454/g8e5-6293, appendix 1). Terms of 4.6 and 4.7 are not among them: the validators of others know
// 4.5, and nothing that is written here needs a later one.

/// What kind of thing is described.
public enum ResourceKind: String, Sendable, CaseIterable, Encodable {
    case audiovisual = "Audiovisual"
    case book = "Book"
    case bookChapter = "BookChapter"
    case collection = "Collection"
    case computationalNotebook = "ComputationalNotebook"
    case conferencePaper = "ConferencePaper"
    case conferenceProceeding = "ConferenceProceeding"
    case dataPaper = "DataPaper"
    case dataset = "Dataset"
    case dissertation = "Dissertation"
    case event = "Event"
    case image = "Image"
    case instrument = "Instrument"
    case interactiveResource = "InteractiveResource"
    case journal = "Journal"
    case journalArticle = "JournalArticle"
    case model = "Model"
    case outputManagementPlan = "OutputManagementPlan"
    case peerReview = "PeerReview"
    case physicalObject = "PhysicalObject"
    case preprint = "Preprint"
    case report = "Report"
    case service = "Service"
    case software = "Software"
    case sound = "Sound"
    case standard = "Standard"
    case studyRegistration = "StudyRegistration"
    case text = "Text"
    case workflow = "Workflow"
    case other = "Other"
}

/// How this record stands to another thing: read "this … that".
public enum RelationType: String, Sendable, CaseIterable, Encodable {
    case isCitedBy = "IsCitedBy"
    case cites = "Cites"
    case isCollectedBy = "IsCollectedBy"
    case collects = "Collects"
    case isSupplementTo = "IsSupplementTo"
    case isSupplementedBy = "IsSupplementedBy"
    case isContinuedBy = "IsContinuedBy"
    case continues = "Continues"
    case isDescribedBy = "IsDescribedBy"
    case describes = "Describes"
    case hasMetadata = "HasMetadata"
    case isMetadataFor = "IsMetadataFor"
    case hasVersion = "HasVersion"
    case isVersionOf = "IsVersionOf"
    case isNewVersionOf = "IsNewVersionOf"
    case isPartOf = "IsPartOf"
    case isPreviousVersionOf = "IsPreviousVersionOf"
    case isPublishedIn = "IsPublishedIn"
    case hasPart = "HasPart"
    case isReferencedBy = "IsReferencedBy"
    case references = "References"
    case isDocumentedBy = "IsDocumentedBy"
    case documents = "Documents"
    case isCompiledBy = "IsCompiledBy"
    case compiles = "Compiles"
    case isVariantFormOf = "IsVariantFormOf"
    case isOriginalFormOf = "IsOriginalFormOf"
    case isIdenticalTo = "IsIdenticalTo"
    case isReviewedBy = "IsReviewedBy"
    case reviews = "Reviews"
    case isDerivedFrom = "IsDerivedFrom"
    case isSourceOf = "IsSourceOf"
    case isRequiredBy = "IsRequiredBy"
    case requires = "Requires"
    case isObsoletedBy = "IsObsoletedBy"
    case obsoletes = "Obsoletes"
}

/// What a person or an organisation did for the resource.
public enum ContributorType: String, Sendable, CaseIterable, Encodable {
    case contactPerson = "ContactPerson"
    case dataCollector = "DataCollector"
    case dataCurator = "DataCurator"
    case dataManager = "DataManager"
    case distributor = "Distributor"
    case editor = "Editor"
    case hostingInstitution = "HostingInstitution"
    case producer = "Producer"
    case projectLeader = "ProjectLeader"
    case projectManager = "ProjectManager"
    case projectMember = "ProjectMember"
    case registrationAgency = "RegistrationAgency"
    case registrationAuthority = "RegistrationAuthority"
    case relatedPerson = "RelatedPerson"
    case researcher = "Researcher"
    case researchGroup = "ResearchGroup"
    case rightsHolder = "RightsHolder"
    case sponsor = "Sponsor"
    case supervisor = "Supervisor"
    case workPackageLeader = "WorkPackageLeader"
    case other = "Other"
}

/// What happened on a date.
public enum DateType: String, Sendable, CaseIterable, Encodable {
    case accepted = "Accepted"
    case available = "Available"
    case copyrighted = "Copyrighted"
    case collected = "Collected"
    case created = "Created"
    case issued = "Issued"
    case submitted = "Submitted"
    case updated = "Updated"
    case valid = "Valid"
    case withdrawn = "Withdrawn"
    case other = "Other"
}

/// What a description is about.
public enum DescriptionType: String, Sendable, CaseIterable, Encodable {
    case abstract = "Abstract"
    case methods = "Methods"
    case seriesInformation = "SeriesInformation"
    case tableOfContents = "TableOfContents"
    case technicalInfo = "TechnicalInfo"
    case other = "Other"
}

/// What a title is, where it is not the title itself.
public enum TitleType: String, Sendable, CaseIterable, Encodable {
    case alternativeTitle = "AlternativeTitle"
    case subtitle = "Subtitle"
    case translatedTitle = "TranslatedTitle"
    case other = "Other"
}
