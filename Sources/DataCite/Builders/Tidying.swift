extension DataCiteRecord.Party {
    /// Names as they can be published; a name of which nothing is left stays empty, and the record is refused.
    var tidied: DataCiteRecord.Party {
        var party = self
        party.name = name.tidied() ?? ""
        party.givenName = givenName?.tidied()
        party.familyName = familyName?.tidied()
        party.affiliations = affiliations.compactMap { affiliation in
            guard let name = affiliation.name.tidied() else { return nil }
            var affiliation = affiliation
            affiliation.name = name
            return affiliation
        }
        return party
    }
}

extension DataCiteRecord.FundingReference {
    /// Nil where nothing is left of the funder's name. An award's address stands beside its number alone.
    var tidied: DataCiteRecord.FundingReference? {
        guard let name = funderName.tidied() else { return nil }
        var funding = self
        funding.funderName = name
        funding.awardNumber = awardNumber?.tidied()
        if funding.awardNumber == nil { funding.awardUri = nil }
        funding.awardTitle = awardTitle?.tidied()
        return funding
    }
}

extension DataCiteRecord {
    /// The schema's lists are sets: of equal values the first stays.
    mutating func removeRepetitions() {
        subjects = subjects.withoutRepetitions
        contributors = contributors.withoutRepetitions
        alternateIdentifiers = alternateIdentifiers.withoutRepetitions
        relatedIdentifiers = relatedIdentifiers.withoutRepetitions
        sizes = sizes.withoutRepetitions
        formats = formats.withoutRepetitions
        descriptions = descriptions.withoutRepetitions
        fundingReferences = fundingReferences.withoutRepetitions
    }
}

extension Array where Element: Hashable {
    fileprivate var withoutRepetitions: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
