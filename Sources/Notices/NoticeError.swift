import Diagnostics
import EmbargoClock

// Notices: who is told what about the two clocks, and when; as plain English, as a mail, as a calendar. It knows no database: the caller
// gives the record, what has been sent, and the addresses, and keeps the keys of what it sent.

/// Why a notice was not made, written or sent.
public enum NoticeErrorCode: String, FaultCode {
    /// A text, a number or a list that no notice, message or calendar has.
    case malformed
    /// A control character where it would begin another header or another line.
    case controlCharacter
    /// Not an address to which mail can be sent.
    case addressMalformed
    /// A text or a list beyond a stated limit.
    case tooLong
    /// The days cannot be counted: another zone than the record's, or a zone table that ends before.
    case datesUnknown
    /// No space is left where the spool folder is.
    case spoolFull
    /// The spool folder cannot be made, opened or written by this user.
    case spoolNotWritable
    /// The file system refused for another reason.
    case spoolFailed
    /// There is no such command, or this user may not run it.
    case commandMissing
    /// The command could not be started or talked to.
    case commandFailed
    /// The command says: not now (EX_TEMPFAIL), or was killed by a signal.
    case deliveryDeferred
    /// The command refused the message.
    case deliveryRefused
    /// The command did not end in its time. The message may have gone out nevertheless.
    case commandTimedOut

    public var exitStatus: ExitStatus {
        switch self {
        case .malformed, .controlCharacter, .addressMalformed, .tooLong, .datesUnknown: .invalidInput
        case .deliveryRefused: .refused
        case .spoolFull, .spoolNotWritable, .spoolFailed, .commandMissing, .commandFailed, .deliveryDeferred, .commandTimedOut:
            .environment
        }
    }

    public var isRetryable: Bool {
        switch self {
        case .spoolFull, .deliveryDeferred, .commandTimedOut: true
        default: false
        }
    }
}

/// An error of this target.
public typealias NoticeError = Fault<NoticeErrorCode>

/// A text from outside, short enough and free of control characters for a message.
func quoted(_ text: some StringProtocol) -> String {
    let printable = text.prefix(80).printable
    return "'\(printable)\(text.count > 80 ? "…" : "")'"
}

/// What EmbargoClock says when days cannot be counted, as an error of this target.
func counting<Value>(_ place: String, _ body: () throws(EmbargoError) -> Value) throws(NoticeError) -> Value {
    do throws(EmbargoError) { return try body() } catch {
        throw NoticeError(
            .datesUnknown, error.what, at: place, got: error.got, expected: error.expected, remedy: error.remedy, cause: error)
    }
}
