import Diagnostics

extension CBORReader {
    /// Reads one item as a value, within the budget. Typed arrays and long byte strings stay in the message and are described.
    mutating func value(depth: Int, budget: inout ValueBudget, limits: WireLimits) throws(WireError) -> WireValue {
        guard depth > 0 else { throw tooDeep() }
        try budget.spend()
        let begin = offset
        let head = try head()
        switch head.major {
        case 0:
            if let number = Int64(exactly: head.argument) { return .integer(number) }
            return .unsigned(head.argument)
        case 1:
            if let number = Int64(exactly: head.argument) { return .integer(-1 - number) }
            // Below the smallest 64-bit integer: kept as the bignum (tag 3) that RFC 8949 makes equal to it.
            return .tagged(3, .bytes(withUnsafeBytes(of: head.argument.bigEndian) { Array($0) }))
        case 2: return try byteString(head, budget: &budget, limits: limits)
        case 3: return .text(try textString(head, budget: &budget, limits: limits))
        case 4:
            var items: [WireValue] = []
            var container = try container(head, entryItems: 1)
            while try next(in: &container) { items.append(try value(depth: depth - 1, budget: &budget, limits: limits)) }
            return .array(items)
        case 5:
            var entries: [WireEntry] = []
            var container = try container(head, entryItems: 2)
            while try next(in: &container) {
                let key = try value(depth: depth - 1, budget: &budget, limits: limits)
                entries.append(WireEntry(key, try value(depth: depth - 1, budget: &budget, limits: limits)))
            }
            return .map(entries)
        case 6: return try taggedValue(head.argument, begin: begin, depth: depth, budget: &budget, limits: limits)
        default: return try simpleValue(head)
        }
    }

    private mutating func taggedValue(
        _ tag: UInt64, begin: Int, depth: Int, budget: inout ValueBudget, limits: WireLimits
    ) throws(WireError) -> WireValue {
        if tag == CBORTag.rowMajorArray || CBORTag.typedArrays.contains(tag) {
            let content = offset
            offset = begin
            // An array that we cannot describe (five axes, 128-bit floats) is still a value of the header: kept as it is.
            // Asking costs a few items only, because the description does not recurse.
            if let array = try? array(limits: limits) { return .numericArray(array) }
            offset = content
        }
        return .tagged(tag, try value(depth: depth - 1, budget: &budget, limits: limits))
    }

    private mutating func byteString(_ head: Head, budget: inout ValueBudget, limits: WireLimits) throws(WireError) -> WireValue {
        if !head.isIndefinite {
            let count = try length(head)
            let place = PayloadRange(part: part, offset: offset, count: count)
            offset += count
            guard count <= limits.maximumInlineBytes else { return .bytesInMessage(place) }
            try budget.spend(bytes: count)
            return .bytes(Array(bytes[place.offset..<offset]))
        }
        return .bytes(try pieces(head, budget: &budget, limits: limits))
    }

    private mutating func textString(_ head: Head, budget: inout ValueBudget, limits: WireLimits) throws(WireError) -> String {
        if !head.isIndefinite {
            let count = try length(head)
            if count <= limits.maximumTextBytes { try budget.spend(bytes: count) }
            let text = try text(PayloadRange(part: part, offset: offset, count: count), maximum: limits.maximumTextBytes)
            offset += count
            return text
        }
        let bytes = try pieces(head, budget: &budget, limits: limits)
        guard let text = String(validating: bytes, as: UTF8.self) else { throw malformed("a text is not UTF-8") }
        return text
    }

    /// Joins the pieces of a string of indefinite length.
    private mutating func pieces(_ head: Head, budget: inout ValueBudget, limits: WireLimits) throws(WireError) -> [UInt8] {
        var joined: [UInt8] = []
        while true {
            let piece = try self.head()
            if piece.isBreak { return joined }
            guard piece.major == head.major, !piece.isIndefinite else { throw malformed("a piece of a string is no string") }
            let count = try length(piece)
            guard joined.count + count <= limits.maximumTextBytes else {
                throw WireError(.limitExceeded, "A string is too long", at: place, expected: "\(limits.maximumTextBytes) at most")
            }
            try budget.spend(bytes: count)
            joined.append(contentsOf: bytes[offset..<offset + count])
            offset += count
        }
    }

    private func simpleValue(_ head: Head) throws(WireError) -> WireValue {
        try checkSimple(head)
        switch head.info {
        case 20: return .bool(false)
        case 21: return .bool(true)
        case 22: return .null
        case 23: return .undefined
        case 25: return .double(Self.widenedHalf(UInt16(truncatingIfNeeded: head.argument)))
        case 26: return .double(Double(Float(bitPattern: UInt32(truncatingIfNeeded: head.argument))))
        case 27: return .double(Double(bitPattern: head.argument))
        default: return .simple(UInt8(truncatingIfNeeded: head.argument))
        }
    }

    /// IEEE 754 binary16 to double, exactly.
    static func widenedHalf(_ bits: UInt16) -> Double {
        let sign: Double = bits & 0x8000 == 0 ? 1 : -1
        let exponent = Int(bits >> 10 & 31)
        let fraction = Double(bits & 1023)
        switch exponent {
        case 0: return sign * fraction * 0x1p-24
        case 31: return fraction == 0 ? sign * .infinity : .nan
        default: return sign * Double(sign: .plus, exponent: exponent - 25, significand: fraction + 1024)
        }
    }
}
