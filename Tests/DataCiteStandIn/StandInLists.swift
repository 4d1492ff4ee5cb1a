/// The controlled lists of DataCite's schema 4.7, which accepts all that earlier versions of 4 did. Written down here once more: the judge shares no
/// list with what it judges.
enum StandInLists {
    static let resourceTypes = words(
        """
        Audiovisual Award Book BookChapter Collection ComputationalNotebook ConferencePaper ConferenceProceeding DataPaper Dataset
        Dissertation Event Image Instrument InteractiveResource Journal JournalArticle Model Other OutputManagementPlan PeerReview
        PhysicalObject Poster Preprint Presentation Project Report Service Software Sound Standard StudyRegistration Text Workflow
        """)
    static let relations = words(
        """
        Cites IsCitedBy Collects IsCollectedBy Compiles IsCompiledBy Continues IsContinuedBy Describes IsDescribedBy Documents
        IsDocumentedBy HasMetadata IsMetadataFor HasPart IsPartOf HasTranslation IsTranslationOf HasVersion IsVersionOf IsIdenticalTo
        IsNewVersionOf IsPreviousVersionOf Obsoletes IsObsoletedBy IsOriginalFormOf IsVariantFormOf IsPublishedIn References
        IsReferencedBy Requires IsRequiredBy Reviews IsReviewedBy IsDerivedFrom IsSourceOf IsSupplementTo IsSupplementedBy Other
        """)
    static let relatedIdentifierTypes = words(
        """
        ARK arXiv bibcode CSTR DOI EAN13 EISSN Handle IGSN ISBN ISSN ISTC LISSN LSID PMID PURL RAiD RRID SWHID UPC URL URN w3id
        """)
    static let contributors = words(
        """
        ContactPerson DataCollector DataCurator DataManager Distributor Editor HostingInstitution Other Producer ProjectLeader
        ProjectManager ProjectMember RegistrationAgency RegistrationAuthority RelatedPerson ResearchGroup Researcher RightsHolder Sponsor
        Supervisor Translator WorkPackageLeader
        """)
    static let dates = words(
        "Accepted Available Collected Copyrighted Coverage Created Issued Other Submitted Updated Valid Withdrawn")
    static let descriptions = words("Abstract Methods Other SeriesInformation TableOfContents TechnicalInfo")
    static let titles = words("AlternativeTitle Other Subtitle TranslatedTitle")
    static let names = words("Organizational Personal")

    private static func words(_ text: String) -> Set<String> { Set(text.split(whereSeparator: \.isWhitespace).map(String.init)) }
}
