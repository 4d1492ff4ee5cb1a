import ConfigurationText
import Diagnostics
import Quantities

extension YAMLSection {
    /// A quantity that must be there.
    func required<Kind: QuantityKind>(_ name: String) throws(ConfigurationError) -> Measured<Kind> {
        guard let value: Measured<Kind> = try quantity(name) else {
            throw refused(name, "A value is missing", got: "nothing", expected: "a \(Kind.name), such as '1 \(Kind.unit.symbol)'")
        }
        return value
    }

    /// A value whose own initialiser checks what several keys say; its refusal is told at the place of `name`.
    func made<Value>(_ name: String, _ make: () throws -> Value) throws(ConfigurationError) -> Value {
        do { return try make() } catch {
            let told = error as? any Diagnosed
            throw refused(
                name, told?.what ?? "The values cannot be used", got: told?.got ?? "these values", expected: told?.expected,
                remedy: told?.remedy)
        }
    }

    /// A path, relative to the folder of the configuration file.
    func filePath(_ name: String) throws(ConfigurationError) -> String? {
        guard let text = try text(name), !text.isEmpty else { return nil }
        if text.hasPrefix("/") { return text }
        // Foundation's `deletingLastPathComponent` traps for a name of one letter.
        return file.lastIndex(of: "/").map { String(file[...$0]) + text } ?? text
    }

    /// An array in a file: a section, or the file's name alone.
    func array(_ name: String, keys: [String] = AzimuthalKeys.array) throws(ConfigurationError) -> ArraySource? {
        guard has(name) else { return nil }
        if isText(name) { return try filePath(name).map { ArraySource(file: $0) } }
        return try section(name, keys: keys)?.arraySource()
    }

    /// The section itself as an array in a file.
    func arraySource() throws(ConfigurationError) -> ArraySource {
        guard let file = try filePath("file") else {
            throw refused("file", "An array needs its file", got: "nothing", expected: "an EDF, NPY, TIFF or HDF5 file")
        }
        return ArraySource(file: file, dataset: try text("dataset"), frame: try count("frame", in: 0...1 << 30))
    }
}
