import Custody
import RunCatalogue

/// Sets by their names in the protocol, colon between the parts: what of a facility's own names a part cannot hold is written as `~` and two
/// hexadecimal digits a byte.
enum OAISet {
    /// What all of our records are: data.
    static let data = "openaire_data"
    private static let signs = "-_.!*'()"

    /// - Returns: the set, nil inside for all records; nil for a name of no set.
    static func named(_ text: String) -> HarvestSet?? {
        switch text {
        case data: return .some(nil)
        case "open": return .open
        case "embargoed": return .embargoed
        case "beamline": return .beamlines
        case "technique": return .techniques
        default:
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let name = decoded(parts[1]) else { return nil }
            switch parts[0] {
            case "beamline": return .beamline(name)
            case "technique": return .technique(name)
            default: return nil
            }
        }
    }

    static func names(of record: HarvestedRecord) -> [String] {
        var names: [String] = []
        switch record.standing {
        case .open: names.append("open")
        case .embargoed: names.append("embargoed")
        case .other: break
        }
        if let beamline = record.beamline { names.append("beamline:\(encoded(beamline))") }
        if let technique = record.technique { names.append("technique:\(encoded(technique))") }
        return names + [data]
    }

    /// With titles, parents before their children.
    static func list(_ sets: [HarvestSet]) -> [(name: String, title: String)] {
        var list = [
            (data, "Research data"), ("open", "Data that are open to everyone"),
            ("embargoed", "Data that are under embargo: records only"),
        ]
        func add(_ parent: String, _ title: String, _ names: [String]) {
            guard !names.isEmpty else { return }
            list.append((parent, title))
            for name in names { list.append(("\(parent):\(encoded(name))", "\(title.dropLast()) \(name)")) }
        }
        add("beamline", "Beamlines", sets.compactMap { if case .beamline(let name) = $0 { name } else { nil } })
        add("technique", "Techniques", sets.compactMap { if case .technique(let name) = $0 { name } else { nil } })
        return list
    }

    /// As the protocol's schema has a name of a set.
    static func isWellFormed(_ text: String) -> Bool {
        text.split(separator: ":", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && part.utf8.allSatisfy { isPlain($0) || $0 == UInt8(ascii: "~") }
        }
    }

    static func isPlain(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || signs.utf8.contains(byte)
    }

    private static func encoded(_ name: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        return String(
            decoding: name.utf8.flatMap {
                isPlain($0) ? [$0] : [UInt8(ascii: "~"), digits[Int($0 >> 4)], digits[Int($0 & 15)]]
            }, as: UTF8.self)
    }

    /// nil for what `encoded` does not write.
    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "~") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst(), let low = rest.popFirst(),
                let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(value)
        }
        guard let name = String(validating: bytes, as: UTF8.self), encoded(name) == text else { return nil }
        return name
    }
}
