import Custody
import Diagnostics
import EmbargoClock
import Notices
import RunCatalogue

/// Mails, written at the moment of their delivery.
struct NoticeMail {
    let custodian: Custodian
    let sender: String?

    private var rules: FacilityRules { custodian.rules }

    /// The mail of a notice; nil where it was overtaken since, or nobody is to be told.
    /// - Throws: `CatalogueError`, `NoticeError`.
    func message(_ key: NoticeKey, standsForOthers: Bool, at now: Instant) async throws -> MailMessage? {
        let owner: ClockOwner
        do throws(CatalogueError) {
            owner = try await custodian.clockOwner(of: custodian.subject(key.pid, for: .custodian), for: .custodian)
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
        let care = try await custodian.record(of: owner)
        // As if it were not told yet: what does not count any more is not due any more.
        let told = try await custodian.store.told(of: owner, tenant: rules.tenant).subtracting([key.text])
        let plan = try await custodian.warningPlan()
        let due = try custodian.notices(of: care.record, pid: key.pid, told: told, plan, at: now).due
        guard let notice = due.first(where: { $0.key == key }) else { return nil }
        let recipients = try await custodian.recipients(of: notice, care)
        guard !recipients.addresses.isEmpty else { return nil }
        let isPublic = care.record.status(at: now).readers.shortRecord == .everyone
        let mayNameTitle = isPublic || !recipients.isContactInstead
        let text = try NoticeText(
            notice,
            about: NoticeSubject(
                pid: key.pid, title: mayNameTitle ? care.proposal?.title : nil, link: rules.page(of: key.pid),
                facility: rules.facility, contact: MailAddress(rules.contact)))
        let more =
            standsForOthers
            ? "\nThe same holds for the other runs of the proposal that were recorded\noutside of a session on that day: they are not told one by one.\n"
            : ""
        return try mail(key, to: recipients.addresses, subject: text.subject, body: text.body + more, at: now)
    }

    /// The alarm that a message waits for a person; nil where it does not any more.
    func alarm(_ number: Int64, at now: Instant) async throws -> MailMessage? {
        let all = try await custodian.store.undeliveredMessages(topic: nil, tenant: rules.tenant, limit: 100_000)
        guard let stuck = all.first(where: { $0.number == number && $0.due == nil }) else { return nil }
        var addresses = try await custodian.addresses(.curator)
        if addresses.isEmpty { addresses = custodian.contact }
        guard !addresses.isEmpty else { return nil }
        let body = """
            A message of the catalogue's outbox was refused, and waits for a person.

                message   \(number)
                about     \(stuck.topic), \(stuck.payload.prefix(200).printable)
                attempts  \(stuck.attempts)
                refusal   \((stuck.lastError ?? "").prefix(2000).printable)

            Correct what it names, then let it go again:

                faisceau catalogue outbox --retry

            \(rules.facility). This message was written by a program.

            """
        return try mail(
            NoticeKey("outbox/\(number)#stuck"), to: addresses, subject: "ALARM: message \(number) of the outbox waits for you",
            body: body, at: now)
    }

    private func mail(
        _ key: NoticeKey, to addresses: [MailAddress], subject: String, body: String, at now: Instant
    ) throws(NoticeError) -> MailMessage {
        try MailMessage(
            key: key, from: MailAddress(sender ?? rules.contact, name: rules.facility), to: addresses,
            replyTo: sender == nil ? nil : MailAddress(rules.contact), subject: subject, body: body, date: now,
            domain: rules.domain)
    }
}
