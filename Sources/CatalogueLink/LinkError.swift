import Diagnostics

// CatalogueLink: a catalogue that another machine serves, as the programs of this one ask it: its address, the token that was kept for it, and the
// transport of questions. What may be asked is CatalogueQuestions'; nothing is known here of how an answer is found.

public enum LinkErrorCode: String, FaultCode {
    /// No address of a server, or one with a name or password in it.
    case badAddress
    /// A token would travel where others read it.
    case tokenInTheClear
    /// The file of kept logins cannot be read or written, or others may read it.
    case loginsUnsafe
    /// No token that is one, or nobody who has signed in under this name.
    case noSuchLogin
    /// The server knows no valid token in what was sent.
    case notSignedIn
    /// The token is for something else.
    case wrongScope
    /// The server is not known to be the one that was meant, or nothing is encrypted there: nothing was sent to it.
    case untrusted
    /// No connection, no answer in time, or one that broke off.
    case unreachable
    /// The server sends elsewhere; with a token nobody follows.
    case redirected
    /// No answer of a catalogue: too large, cut off, of another form.
    case unreadableAnswer
    /// This is done where the catalogue's file is.
    case onlyAtTheFile

    public var isRetryable: Bool { self == .unreachable }
}

/// An error of this target; all end a command with 1, as nothing is wrong with what was asked.
public typealias LinkError = Fault<LinkErrorCode>
