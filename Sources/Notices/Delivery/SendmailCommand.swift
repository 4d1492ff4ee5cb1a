import Diagnostics
import Glibc

/// A program that takes a message on its standard input and reads the recipients from its header: `/usr/sbin/sendmail -t -i`, `msmtp -t`.
///
/// No shell reads the words. The exit code is sysexits.h's: 0 is accepted, 75 (EX_TEMPFAIL) is for later, any other a refusal.
public struct SendmailCommand: MailDelivery {
    /// Of what the command says, the beginning is told.
    static let longestAnswer = 2000
    private static let temporaryFailure: Int32 = 75

    public let words: [String]
    public let limit: Duration

    /// - Parameters:
    ///   - words: the program (a path, or a name that is looked up in the search path) and its arguments.
    ///   - limit: after it the command and what it started are killed.
    /// - Throws: `malformed` for no program, a word that holds a NUL, or a limit outside 10 ms to an hour.
    public init(_ words: [String], limit: Duration = .seconds(60)) throws(NoticeError) {
        guard let program = words.first, !program.isEmpty else {
            throw NoticeError(.malformed, "There is no command for mail", expected: "words such as msmtp -t")
        }
        for word in words where word.utf8.contains(0) {
            throw NoticeError(.malformed, "A word of the command for mail holds a NUL", got: quoted(word), expected: "text")
        }
        guard limit >= .milliseconds(10), limit <= .seconds(3600) else {
            throw NoticeError(
                .malformed, "Not a time limit for a command", at: program, got: "\(limit)", expected: "10 ms to an hour")
        }
        self.words = words
        self.limit = limit
    }

    /// - Throws: `commandMissing`, `commandFailed`, `commandTimedOut`, `deliveryDeferred` (EX_TEMPFAIL, killed by a signal),
    ///   `deliveryRefused`; with the command's words.
    @discardableResult
    public func deliver(_ message: MailMessage) throws(NoticeError) -> MailReceipt {
        let program = words.joined(separator: " ").printable
        let outcome = try CommandRun(words).feed(message.bytesForCommand, limit: limit)
        let answer = outcome.answer.oneLine
        let said = answer.isEmpty ? "nothing was said" : "it said: \(answer)"
        switch outcome.ending {
        case .code(0): return .accepted
        case .code(Self.temporaryFailure):
            throw NoticeError(
                .deliveryDeferred, "The mail command cannot take \(message.key) now", at: program, got: "exit code 75, \(said)",
                expected: "exit code 0", remedy: "It is tried again; look at the mail server if this stays")
        case .code(let code):
            throw NoticeError(
                .deliveryRefused, "The mail command refuses \(message.key)", at: program, got: "exit code \(code), \(said)",
                expected: "exit code 0", remedy: "Check its configuration and the addresses")
        case .signal(let signal):
            throw NoticeError(
                .deliveryDeferred, "The mail command was killed", at: program, got: "signal \(signal), \(said)",
                expected: "exit code 0", remedy: "It is tried again; look at the system's log")
        case .limit:
            throw NoticeError(
                .commandTimedOut, "The mail command did not end with \(message.key)", at: program,
                got: "no end after \(limit), \(said)",
                expected: "an end",
                remedy: "It was killed, and is tried again; if the mail had gone out, the copy has the same Message-ID")
        }
    }
}
