import Custody
import DataCite

extension OAIRepository {
    func write(header record: HarvestedRecord, to xml: inout XMLBytes) {
        xml.begin("header", record.isDeleted ? [("status", "deleted")] : [])
        xml.raw(">")
        xml.element("identifier", identifier(of: record.pid))
        xml.element("datestamp", OAIDate.text(record.datestamp))
        for set in OAISet.names(of: record) { xml.element("setSpec", set) }
        xml.close("header")
    }

    /// One that cannot be written in the form is left out, as a whole.
    /// - Returns: whether it was written.
    func write(_ record: HarvestedRecord, in format: OAIFormat, to xml: inout XMLBytes) -> Bool {
        var metadata = XMLBytes()
        if !record.isDeleted {
            guard let written = record.record,
                (try? format.write(written, record.cited, centre: centre, to: &metadata)) != nil
            else { return false }
        }
        xml.open("record")
        write(header: record, to: &xml)
        if !record.isDeleted {
            xml.open("metadata")
            xml.append(metadata)
            xml.close("metadata")
        }
        xml.close("record")
        return true
    }

    /// As many are worth a task of their own.
    private static let portion = 64

    /// Of many, some beside others.
    /// - Returns: the records that were written, and the identifiers of those that were left out.
    func written(_ records: [HarvestedRecord], in format: OAIFormat) async -> (XMLBytes, leftOut: [String]) {
        typealias Portion = (first: Int, xml: XMLBytes, leftOut: [String])
        return await withTaskGroup(of: Portion.self) { group in
            for first in stride(from: 0, to: records.count, by: Self.portion) {
                group.addTask {
                    var portion: Portion = (first, XMLBytes(), [])
                    for record in records[first..<min(first + Self.portion, records.count)]
                    where !write(record, in: format, to: &portion.xml) { portion.leftOut.append(record.pid) }
                    return portion
                }
            }
            var portions: [Portion] = []
            for await portion in group { portions.append(portion) }
            portions.sort { $0.first < $1.first }
            return (portions.reduce(into: XMLBytes()) { $0.append($1.xml) }, portions.flatMap(\.leftOut))
        }
    }
}
