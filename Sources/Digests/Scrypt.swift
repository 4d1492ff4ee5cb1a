import COpenSSL

/// The password-based key derivation function scrypt (RFC 7914), by OpenSSL.
public enum Scrypt {
    /// What a derivation costs: it is stored with what was derived, so that it can be raised without losing old passwords.
    public struct Cost: Sendable, Hashable {
        /// N = 2^logN.
        public let logN: Int
        public let r: Int
        public let p: Int

        /// Nil outside of what a server would compute: 2^10 to 2^20, r 1 to 32, p 1 to 16, and at most 1 GiB.
        public init?(logN: Int, r: Int, p: Int) {
            guard (10...20).contains(logN), (1...32).contains(r), (1...16).contains(p), (128 * r) << logN <= 1 << 30 else {
                return nil
            }
            self.logN = logN
            self.r = r
            self.p = p
        }

        /// Bytes while it is computed.
        public var memory: Int { (128 * r) << logN }
    }

    /// - Returns: `count` bytes, or nil where the memory is not to be had.
    public static func derive(_ password: [UInt8], salt: [UInt8], cost: Cost, count: Int = 32) -> [UInt8]? {
        var derived = [UInt8](repeating: 0, count: count)
        let answer = password.withUnsafeBytes { bytes in
            EVP_PBE_scrypt(
                bytes.bindMemory(to: CChar.self).baseAddress, password.count, salt, salt.count, UInt64(1) << UInt64(cost.logN),
                UInt64(cost.r), UInt64(cost.p), UInt64(cost.memory + (64 << 20)), &derived, count)
        }
        return answer == 1 ? derived : nil
    }
}
