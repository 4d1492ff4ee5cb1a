import Diagnostics

/// Where messages go. An implementation returns when the message is safe with whoever carries it on, and blocks until then: callers that
/// serve others call it from a thread of their own.
public protocol MailDelivery: Sendable {
    /// - Throws: an error with `isRetryable` for what may succeed later with the same message.
    @discardableResult
    func deliver(_ message: MailMessage) throws(NoticeError) -> MailReceipt
}

public enum MailReceipt: String, Sendable, Hashable, Codable {
    case accepted
    /// A message of the same key is there; nothing was done.
    case acceptedBefore
}
