import Diagnostics
import EmbargoClock

/// A mail as bytes: RFC 5322 with MIME (RFC 2045, RFC 2047), plain text in UTF-8, made by a program (RFC 3834).
///
/// The same key gives the same Message-ID, so a repetition is recognised by readers and archives, whatever its date.
public struct MailMessage: Sendable, Hashable {
    public static let mostRecipients = 500
    public static let longestBody = 200_000

    public let key: NoticeKey
    public let sender: MailAddress
    public let recipients: [MailAddress]
    /// `<key@domain>` with the key's special characters as hexadecimal numbers.
    public let messageID: String
    /// Header, blank line, body, without line ends.
    private let lines: [String]

    /// - Parameters:
    ///   - recipients: each sees the others; an address that comes twice is written once.
    ///   - replyTo: who reads the answers, if not the sender.
    ///   - text: subject and body.
    ///   - date: when it was made, from the caller's clock; written in UTC.
    ///   - domain: the host or domain that makes the Message-ID unique in the world.
    /// - Throws: `controlCharacter` in the subject, or in the body but for line feeds and tabs; `addressMalformed` for the domain;
    ///   `malformed` without recipient; `tooLong`.
    public init(
        key: NoticeKey, from sender: MailAddress, to recipients: [MailAddress], replyTo: MailAddress? = nil, text: NoticeText,
        date: Instant, domain: String
    ) throws(NoticeError) {
        try self.init(
            key: key, from: sender, to: recipients, replyTo: replyTo, subject: text.subject, body: text.body, date: date,
            domain: domain)
    }

    public init(
        key: NoticeKey, from sender: MailAddress, to recipients: [MailAddress], replyTo: MailAddress? = nil, subject: String,
        body: String, date: Instant, domain: String
    ) throws(NoticeError) {
        try checkOneLine(subject, "subject")
        try Self.checkBody(body)
        guard MailAddress.isDomain(domain) else {
            throw NoticeError(
                .addressMalformed, "Not a domain for the Message-ID", got: quoted(domain), expected: "a name such as example.org")
        }
        var known: Set<String> = []
        let recipients = recipients.filter { known.insert($0.address.lowercased()).inserted }
        guard !recipients.isEmpty else {
            throw NoticeError(.malformed, "The message has no recipient", at: key.text, expected: "an address")
        }
        for (name, count, most) in [
            ("recipients", recipients.count, Self.mostRecipients), ("characters of the subject", subject.count, 300),
            ("bytes of the body", body.utf8.count, Self.longestBody),
        ] where count > most {
            throw NoticeError(
                .tooLong, "The message is too large", at: key.text, got: "\(count) \(name)", expected: "at most \(most)")
        }
        self.key = key
        self.sender = sender
        self.recipients = recipients
        messageID = "<\(key.encoded(keeping: "-_/+~"))@\(domain)>"

        var from = HeaderField("From")
        from.add(sender)
        var to = HeaderField("To")
        for (number, recipient) in recipients.enumerated() {
            to.add(recipient, separator: number + 1 < recipients.count ? "," : "")
        }
        var about = HeaderField("Subject")
        about.add(unstructured: subject)
        var fields = [from.text, to.text]
        if let replyTo {
            var field = HeaderField("Reply-To")
            field.add(replyTo)
            fields.append(field.text)
        }
        fields += [
            about.text, "Date: \(try date.mailText)", "Message-ID: \(messageID)", "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: quoted-printable",
        ]
        lines = fields.map { $0.replacing("\r\n", with: "\n") } + [""] + QuotedPrintable.lines(body)
    }

    private static func checkBody(_ body: String) throws(NoticeError) {
        for scalar in body.unicodeScalars where scalar.isControl && scalar != "\n" && scalar != "\t" {
            throw NoticeError(
                .controlCharacter, "A control character stands in the body", at: "body",
                got: "U+00\(hexadecimal(UInt8(truncatingIfNeeded: scalar.value)))", expected: "text, line feeds and tabs")
        }
    }

    /// As it travels and is stored: lines that end with CR LF.
    public var bytes: [UInt8] { Array((lines.joined(separator: "\n") + "\n").replacing("\n", with: "\r\n").utf8) }

    /// As the programs of a Unix machine read it on their standard input: lines that end with LF.
    var bytesForCommand: [UInt8] { Array((lines.joined(separator: "\n") + "\n").utf8) }
}

extension Instant {
    /// `Thu, 11 May 2028 00:00:00 +0000` (RFC 5322, 3.3).
    var mailText: String {
        get throws(NoticeError) {
            let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
            let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
            let text = description
            let date = try counting("date") { () throws(EmbargoError) in try LocalDate(text.prefix(10)) }
            let day = (date.day < 10 ? "0" : "") + String(date.day)
            return
                "\(days[date.weekday]), \(day) \(months[date.month - 1]) \(text.prefix(4)) \(text.dropFirst(11).prefix(8)) +0000"
        }
    }
}
