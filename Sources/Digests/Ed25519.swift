import COpenSSL

/// A signing key of Ed25519 (RFC 8032), by OpenSSL.
public struct SigningKey: Sendable {
    /// The 32 bytes that the standard calls the private key.
    public let seed: [UInt8]
    public let publicKey: VerifyingKey

    /// Nil for another number of bytes than 32.
    public init?(seed: [UInt8]) {
        guard seed.count == 32, let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count) else {
            return nil
        }
        defer { EVP_PKEY_free(key) }
        var bytes = [UInt8](repeating: 0, count: 32)
        var count = bytes.count
        guard EVP_PKEY_get_raw_public_key(key, &bytes, &count) == 1, let publicKey = VerifyingKey(bytes: bytes) else {
            return nil
        }
        self.seed = seed
        self.publicKey = publicKey
    }

    /// Nil where OpenSSL has no memory.
    public static func draw(using generator: inout some RandomNumberGenerator) -> SigningKey? {
        SigningKey(seed: (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) })
    }

    /// - Returns: 64 bytes, or nil where OpenSSL has no memory.
    public func signature(of message: [UInt8]) -> [UInt8]? {
        guard let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count) else { return nil }
        defer { EVP_PKEY_free(key) }
        guard let context = EVP_MD_CTX_new() else { return nil }
        defer { EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: 64)
        var count = signature.count
        // No digest is named: Ed25519 has its own, and signs in one step (EVP_PKEY-ED25519(7)).
        guard EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
            EVP_DigestSign(context, &signature, &count, message, message.count) == 1, count == 64
        else { return nil }
        return signature
    }
}

/// What everyone may know of a signing key.
public struct VerifyingKey: Sendable, Hashable {
    public let bytes: [UInt8]

    /// Nil for another number of bytes than 32.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// Whether this key's owner signed the message. False too for bytes that are no point of the curve.
    public func isSignature(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        guard signature.count == 64, let key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, bytes, bytes.count) else {
            return false
        }
        defer { EVP_PKEY_free(key) }
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1 else { return false }
        return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
}
