import Custody
import Diagnostics
import Digests
import RunCatalogue
import TestCatalogue
import Testing
import TestSupport

struct PasswordTests {
    /// The test vectors of RFC 7914, section 12, that lie within what a server computes.
    @Test func scryptIsThatOfTheRFC() throws {
        let cost = try #require(Scrypt.Cost(logN: 10, r: 8, p: 16))
        let derived = try #require(Scrypt.derive(Array("password".utf8), salt: Array("NaCl".utf8), cost: cost, count: 64))
        let text = derived.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        #expect(
            text
                == "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
                + "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640")
        #expect(Scrypt.Cost(logN: 30, r: 8, p: 1) == nil)
        #expect(Scrypt.Cost(logN: 20, r: 32, p: 1) == nil)
    }

    @Test func aPasswordIsRecognisedAndNothingElse() async throws {
        let passwords = Passwords()
        var generator = SeededGenerator(seed: 1)
        let stored = try await passwords.digest(of: "correct horse", using: &generator)
        #expect(stored.hasPrefix("$scrypt$ln=15,r=8,p=3$"))
        let again = try await passwords.digest(of: "correct horse", using: &generator)
        #expect(again != stored)
        #expect(try await passwords.isRight("correct horse", stored))
        #expect(try await !passwords.isRight("correct horsf", stored))
        #expect(try await !passwords.isRight("correct horse", nil))
        for spoilt in ["", "$scrypt$ln=99,r=8,p=1$00$00", String(stored.dropLast(2)), "$argon2id$" + stored.dropFirst(8)] {
            #expect(try await !passwords.isRight("correct horse", spoilt), "\(spoilt)")
        }
        let error = await refusal { try await passwords.digest(of: "short", using: &generator) }
        #expect(error?.code == .badRequest)
    }

    @Test func aTokenIsItsSecretAndEndsWithItsTimeItsAccountOrItsRevocation() async throws {
        let test = try TestCustodian()
        _ = try await test.account("proxima-1", email: "host@example.org", [.ingestor], teams: ["team-a"])
        let (secret, token) = try await test.custodian.newToken(
            of: "proxima-1", label: "host", scopes: [.ingest], days: 10, by: .custodian)
        let holder = try await test.custodian.holder(of: secret.text)
        #expect(holder?.0.name == "proxima-1" && holder?.1.scopes == ["ingest"])
        #expect(try await test.custodian.holder(of: secret.text + "0") == nil)
        try await test.custodian.setDisabled(true, account: "proxima-1", by: .custodian)
        #expect(try await test.custodian.holder(of: secret.text) == nil)
        try await test.custodian.setDisabled(false, account: "proxima-1", by: .custodian)
        try test.clock.set("2026-05-11T08:00:00Z")
        #expect(try await test.custodian.holder(of: secret.text) == nil)
        let (second, another) = try await test.custodian.newToken(
            of: "proxima-1", label: "host", scopes: [.read], days: 10, by: .custodian)
        #expect(try await test.custodian.holder(of: second.text) != nil)
        try await test.custodian.revokeToken(another.number, of: "proxima-1", by: .custodian)
        #expect(try await test.custodian.holder(of: second.text) == nil)
        #expect(token.number != another.number)
    }
}
