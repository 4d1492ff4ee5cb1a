import DataCite
import Identifiers
import RunCatalogue

/// Where somebody works, as the document says it.
struct AffiliationForm: Decodable {
    let affiliation: Affiliation

    init(from decoder: any Decoder) throws {
        let fields = try decoder.strict(["name", "ror"])
        affiliation = Affiliation(try fields.name("name"), ror: try fields.identifier("ror") { try ROR($0) })
    }
}

struct ContributorForm: Decodable {
    let contributor: ProposalContributor

    init(from decoder: any Decoder) throws {
        let fields = try decoder.strict(["role", "family_name", "given_name", "orcid", "email", "affiliation"])
        contributor = ProposalContributor(
            try fields.word("role", ProposalContributor.Role.self), try fields.person(),
            affiliation: try fields.decodeIfPresent(AffiliationForm.self, forKey: .init("affiliation"))?.affiliation)
    }
}

struct FundingForm: Decodable {
    let funding: Funding

    init(from decoder: any Decoder) throws {
        let fields = try decoder.strict(["funder", "ror", "award_number", "award_uri", "award_title"])
        let number = try fields.nameIfPresent("award_number")
        let address = try fields.nameIfPresent("award_uri")
        if let address {
            guard address.isURI, ["https://", "http://"].contains(where: { address.hasPrefix($0) && address != $0 }) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .init("award_uri"), in: fields,
                    debugDescription: "'\(address.prefix(60))' is no address of the web such as https://example.org/awards/7")
            }
            // DataCite's record has no place for it.
            guard number != nil else {
                throw DecodingError.dataCorruptedError(
                    forKey: .init("award_uri"), in: fields, debugDescription: "the address of an award without its award_number")
            }
        }
        funding = Funding(
            funder: try fields.name("funder"), ror: try fields.identifier("ror") { try ROR($0) }, awardNumber: number,
            awardAddress: address, awardTitle: try fields.nameIfPresent("award_title"))
    }
}

extension KeyedDecodingContainer where Key == AnyKey {
    /// Who somebody is, of the team or not.
    func person() throws -> Person {
        let email = try decodeIfPresent(String.self, forKey: .init("email"))
        if let email,
            email.split(separator: "@", omittingEmptySubsequences: false).count != 2 || email.contains(where: \.isWhitespace)
        {
            throw DecodingError.dataCorruptedError(
                forKey: .init("email"), in: self, debugDescription: "'\(email.prefix(60))' is no address")
        }
        return Person(
            familyName: try name("family_name"), givenName: try decodeIfPresent(String.self, forKey: .init("given_name")),
            orcid: try identifier("orcid") { try ORCID($0) }, email: email)
    }

    /// An identifier with check digits.
    func identifier<Value>(_ key: String, _ read: (String) throws -> Value) throws -> Value? {
        guard let text = try decodeIfPresent(String.self, forKey: .init(key)) else { return nil }
        do { return try read(text) } catch {
            throw DecodingError.dataCorruptedError(forKey: .init(key), in: self, debugDescription: "\(error)")
        }
    }
}
