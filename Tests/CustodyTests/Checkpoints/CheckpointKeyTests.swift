import Custody
import Diagnostics
import Digests
import Foundation
import RunCatalogue
import TestCatalogue
import Testing
import TestSupport

struct CheckpointKeyTests {
    private static func bytes(_ text: String) -> [UInt8] {
        stride(from: 0, to: text.count, by: 2).compactMap { UInt8(text.dropFirst($0).prefix(2), radix: 16) }
    }

    /// The first test vectors of RFC 8032, section 7.1.
    @Test(arguments: [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ])
    func signaturesAreThoseOfTheRFC(_ seed: String, _ publicKey: String, _ message: String, _ signature: String) throws {
        let key = try #require(SigningKey(seed: Self.bytes(seed)))
        #expect(key.publicKey.bytes == Self.bytes(publicKey))
        #expect(key.signature(of: Self.bytes(message)) == Self.bytes(signature))
        #expect(key.publicKey.isSignature(Self.bytes(signature), of: Self.bytes(message)))
        #expect(!key.publicKey.isSignature(Self.bytes(signature), of: Self.bytes(message) + [0]))
        var other = Self.bytes(signature)
        other[40] ^= 1
        #expect(!key.publicKey.isSignature(other, of: Self.bytes(message)))
        #expect(!key.publicKey.isSignature([], of: Self.bytes(message)))
    }

    /// The example keys of RFC 8410, sections 10.1 and 10.3.
    @Test func filesOfKeysAreThoseOfTheRFC() throws {
        let secret = """
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
            -----END PRIVATE KEY-----

            """
        let open = """
            -----BEGIN PUBLIC KEY-----
            MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
            -----END PUBLIC KEY-----

            """
        let key = try CheckpointKeys.signingKey(secret, at: "RFC 8410")
        #expect(CheckpointKeys.text(of: key) == secret)
        #expect(CheckpointKeys.text(of: key.publicKey) == open)
        #expect(try CheckpointKeys.verifyingKey(open, at: "RFC 8410") == key.publicKey)
    }

    @Test(arguments: [
        "", "-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "zqsecret",
    ])
    func aTextThatIsNoKeyIsRefusedAndNotTold(_ text: String) async {
        let error = await refusal { try CheckpointKeys.signingKey(text, at: "key") }
        #expect(error?.code == .badRequest)
        #expect(error.map { "\($0)".contains("zqsecret") } == false)
        let open = await refusal { try CheckpointKeys.verifyingKey(text, at: "key") }
        #expect(open?.code == .badRequest)
    }

    @Test func aKeyIsItsOwnersAloneAndIsNotOverwritten() async throws {
        let folder = try TemporaryFolder("keys")
        let file = folder.file("key").path
        let made = try CheckpointKeys.make(file: file)
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try CheckpointKeys.signingKey(file: file).publicKey == made.0)
        #expect(try CheckpointKeys.verifyingKey(file: made.file) == made.0)
        let again = await refusal { try CheckpointKeys.make(file: file) }
        #expect(again?.code == .storage)
        #expect(try CheckpointKeys.signingKey(file: file).publicKey == made.0)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file)
        let readable = await refusal { try CheckpointKeys.signingKey(file: file) }
        #expect(readable?.code == .modeTooOpen)
        let absent = await refusal { try CheckpointKeys.signingKey(file: folder.file("none").path) }
        #expect(absent?.code == .storage)
    }
}
