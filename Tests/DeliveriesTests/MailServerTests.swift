import Custody
import Deliveries
import Diagnostics
import EmbargoClock
import Foundation
import Notices
import RunCatalogue
import TestCatalogue
import Testing
import TestSupport

/// From a sweep to a mailbox: a real mail program, msmtp, and a real server, PyPI's aiosmtpd.
@Suite(
    "Deliveries through msmtp",
    .enabled(if: ChildProcess.find("msmtp") != nil, "needs msmtp (Debian package): run .ci/setup"),
    .enabled(if: TestPython.isAvailable("aiosmtpd"), "\(TestPython.absence)"))
struct MailServerTests {
    /// Takes mails at a free port, and writes each as one line of JSON.
    private static let server = """
        import asyncio, json, sys
        from aiosmtpd.smtp import SMTP
        class Handler:
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

    @Test func aWarningReachesTheTeamsMailboxesOnceAndWaitsWhileTheServerIsAway() async throws {
        let test = try TestFacility()
        let session = try await test.closed()
        let mails = test.folder.file("mails").path
        let python = try #require(TestPython.path)
        let server = try ChildProcess(python, ["-c", Self.server, mails])
        try server.waitFor(" .\n", in: .output)
        let port = try #require(server.standardOutput.split(separator: " ").dropFirst(2).first)
        try test.folder.write(
            "account default\nhost 127.0.0.1\nport \(port)\nfrom catalogue@example.org\nauth off\ntls off\n", to: "msmtprc")
        let msmtp = try #require(ChildProcess.find("msmtp"))
        let mail = try SendmailCommand([msmtp, "--file=\(test.folder.path)/msmtprc", "-t"])

        try test.clock.set("2029-05-03T08:00:00Z")
        let swept = try await test.custodian.sweep()
        #expect(swept.told == 1)
        let report = try await test.deliverer(mail: mail).deliver()
        #expect(report.failures == [] && report.waiting == 0)
        let again = try await test.deliverer(mail: mail).deliver()
        #expect(again.sent == [])

        server.signal(SIGKILL)
        try server.wait()
        try test.clock.set("2029-05-10T08:00:00Z")
        _ = try await test.custodian.sweep()
        let away = try await test.deliverer(mail: mail).deliver()
        // It waits, with what the program said.
        let failure = try #require(away.failures.first)
        #expect(failure.topic == "mail" && failure.next != nil && failure.saying.contains("msmtp"))
        #expect(away.stuck == 0)

        let output = try TestPython.run(
            """
            import email, email.policy, json, sys
            mails = [json.loads(line) for line in open(sys.argv[1])]
            assert len(mails) == 1, mails
            assert sorted(mails[0]["to"]) == ["frederic@zqteam.org", "irene@zqteam.org", "jean@zqteam.org"], mails
            mail = email.message_from_string(mails[0]["mail"], policy=email.policy.default)
            assert not mail.defects
            print(mail["Message-ID"]); print(mail["Subject"])
            print("2029-05-10" in mail.get_payload(decode=True).decode())
            """, [mails])
        let lines = output.standardOutput.split(separator: "\n")
        #expect(
            lines.first?.contains("\("\(session.pid!)".replacing(".", with: "=2E"))=23ends-soon/2029-05-10/7@data.example.org")
                == true, "\(lines)")
        #expect(lines.dropFirst().first == "Embargo ends on 2029-05-10, in 7 days: Structure of a protein")
        #expect(lines.last == "True")
    }
}
