import Custody
import DataCite
import WebText

/// What a page says of who may have the data, from when on, under which licence, and whom to ask.
struct RecordAccessText {
    private let page: RecordPage

    init(_ page: RecordPage) { self.page = page }

    var html: String {
        let access = page.access
        guard access.state != .notData else { return "" }
        return """
            <section class="access \(access.style)">
            <h2>\(HTMLText(access.words))</h2>
            \(sentences.map { "<p>\($0)</p>" }.joined(separator: "\n"))
            </section>
            """
    }

    /// HTML.
    private var sentences: [String] {
        let access = page.access
        switch access.state {
        case .open: return ["The data are open." + (since ?? ""), licence("are")]
        case .registeredOnly:
            return ["Whoever has an account at the facility may have the data." + (since ?? ""), licence("are")]
        case .embargoed:
            let day = access.opens.map { "The data open by themselves on <strong>\(Self.day($0))</strong>." }
            return [day ?? "The data are not open yet.", licence("will then be"), asking]
        case .closed: return ["The data are closed until further notice; this record stays.", asking]
        case .withdrawn:
            return [
                access.endedOn.map {
                    "The data have not been available since <strong>\(Self.day($0))</strong>; this record stays."
                }
                    ?? "The data are no longer available; this record stays."
            ]
        case .notData: return []
        }
    }

    private var since: String? { page.access.opens.map { " Since <strong>\(Self.day($0))</strong>." } }

    private func licence(_ verb: String) -> String {
        guard let licence = page.record.rightsList.first(where: { $0.rightsIdentifierScheme == "SPDX" }) else { return "" }
        let name = "\(HTMLText(licence.rights)) (\(HTMLText(licence.rightsIdentifier?.uppercased() ?? "")))"
        let link = licence.rightsUri.map { "<a rel=\"license\" href=\"\(HTMLText($0))\">\(name)</a>" } ?? name
        return "They \(verb) under \(link)."
    }

    private var asking: String {
        let contact = HTMLText(page.rules.contact)
        let subject = "Access to \(page.identifier)".addingPercentEncoding(withAllowed: "-._/")
        return "Until then, ask the team for access: <a href=\"mailto:\(contact)?subject=\(subject)\">\(contact)</a>."
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ]

    /// `2029-05-11 (11 May 2029)`; what is no day stays as it is.
    static func day(_ text: String) -> String {
        guard let day = try? CalendarDay(text) else { return "\(HTMLText(text))" }
        return "<time datetime=\"\(day)\">\(day)</time> (\(day.day) \(months[day.month - 1]) \(day.year))"
    }
}

extension String {
    /// Letters, digits and `kept` as they are, every other byte as `%XX` (RFC 3986, section 2.1).
    func addingPercentEncoding(withAllowed kept: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in utf8 {
            let isPlain = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            if isPlain || kept.utf8.contains(byte) {
                bytes.append(byte)
            } else {
                bytes += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
