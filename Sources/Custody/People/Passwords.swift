import Diagnostics
import Digests
import RunCatalogue

/// Passwords as they are stored: `$scrypt$ln=15,r=8,p=1$SALT$DIGEST`, both in hexadecimal digits. The parameters stand with each, so that they can be
/// raised one day.
public actor Passwords {
    /// OWASP's choice of 2^15, r = 8, p = 3 in round numbers: 32 MiB and about a tenth of a second each.
    static let usual = (logN: 15, r: 8, p: 3)
    public static let longest = 1024

    /// Computed one at a time, away from whoever answers requests: many log-ins at once take time, not memory.
    public init() {}

    /// - Throws: `badRequest` for a password that is too short or too long, `storage` where the memory is not to be had.
    public func digest(
        of password: String, using generator: inout some RandomNumberGenerator
    ) throws(CatalogueError) -> String {
        guard password.count >= 10, password.utf8.count <= Self.longest else {
            throw CatalogueError(
                .badRequest, "The password cannot be used", got: "\(password.count) characters",
                expected: "10 characters at least, and \(Self.longest) bytes at most")
        }
        var salt: [UInt8] = []
        for _ in 0..<16 { salt.append(UInt8.random(in: 0...255, using: &generator)) }
        let (logN, r, p) = Self.usual
        guard let cost = Scrypt.Cost(logN: logN, r: r, p: p),
            let derived = Scrypt.derive(Array(password.utf8), salt: salt, cost: cost)
        else { throw CatalogueError(.storage, "There is no memory to compute the password's digest") }
        return "$scrypt$ln=\(logN),r=\(r),p=\(p)$\(Self.hexadecimal(salt))$\(Self.hexadecimal(derived))"
    }

    /// Whether it is the password. An account without one, or one that is not known, costs as much time.
    public func isRight(_ password: String, _ stored: String?) throws(CatalogueError) -> Bool {
        guard password.utf8.count <= Self.longest else { return false }
        let parsed = stored.flatMap(Self.parse)
        let (logN, r, p) = Self.usual
        let cost = parsed?.cost ?? Scrypt.Cost(logN: logN, r: r, p: p)
        guard let cost,
            let derived = Scrypt.derive(Array(password.utf8), salt: parsed?.salt ?? [UInt8](repeating: 0, count: 16), cost: cost)
        else { throw CatalogueError(.storage, "There is no memory to compare the password") }
        guard let parsed else { return false }
        return Self.isEqual(derived, parsed.derived)
    }

    /// Takes as long whatever differs.
    private static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && zip(left, right).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func parse(_ stored: String) -> (cost: Scrypt.Cost, salt: [UInt8], derived: [UInt8])? {
        let parts = stored.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt" else { return nil }
        var numbers: [Substring: Int] = [:]
        for pair in parts[2].split(separator: ",") {
            let sides = pair.split(separator: "=")
            guard sides.count == 2, let number = Int(sides[1]) else { return nil }
            numbers[sides[0]] = number
        }
        guard let logN = numbers["ln"], let r = numbers["r"], let p = numbers["p"],
            let cost = Scrypt.Cost(logN: logN, r: r, p: p),
            let salt = bytes(parts[3]), let derived = bytes(parts[4]), derived.count == 32
        else { return nil }
        return (cost, salt, derived)
    }

    static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private static func bytes(_ text: Substring) -> [UInt8]? {
        let digits = text.utf8.map { Character(UnicodeScalar($0)).hexDigitValue }
        guard digits.count.isMultiple(of: 2), digits.count <= 256, digits.allSatisfy({ $0 != nil }) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8((digits[$0] ?? 0) << 4 | (digits[$0 + 1] ?? 0)) }
    }
}
