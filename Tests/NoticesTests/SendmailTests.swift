import Diagnostics
import EmbargoClock
import Foundation
import Notices
import TestSupport
import Testing

@Suite("Sendmail command", .serialized) struct SendmailTests {
    /// A command that is a few lines of shell; its arguments follow.
    private func script(_ text: String, in folder: TemporaryFolder, _ arguments: [String] = []) throws -> [String] {
        ["/bin/sh", try folder.write(text, to: "command.sh").path] + arguments
    }

    private func refusal(_ text: String, limit: Duration = .seconds(30)) throws -> NoticeError {
        let folder = try TemporaryFolder("sendmail")
        let command = try SendmailCommand(script(text, in: folder), limit: limit)
        return try #require(#expect(throws: NoticeError.self) { try command.deliver(longMessage()) })
    }

    @Test func `The message comes on standard input, whole, with line feeds; no shell reads the words`() throws {
        let folder = try TemporaryFolder("sendmail")
        let words = try script(
            #"cat > "$1"; printf '%s' "$2" > "$3""#, in: folder, [folder.path + "/in", "$(id) ;|'*", folder.path + "/words"])
        let message = try longMessage(body: "Grüße. ")
        #expect(try SendmailCommand(words).deliver(message) == .accepted)
        let received = String(decoding: try Data(contentsOf: folder.file("in")), as: UTF8.self)
        #expect(received == String(decoding: message.bytes, as: UTF8.self).replacing("\r\n", with: "\n"))
        #expect(try String(contentsOf: folder.file("words"), encoding: .utf8) == "$(id) ;|'*")
    }

    @Test func `Exit code 75 is for later, any other a refusal; both tell what the command said, bounded`() throws {
        let later = try refusal("cat >/dev/null; echo 'try later' >&2; exit 75")
        #expect(later.code == .deliveryDeferred && later.isRetryable && later.got == "exit code 75, it said: try later")
        let refused = try refusal("cat >/dev/null; echo 'no such user'; exit 67")
        #expect(refused.code == .deliveryRefused && !refused.isRetryable && refused.got == "exit code 67, it said: no such user")
        let silent = try refusal("exit 1")
        #expect(silent.got == "exit code 1, nothing was said")
        let talkative = try refusal("head -c 3000000 /dev/zero | tr '\\0' 'x' >&2; printf '\\033[2J'; exit 70")
        #expect(talkative.got?.count ?? 0 <= 2100 && talkative.code == .deliveryRefused)
        let killed = try refusal("kill -9 $$")
        #expect(killed.code == .deliveryDeferred && killed.got?.hasPrefix("signal 9") == true)
    }

    @Test func `A command that ends without reading is judged by its exit code, and no signal hits us`() throws {
        let folder = try TemporaryFolder("sendmail")
        let large = try longMessage(body: String(repeating: "x", count: 90) + "\n")
        #expect(try SendmailCommand(script("exec <&-; exit 0", in: folder)).deliver(large) == .accepted)
        let error = #expect(throws: NoticeError.self) {
            try SendmailCommand(script("exec <&-; exit 64", in: folder)).deliver(large)
        }
        #expect(error?.code == .deliveryRefused)
    }

    @Test func `A command that hangs is killed with all it started, and may be tried again`() throws {
        let folder = try TemporaryFolder("sendmail")
        for text in [
            "sleep 600 & echo $! > \"$1\"; echo waiting >&2; wait",
            "trap '' TERM; sleep 600 & echo $! > \"$1\"; cat > /dev/null; wait",
        ] {
            let command = try SendmailCommand(script(text, in: folder, [folder.path + "/child"]), limit: .seconds(1))
            let error = try #require(#expect(throws: NoticeError.self) { try command.deliver(longMessage()) })
            #expect(error.code == .commandTimedOut && error.isRetryable)
            let child = try #require(
                Int32(String(contentsOf: folder.file("child"), encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)))
            let limit = ContinuousClock.now + .seconds(20)
            while isRunning(child), ContinuousClock.now < limit { usleep(2000) }
            #expect(!isRunning(child))
        }
    }

    /// Neither gone nor a zombie that nobody reaps.
    private func isRunning(_ process: pid_t) -> Bool {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return false }
        return !text.contains(") Z ")
    }

    @Test func `What a command leaves in the background is not waited for`() throws {
        let folder = try TemporaryFolder("sendmail")
        let command = try SendmailCommand(script("cat >/dev/null; sleep 20 & exit 0", in: folder), limit: .seconds(10))
        #expect(try command.deliver(longMessage()) == .accepted)
    }

    @Test func `A missing command, a folder, a file without the right are clear errors`() throws {
        let folder = try TemporaryFolder("sendmail")
        try folder.write("#!/bin/sh\n", to: "plain")
        for program in ["/none/sendmail", "no-such-mailer-4711", folder.path, folder.path + "/plain"] {
            let error = try #require(
                #expect(throws: NoticeError.self) { try SendmailCommand([program, "-t"]).deliver(longMessage()) })
            #expect(error.code == .commandMissing && error.place == program && error.remedy != nil)
        }
    }

    @Test func `No words, NUL, and limits that are none are refused`() throws {
        #expect(throws: NoticeError.self) { try SendmailCommand([]) }
        #expect(throws: NoticeError.self) { try SendmailCommand([""]) }
        #expect(throws: NoticeError.self) { try SendmailCommand(["a\0b"]) }
        #expect(throws: NoticeError.self) { try SendmailCommand(["a"], limit: .zero) }
        #expect(throws: NoticeError.self) { try SendmailCommand(["a"], limit: .seconds(3601)) }
    }
}
