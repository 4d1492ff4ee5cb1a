/// The characters of a DOI or Handle that stand as themselves in a web address; all others are written as `%` and two hexadecimal digits
/// (DOI Handbook, section 3.5; RFC 3986, section 3.3).
private func standsInAddress(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: "-._~!$&'()*+,;=:@/".utf8.contains(byte)
    }
}

extension String {
    /// The text as the path of a web address.
    var percentEncoded: String {
        var text = ""
        for byte in utf8 {
            if standsInAddress(byte) {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return text
    }

    /// What a path of a web address stands for, or nil when it is not written as one (`%` without two digits, bytes that are no UTF-8).
    var percentDecoded: String? {
        var bytes: [UInt8] = []
        var rest = utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst(), let low = rest.popFirst(), let first = hexadecimal(high),
                let second = hexadecimal(low)
            else { return nil }
            bytes.append(first << 4 | second)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// The identifier in a text that may be an address (then decoded), or have a scheme before it (`doi:`), or be bare.
    func bareIdentifier(addresses: [String], scheme: String) -> String {
        let text = strippingPrefix([])
        let path = text.strippingPrefix(addresses)
        if path.utf8.count < text.utf8.count { return path.percentDecoded ?? path }
        return text.strippingPrefix([scheme])
    }
}

private func hexadecimal(_ letter: UInt8) -> UInt8? {
    switch letter {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): letter - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): letter - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): letter - UInt8(ascii: "A") + 10
    default: nil
    }
}
