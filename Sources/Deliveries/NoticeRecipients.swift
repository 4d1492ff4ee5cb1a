import Custody
import EmbargoClock
import Notices
import RunCatalogue

/// Who gets a mail.
struct NoticeRecipients {
    var addresses: [MailAddress] = []
    /// Nobody of those whom it is for has an address: the facility's contact gets it, who may not know more than everyone.
    var isContactInstead = false
}

extension Custodian {
    /// - Returns: nobody where only the payer is told, and has no address.
    func recipients(of notice: Notice, _ care: RecordUnderCare) async throws(CatalogueError) -> NoticeRecipients {
        var recipients = NoticeRecipients()
        for audience in notice.audiences { recipients.addresses += try await addresses(audience, care) }
        let isPaidFor = care.record.status(at: try await time.now().now).readers.bytes == .payer
        if recipients.addresses.isEmpty, !isPaidFor || !notice.audiences.contains(.team) {
            recipients.isContactInstead = true
            recipients.addresses = contact
        }
        return recipients
    }

    var contact: [MailAddress] { [rules.contact].compactMap { try? MailAddress($0, name: rules.facility) } }

    /// Of accounts with a role.
    func addresses(_ role: Account.Role, at beamline: String? = nil) async throws(CatalogueError) -> [MailAddress] {
        try await store.accounts(tenant: rules.tenant).filter { account in
            !account.isDisabled && account.roles.contains(role) && beamline.map(account.beamlines.contains) ?? true
        }.compactMap { Self.address($0.person) }
    }

    private func addresses(
        _ audience: NoticeAudience, _ care: RecordUnderCare
    ) async throws(CatalogueError) -> [MailAddress] {
        let persons = care.proposal?.persons ?? []
        switch audience {
        case .team: return persons.compactMap { Self.address($0.person) }
        case .rightHolders:
            switch care.record.rightHolder {
            case .principalInvestigatorAndDeputies:
                return persons.filter { $0.role == .principalInvestigator || $0.role == .deputy }.compactMap {
                    Self.address($0.person)
                }
            case .mainProposer: return persons.filter { $0.role == .mainProposer }.compactMap { Self.address($0.person) }
            case .teamMajority: return persons.compactMap { Self.address($0.person) }
            case .facility: return contact
            }
        case .curators:
            let curators = try await addresses(.curator)
            return curators.isEmpty ? contact : curators
        case .beamlineStaff:
            guard let beamline = care.instrument else { return contact }
            let staff = try await addresses(.staff, at: beamline)
            return staff.isEmpty ? contact : staff
        }
    }

    /// Nil for a person without one, and for one that no mail program would take: it keeps the others' mail from nobody.
    private static func address(_ person: Person) -> MailAddress? {
        guard let email = person.email else { return nil }
        let name = [person.givenName, person.familyName].compactMap(\.self).joined(separator: " ")
        return (try? MailAddress(email, name: name)) ?? (try? MailAddress(email))
    }
}
