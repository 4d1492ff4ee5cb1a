import Custody
import Foundation

/// What a facility's repository is called, and how its records are.
struct OAIRepository {
    let name: String
    /// As the world knows it: beside the pages.
    let address: String
    let contact: String
    let domain: String
    let centre: String
    /// As records are called.
    let sample: String

    init(_ rules: FacilityRules) {
        name = rules.facility
        let folder = rules.pages.dropLast().lastIndex(of: "/").map { rules.pages[...$0] } ?? rules.pages[...]
        // Below a host and nothing else there is no folder to be beside of.
        address = (folder.hasSuffix("//") ? rules.pages[...] : folder) + "oai"
        domain = rules.domain
        centre = rules.tenant
        sample = "\(rules.prefix)/0000-0000-0000-98"
        // The protocol's schema wants a dot behind the sign.
        let mailbox = rules.contact.split(separator: "@")
        contact = mailbox.count == 2 && mailbox[1].contains(".") ? rules.contact : "custodian@\(rules.domain)"
    }

    private var scheme: String { "oai:\(domain):" }

    func identifier(of pid: String) -> String { scheme + pid.addingPercentEncoding(withAllowed: "-._~/:;()*$=!'@&+,?") }

    /// nil for what is no identifier of this repository.
    func pid(of identifier: String) -> String? {
        guard identifier.hasPrefix(scheme), let pid = String(identifier.dropFirst(scheme.count)).removingPercentEncoding,
            self.identifier(of: pid) == identifier
        else { return nil }
        return pid
    }
}
