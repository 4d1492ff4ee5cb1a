extension DataCiteRecord {
    public struct Rights: Hashable, Sendable, Encodable {
        public var rights: String
        public var rightsUri: String?
        public var rightsIdentifier: String?
        public var rightsIdentifierScheme: String?
        public var schemeUri: String?

        /// CC BY 4.0 by its SPDX identifier (https://spdx.org/licenses/CC-BY-4.0.html), small letters as DataCite writes it.
        public static let ccBy4 = Rights(
            rights: "Creative Commons Attribution 4.0 International", rightsUri: "https://creativecommons.org/licenses/by/4.0/",
            rightsIdentifier: "cc-by-4.0", rightsIdentifierScheme: "SPDX", schemeUri: "https://spdx.org/licenses/")

        /// A licence by its SPDX identifier.
        public static func licence(_ identifier: String) -> Rights {
            switch identifier {
            case "CC-BY-4.0": ccBy4
            case "CC0-1.0":
                Rights(
                    rights: "Creative Commons Zero v1.0 Universal",
                    rightsUri: "https://creativecommons.org/publicdomain/zero/1.0/", rightsIdentifier: "cc0-1.0",
                    rightsIdentifierScheme: "SPDX", schemeUri: "https://spdx.org/licenses/")
            default:
                Rights(
                    rights: identifier, rightsUri: address(ofLicence: identifier),
                    rightsIdentifier: identifier.lowercased(), rightsIdentifierScheme: "SPDX",
                    schemeUri: "https://spdx.org/licenses/")
            }
        }

        /// nil for what is no identifier of that list.
        private static func address(ofLicence identifier: String) -> String? {
            let signs = identifier.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "+"):
                    true
                default: false
                }
            }
            return signs ? "https://spdx.org/licenses/\(identifier).html" : nil
        }
    }

    /// Who may have the data, in the two vocabularies that readers know.
    public enum AccessRight: String, Hashable, Sendable, CaseIterable {
        case open = "openAccess"
        case embargoed = "embargoedAccess"
        case restricted = "restrictedAccess"
        /// Nobody: what is left is the record.
        case metadataOnly = "closedAccess"

        /// COAR Access Rights 1.0 (http://purl.org/coar/access_right).
        private var coar: (code: String, label: String) {
            switch self {
            case .open: ("c_abf2", "open access")
            case .embargoed: ("c_f1cf", "embargoed access")
            case .restricted: ("c_16ec", "restricted access")
            case .metadataOnly: ("c_14cb", "metadata only access")
            }
        }

        /// One entry of OpenAIRE's older vocabulary (info:eu-repo/semantics) and one of COAR's, which replaces it.
        /// - Parameter note: what follows the words, such as until when.
        public func rights(note: String? = nil) -> [Rights] {
            let scheme = "http://purl.org/coar/access_right"
            return [
                Rights(rights: rawValue, rightsUri: "info:eu-repo/semantics/\(rawValue)"),
                Rights(
                    rights: note.map { "\(coar.label), \($0)" } ?? coar.label, rightsUri: "\(scheme)/\(coar.code)",
                    rightsIdentifier: coar.code, rightsIdentifierScheme: "COAR Access Rights", schemeUri: scheme),
            ]
        }
    }
}
