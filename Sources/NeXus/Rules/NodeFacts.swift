import HDF5

/// What a check can know of a field, whichever kind of node it is. nil: not known from this file.
struct NodeFacts {
    let path: String
    let value: NeXusValue?
    let shape: [Int]?
    let units: String?
    let attributes: [NeXusAttribute]

    init?(_ node: NeXusNode, path: String, external: (_ file: String, _ path: String) -> NeXusValue?) {
        self.path = path
        attributes = node.attributes
        switch node {
        case .field(let field):
            value = field.value
            shape = field.value.shape
            units = field.units
        case .virtualField(let field):
            value = .described(
                HDF5Description(typeName: field.elementType.rawValue, elementType: field.elementType, shape: field.shape))
            shape = field.shape
            units = field.units
        case .externalLink(_, let file, let target):
            value = external(file, target)
            shape = value?.shape
            units = nil
        case .group, .softLink, .hardLink: return nil
        }
    }

    func attribute(_ name: String) -> NeXusValue? { attributes.first { $0.name == name }?.value }
}

extension NeXusValue {
    /// For messages: `uint16 [3, 4]`, `'NXmx'`, `true`.
    var summary: String {
        switch self {
        case .string(let text): "'\(text.prefix(80))'"
        case .strings(_, let shape): "strings \(shape)"
        case .numbers(let array):
            if array.count == 1, let number = array.doubles.first {
                array.shape.isEmpty ? "\(number) (\(array.elementType))" : "\(number) (\(array.elementType) \(array.shape))"
            } else {
                "\(array.elementType) \(array.shape)"
            }
        case .zeros(let type, let shape): "\(type) \(shape)"
        case .blankTexts(let byteCount, let shape): "texts of \(byteCount) bytes \(shape)"
        case .bool(let flag): "\(flag)"
        case .bools(_, let shape): "bool \(shape)"
        case .opaque(let bytes): "\(bytes.count) bytes"
        case .described(let description): "\(description.typeName) \(description.shape)"
        }
    }

    func isOfType(_ type: ValueType) -> Bool {
        let isText: Bool
        var isBool = false
        switch self {
        case .string, .strings, .blankTexts: isText = true
        case .bool, .bools:
            isText = false
            isBool = true
        case .described(let description):
            isText = description.typeName == "string"
            isBool = description.typeName == "bool"
        case .numbers, .zeros, .opaque: isText = false
        }
        let element = elementType
        switch type {
        case .character, .dateTime: return isText
        case .integer: return element.map { !$0.isFloat } ?? false
        case .positiveInteger:
            guard let element, !element.isFloat else { return false }
            if case .numbers(let array) = self { return array.doubles.allSatisfy { $0 > 0 } }
            if case .zeros = self { return false }
            return true
        case .float: return element?.isFloat ?? false
        case .number: return element != nil
        case .boolean:
            if isBool { return true }
            guard let element, !element.isFloat else { return false }
            if case .numbers(let array) = self { return array.doubles.allSatisfy { $0 == 0 || $0 == 1 } }
            return true
        case .binary:
            if case .opaque = self { return true }
            return element == .uint8
        }
    }
}
