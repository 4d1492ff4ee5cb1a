/// A decoder and what must hold of it for any bytes: it returns or throws, within libFuzzer's limits of memory and time; and what it
/// accepts has the properties that `run` states.
protocol FuzzTarget: SendableMetatype {
    /// As on the command line, and the folder of its corpus.
    static var name: String { get }
    /// Inputs to begin with; real ones find more than random bytes.
    static func seeds() throws -> [[UInt8]]
    static func run(_ bytes: UnsafeRawBufferPointer)
}

/// A property that an accepted input does not have; ends the process, which is how libFuzzer learns of it.
func require(_ holds: Bool, _ property: @autoclosure () -> String) {
    if !holds { preconditionFailure(property()) }
}
