import Diagnostics
import EmbargoClock

/// What a notice is about, as its readers know it, and where they turn to.
public struct NoticeSubject: Sendable, Hashable {
    public let pid: String
    /// The public title of the session, never the name of a data set.
    public let title: String?
    /// The landing page.
    public let link: String
    /// Who speaks: the facility, or its catalogue.
    public let facility: String
    /// Where a question goes.
    public let contact: MailAddress

    /// - Parameters:
    ///   - pid: letters, digits and `-._~:/+`, so that it can stand in a command that is pasted into a shell.
    ///   - title: control characters, line ends and marks that turn the direction of writing become blanks; blank is none.
    ///   - link: an address of the web, `https://…`.
    /// - Throws: `malformed`, `tooLong`.
    public init(pid: String, title: String?, link: String, facility: String, contact: MailAddress) throws(NoticeError) {
        guard let first = pid.utf8.first, first.isASCIIAlphanumeric, pid.utf8.count <= 120,
            pid.utf8.allSatisfy({ $0.isASCIIAlphanumeric || "-._~:/+".utf8.contains($0) })
        else {
            throw NoticeError(
                .malformed, "Not an identifier for a notice", got: quoted(pid),
                expected: "at most 120 letters, digits and -._~:/+")
        }
        guard link.hasPrefix("https://") || link.hasPrefix("http://"), link.utf8.count <= 500,
            link.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") })
        else {
            throw NoticeError(
                .malformed, "Not the address of a page", at: pid, got: quoted(link),
                expected: "https://… of at most 500 characters")
        }
        let name = facility.oneLine
        guard !name.isEmpty else {
            throw NoticeError(.malformed, "The facility has no name", at: pid, got: quoted(facility), expected: "a name")
        }
        self.pid = pid
        self.title = title.map(\.oneLine).flatMap { $0.isEmpty ? nil : $0 }
        self.link = link
        self.facility = name
        self.contact = contact
    }
}

extension String {
    /// The text on one line, single blanks between its words, without characters that a terminal or a mail reader would obey: controls,
    /// line and paragraph separators, and marks that turn the direction of writing (a title must not rewrite the sentence around it).
    var oneLine: String {
        let turning: Set<Unicode.Scalar> = [
            "\u{061C}", "\u{200E}", "\u{200F}", "\u{202A}", "\u{202B}", "\u{202C}", "\u{202D}", "\u{202E}", "\u{2066}",
            "\u{2067}",
            "\u{2068}", "\u{2069}", "\u{2028}", "\u{2029}", "\u{FEFF}",
        ]
        let scalars = printable.unicodeScalars.map { turning.contains($0) ? " " : $0 }
        return String(String.UnicodeScalarView(scalars)).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// At most `count` characters; an ellipsis tells that there were more.
    func cut(to count: Int) -> String {
        self.count <= count ? self : prefix(count - 1).trimmingSuffix(" ") + "…"
    }
}

extension StringProtocol {
    fileprivate func trimmingSuffix(_ suffix: Character) -> String {
        var rest = self[...]
        while rest.last == suffix { rest.removeLast() }
        return String(rest)
    }
}
