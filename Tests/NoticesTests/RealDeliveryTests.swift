import Diagnostics
import EmbargoClock
import Foundation
import Notices
import TestSupport
import Testing

/// A real mail program, msmtp, and a real server, PyPI's aiosmtpd.
@Suite(
    "Through msmtp",
    .enabled(if: ChildProcess.find("msmtp") != nil, "needs msmtp (Debian package): run .ci/setup"),
    .enabled(if: TestPython.isAvailable("aiosmtpd"), "\(TestPython.absence)"))
struct RealDeliveryTests {
    /// Takes mails at a free port until its standard output is closed, and writes each as one line of JSON; refuses one address for good,
    /// one for now.
    private static let server = """
        import asyncio, json, sys
        from aiosmtpd.smtp import SMTP
        class Handler:
            async def handle_RCPT(self, server, session, envelope, address, options):
                if address.startswith("nobody@"): return "550 no such user"
                if address.startswith("later@"): return "451 mailbox is busy"
                envelope.rcpt_tos.append(address)
                return "250 OK"
            async def handle_DATA(self, server, session, envelope):
                with open(sys.argv[1], "a") as file:
                    file.write(json.dumps({"from": envelope.mail_from, "to": envelope.rcpt_tos, "mail": envelope.content.decode("ascii")}) + "\\n")
                return "250 taken"
        async def main():
            server = await asyncio.get_running_loop().create_server(lambda: SMTP(Handler()), "127.0.0.1", 0)
            print("listens at", server.sockets[0].getsockname()[1], ".", flush=True)
            await asyncio.sleep(300)
        asyncio.run(main())
        """

    @Test func `A notice arrives as it was written, at every address; refusals are told apart`() throws {
        let folder = try TemporaryFolder("msmtp")
        let python = try #require(TestPython.path)
        let server = try ChildProcess(python, ["-c", Self.server, folder.path + "/mails"])
        try server.waitFor(" .\n", in: .output)
        let port = try #require(server.standardOutput.split(separator: " ").dropFirst(2).first)
        try folder.write(
            "account default\nhost 127.0.0.1\nport \(port)\nfrom catalogue@example.org\nauth off\ntls off\n", to: "msmtprc")
        let msmtp = try SendmailCommand(
            [#require(ChildProcess.find("msmtp")), "--file=\(folder.path)/msmtprc", "-t"], limit: .seconds(60))

        var story = try Story.run()
        let notice = try #require(story.send(at: "2028-04-11T08:00:00Z").first)
        let text = try NoticeText(notice, about: subject(title: "Température élevée.\n. Δ"))
        func message(_ addresses: [String]) throws -> MailMessage {
            try MailMessage(
                key: notice.key, from: MailAddress("catalogue@example.org", name: "Données"),
                to: addresses.map { try MailAddress($0) },
                text: text, date: instant("2028-04-11T08:00:00Z"), domain: "data.example.org")
        }
        #expect(try msmtp.deliver(message(["ada@example.org", "emile@example.org"])) == .accepted)
        let refused = try #require(#expect(throws: NoticeError.self) { try msmtp.deliver(message(["nobody@example.org"])) })
        #expect(refused.code == .deliveryRefused && refused.got?.contains("550 no such user") == true)
        let later = try #require(#expect(throws: NoticeError.self) { try msmtp.deliver(message(["later@example.org"])) })
        #expect(later.got?.contains("451 mailbox is busy") == true)
        server.signal(SIGKILL)
        try server.wait()
        let gone = try #require(#expect(throws: NoticeError.self) { try msmtp.deliver(message(["ada@example.org"])) })
        #expect(gone.code == .deliveryDeferred && gone.isRetryable)

        let output = try TestPython.run(
            """
            import email, email.policy, json, sys
            mails = [json.loads(line) for line in open(sys.argv[1])]
            assert len(mails) == 1 and mails[0]["from"] == "catalogue@example.org", mails
            assert mails[0]["to"] == ["ada@example.org", "emile@example.org"]
            mail = email.message_from_string(mails[0]["mail"], policy=email.policy.default)
            assert not mail.defects
            print(mail["Message-ID"]); print(mail["Subject"]); print(mail.get_payload(decode=True).decode().replace("\\r\\n", "\\n"), end="")
            """, [folder.path + "/mails"])
        let id = try message(["ada@example.org"]).messageID
        #expect(output.standardOutput == "\(id)\n\(text.subject)\n\(text.body)")
    }
}
