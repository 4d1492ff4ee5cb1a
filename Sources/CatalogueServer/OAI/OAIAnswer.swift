import Custody
import RunCatalogue

/// The document of an answer: nothing stands after its root.
struct OAIAnswer {
    static let instance = "http://www.w3.org/2001/XMLSchema-instance"
    static let contentType = "text/xml; charset=UTF-8"
    private static let namespace = "http://www.openarchives.org/OAI/2.0/"

    private(set) var xml = XMLBytes()
    let place: OAIRepository

    /// - Parameters:
    ///   - time: UTC seconds.
    ///   - request: what is repeated of it.
    init(_ place: OAIRepository, at time: Int64, _ request: OAIRequest?) {
        self.place = place
        xml.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
        xml.open(
            "OAI-PMH", ("xmlns", Self.namespace), ("xmlns:xsi", Self.instance),
            ("xsi:schemaLocation", "\(Self.namespace) \(Self.namespace)OAI-PMH.xsd"))
        xml.element("responseDate", OAIDate.text(time))
        var attributes = request.map { [("verb", $0.verb.rawValue)] } ?? []
        attributes += request?.arguments.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } ?? []
        xml.begin("request", attributes)
        xml.raw(">")
        xml.text(place.address)
        xml.close("request")
    }

    /// The whole document.
    consuming func finished() -> [UInt8] {
        xml.raw("</OAI-PMH>\n")
        return xml.bytes
    }

    mutating func add(_ error: OAIError) { xml.element("error", error.message, ("code", error.code.rawValue)) }

    /// What stands within the element of the verb.
    mutating func add(_ verb: OAIRequest.Verb, _ write: (inout OAIAnswer) -> Void) {
        xml.open(verb.rawValue)
        write(&self)
        xml.close(verb.rawValue)
    }

    mutating func addIdentity(earliest: Int64) {
        xml.element("repositoryName", place.name)
        xml.element("baseURL", place.address)
        xml.element("protocolVersion", "2.0")
        xml.element("adminEmail", place.contact)
        xml.element("earliestDatestamp", OAIDate.text(earliest))
        xml.element("deletedRecord", "persistent")
        xml.element("granularity", "YYYY-MM-DDThh:mm:ssZ")
        let namespace = "http://www.openarchives.org/OAI/2.0/oai-identifier"
        xml.open("description")
        xml.open(
            "oai-identifier", ("xmlns", namespace), ("xmlns:xsi", Self.instance),
            ("xsi:schemaLocation", "\(namespace) \(namespace).xsd"))
        xml.element("scheme", "oai")
        xml.element("repositoryIdentifier", place.domain)
        xml.element("delimiter", ":")
        xml.element("sampleIdentifier", place.identifier(of: place.sample))
        xml.close("oai-identifier")
        xml.close("description")
    }

    mutating func addFormats() {
        for format in OAIFormat.allCases {
            xml.open("metadataFormat")
            xml.element("metadataPrefix", format.rawValue)
            xml.element("schema", format.schema)
            xml.element("metadataNamespace", format.namespace)
            xml.close("metadataFormat")
        }
    }

    mutating func addSets(_ sets: [HarvestSet]) {
        for set in OAISet.list(sets) {
            xml.open("set")
            xml.element("setSpec", set.name)
            xml.element("setName", set.title)
            xml.close("set")
        }
    }

    /// One that cannot be written in the form is left out, as a whole.
    /// - Returns: whether it was written.
    mutating func addRecord(_ record: HarvestedRecord, in format: OAIFormat) -> Bool {
        place.write(record, in: format, to: &xml)
    }

    /// What was written elsewhere.
    mutating func add(_ written: XMLBytes) { xml.append(written) }

    mutating func addToken(_ text: String, size: Int, cursor: Int) {
        xml.element("resumptionToken", text, ("completeListSize", "\(size)"), ("cursor", "\(cursor)"))
    }
}
