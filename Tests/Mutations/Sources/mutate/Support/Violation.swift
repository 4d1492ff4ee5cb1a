/// Something that must hold of every mutant and did not.
struct Violation: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

func require(_ holds: Bool, _ promise: @autoclosure () -> String) throws(Violation) {
    if !holds { throw Violation(promise()) }
}
