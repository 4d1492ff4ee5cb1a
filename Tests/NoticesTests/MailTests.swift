import Diagnostics
import EmbargoClock
import Foundation
import Notices
import TestSupport
import Testing

private func message(
    subject: String = "Embargo ends on 2028-05-11", body: String = "Text.\n", to: [MailAddress]? = nil,
    key: String = "10.5072/A#opened"
) throws -> MailMessage {
    try MailMessage(
        key: NoticeKey(key), from: MailAddress("catalogue@example.org", name: "Données, Synchrotron"),
        to: to ?? [
            MailAddress("ada@example.org", name: "Ada \"A\" Lovelace"), MailAddress("emile@example.org"),
        ],
        replyTo: MailAddress("data@example.org"), subject: subject, body: body, date: instant("2028-04-11T08:05:09.250Z"),
        domain: "data.example.org")
}

@Suite("Mails") struct MailTests {
    @Test func `A mail, byte by byte`() throws {
        let body = "Grüße = \"1\"\nFrom here\n.\nends with blank \n" + String(repeating: "é", count: 14) + "\n"
        let mail = try message(subject: "Température élevée, Δ = 3", body: body)
        #expect(
            String(decoding: mail.bytes, as: UTF8.self)
                == """
                From: =?UTF-8?B?RG9ubsOpZXMsIFN5bmNocm90cm9u?= <catalogue@example.org>
                To: "Ada \\"A\\" Lovelace" <ada@example.org>, emile@example.org
                Reply-To: data@example.org
                Subject: =?UTF-8?B?VGVtcMOpcmF0dXJlIMOpbGV2w6llLCDOlCA9IDM=?=
                Date: Tue, 11 Apr 2028 08:05:09 +0000
                Message-ID: <10=2E5072/A=23opened@data.example.org>
                Auto-Submitted: auto-generated
                MIME-Version: 1.0
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: quoted-printable

                Gr=C3=BC=C3=9Fe =3D "1"
                =46rom here
                =2E
                ends with blank=20
                =C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=
                =C3=A9=C3=A9

                """.replacing("\n", with: "\r\n"))
    }

    @Test(arguments: ["a\r\nBcc: x@example.org", "a\nb", "a\rb", "a\0b", "a\u{85}b", "a\u{2028}b", "\u{1B}[31m", "a\tb"])
    func `No header can be injected, neither in the subject nor in a name`(text: String) throws {
        let inSubject = #expect(throws: NoticeError.self) { try message(subject: text) }
        #expect(inSubject?.code == .controlCharacter && inSubject?.place == "subject")
        let inName = #expect(throws: NoticeError.self) { try MailAddress("a@example.org", name: text) }
        #expect(inName?.code == .controlCharacter)
        let inAddress = #expect(throws: NoticeError.self) { try MailAddress("a\(text)@example.org") }
        #expect(inAddress?.code == .addressMalformed && inAddress?.description.contains("\n") == false)
    }

    @Test func `A body holds text, line feeds and tabs`() throws {
        for text in ["a\rb", "a\0b", "a\u{1B}b", "a\u{9B}b"] {
            let error = #expect(throws: NoticeError.self) { try message(body: text) }
            #expect(error?.code == .controlCharacter && error?.place == "body")
        }
        #expect(String(decoding: try message(body: "a\tb\n\n").bytes, as: UTF8.self).hasSuffix("\r\n\r\na\tb\r\n\r\n"))
    }

    @Test(arguments: [
        "", "a", "@example.org", "a@", "a@b@example.org", ".a@example.org", "a.@example.org", "a..b@example.org",
        "a b@example.org",
        "a@exa mple.org", "a@-example.org", "a@example-.org", "a@example..org", "a@.example.org", "a@[127.0.0.1]",
        "\"a\"@example.org",
        "a@example.org,b@example.org", "<a@example.org>", "é@example.org", "a@é.org",
        String(repeating: "a", count: 65) + "@example.org",
        "a@" + String(repeating: "a", count: 64) + ".org", "a(x)@example.org", "a;b@example.org",
    ])
    func `What is no address is refused`(text: String) {
        let error = #expect(throws: NoticeError.self) { try MailAddress(text) }
        #expect(error?.code == .addressMalformed)
    }

    @Test func `Addresses are taken as they are written, each once`() throws {
        for text in ["a@example.org", "first.last+tag@sub.example.org", "o'hara@host", "x=y%z@1a.example"] {
            #expect(try MailAddress(text).address == text)
        }
        let twice = [try MailAddress("a@example.org"), try MailAddress("A@Example.org"), try MailAddress("b@example.org")]
        #expect(try message(to: twice).recipients.map(\.address) == ["a@example.org", "b@example.org"])
        let none = #expect(throws: NoticeError.self) { try message(to: []) }
        #expect(none?.code == .malformed)
        let many = try (0...MailMessage.mostRecipients).map { try MailAddress("a\($0)@example.org") }
        let tooMany = #expect(throws: NoticeError.self) { try message(to: many) }
        #expect(tooMany?.code == .tooLong)
    }

    @Test func `The Message-ID is the key's: the same for the same, another for another`() throws {
        #expect(try message().messageID == message(body: "Otherwise.").messageID)
        let keys = ["a#b", "a/b", "a=23b".replacing("=", with: ":"), "a.b", "a:b", "a+b", "a@b", "a#b@p-1"]
        #expect(Set(try keys.map { try message(key: $0).messageID }).count == Set(keys).count)
        #expect(throws: NoticeError.self) {
            try MailMessage(
                key: NoticeKey("a"), from: MailAddress("a@example.org"), to: [MailAddress("a@example.org")], subject: "s",
                body: "b",
                date: instant("2028-01-01T00:00:00Z"), domain: "x>\r\nBcc: y")
        }
    }

    @Test(.enabled(if: TestPython.path != nil, "\(TestPython.absence)"))
    func `Python's email package reads every mail back as it was written`() throws {
        var random = SeededGenerator(seed: 5)
        let alphabet = Array("abc XYZ ==??_.,;:<>@\"\\'éüßΔ漢字🙂‍é-=?UTF-8?B?x?=").map(String.init)
        func line(_ most: Int) -> String {
            (0..<Int.random(in: 0...most, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? "" }.joined()
        }
        let folder = try TemporaryFolder("mail")
        var expected: [[String: String]] = []
        for number in 0..<400 {
            let subject = "s" + line(120) + "e"
            let name = try #require(MailAddress("a@example.org", name: "n" + line(60) + "e").name)
            let body = (0..<Int.random(in: 0...12, using: &random)).map { _ in line(200) + "\n" }.joined()
            let mail = try message(
                subject: subject, body: body,
                to: [
                    MailAddress("a@example.org", name: name), MailAddress("b@example.org"),
                    MailAddress("c@example.org", name: "C, D"),
                ])
            try folder.write(mail.bytes, to: "\(number).eml")
            expected.append(["subject": subject, "name": name, "body": body, "id": mail.messageID])
        }
        try folder.write([UInt8](JSONEncoder().encode(expected)), to: "expected.json")
        let output = try TestPython.run(
            """
            import email, email.header, email.policy, email.utils, json, sys
            folder = sys.argv[1]
            for number, wanted in enumerate(json.load(open(folder + "/expected.json"))):
                raw = open(f"{folder}/{number}.eml", "rb").read()
                assert raw.count(b"\\n") == raw.count(b"\\r\\n") == raw.count(b"\\r") and raw.isascii()
                assert max(map(len, raw.split(b"\\r\\n"))) <= 78, number
                mail = email.message_from_bytes(raw, policy=email.policy.default)
                assert not mail.defects, (number, mail.defects)
                for field in mail.values(): assert not field.defects, (number, field, field.defects)
                assert mail["Subject"] == wanted["subject"], (number, mail["Subject"], wanted["subject"])
                addresses = mail["To"].addresses
                assert [a.addr_spec for a in addresses] == ["a@example.org", "b@example.org", "c@example.org"], (number, addresses)
                # The newer parser keeps the blank between two encoded words of a name, against RFC 2047, section 6.2; the older does not.
                if len(wanted["name"].encode()) <= 39: assert addresses[0].display_name == wanted["name"], (number, addresses[0].display_name, wanted["name"], raw[:300])
                old = email.message_from_bytes(raw, policy=email.policy.compat32)
                name = email.utils.getaddresses([old["To"]])[0][0]
                name = str(email.header.make_header(email.header.decode_header(name)))
                assert name == wanted["name"], (number, name, wanted["name"])
                assert addresses[2].display_name == "C, D"
                assert mail["From"].addresses[0].display_name == "Données, Synchrotron"
                assert mail["Date"].datetime.isoformat() == "2028-04-11T08:05:09+00:00"
                assert mail["Message-ID"] == wanted["id"] and mail["Auto-Submitted"] == "auto-generated"
                assert mail.get_content_type() == "text/plain" and mail.get_content_charset() == "utf-8"
                body = mail.get_payload(decode=True).decode("utf-8").replace("\\r\\n", "\\n")
                assert body == wanted["body"], (number, body, wanted["body"])
            print(number + 1)
            """, [folder.path])
        #expect(output.standardOutput == "400\n")
    }
}
