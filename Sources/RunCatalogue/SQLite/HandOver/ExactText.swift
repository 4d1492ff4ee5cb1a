/// A text that equals another only byte by byte, as it does in the database. Swift's strings are equal when they look equal (é as one
/// scalar or as two), and a name found by looks would be another text than the one that was digested.
struct ExactText: Hashable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (left: ExactText, right: ExactText) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
