import Custody
import Diagnostics
import EmbargoClock
import Logging
import NIOSSL
import Synchronization

/// The certificate that the server shows, and whether another one lies on the disk meanwhile: what was renewed there counts from the next look on, for
/// connections that begin then. What cannot be used is told, and the one before stays.
final class CertificateKeeper: Sendable {
    private struct State {
        var current: ServedCertificate
        /// What is wrong with what lies there now.
        var problem: String?
        var refused: ServedCertificate.Stamp??
    }

    private let files: EncryptionFiles
    private let logger: Logger
    private let state: Mutex<State>

    /// Health says so from then on.
    static let warningDays: Int64 = 14
    private static let day_s: Int64 = 86_400

    /// - Throws: `certificate`.
    init(_ files: EncryptionFiles, logger: Logger) throws(ServerError) {
        self.files = files
        self.logger = logger
        state = Mutex(State(current: try ServedCertificate(files)))
    }

    var context: NIOSSLContext { state.withLock { $0.current.context } }

    /// UTC seconds since 1970.
    var ends: Int64 { state.withLock { $0.current.ends } }

    /// Whole days; negative: it has expired.
    func daysLeft(at now: Instant) -> Int64 {
        let left = ends - now.secondsSince1970
        return left >= 0 ? left / Self.day_s : (left - Self.day_s + 1) / Self.day_s
    }

    /// Takes what has been renewed. A certificate without its key, as between the writing of two files, is refused, and looked at again when the
    /// second has been written.
    func look() {
        let stamp = ServedCertificate.stamp(of: files)
        let isKnown = state.withLock { state in
            if stamp == state.current.stamp { (state.problem, state.refused) = (nil, nil) }
            return stamp == state.current.stamp || state.refused == .some(stamp)
        }
        guard !isKnown else { return }
        do throws(ServerError) {
            let renewed = try ServedCertificate(files)
            state.withLock { $0 = State(current: renewed) }
            logger.notice("the certificate was renewed", metadata: ["ends": "\(Self.date(renewed.ends))"])
        } catch {
            state.withLock { ($0.problem, $0.refused) = (error.what, .some(stamp)) }
            logger.error("the renewed certificate is not used", metadata: ["error": "\(error)"])
        }
    }

    /// What is wrong with it, in words for everyone.
    func problems(at now: Instant) -> [String] {
        let (current, problem) = state.withLock { ($0.current, $0.problem) }
        var problems: [String] = []
        let days = daysLeft(at: now)
        if current.begins > now.secondsSince1970 {
            problems.append("The server's certificate is valid from \(Self.date(current.begins)) on only")
        } else if current.ends < now.secondsSince1970 {
            problems.append("The server's certificate expired on \(Self.date(current.ends))")
        } else if days < Self.warningDays {
            problems.append("The server's certificate ends on \(Self.date(current.ends)), in \(days) days")
        }
        if let problem { problems.append("The renewed certificate is not used: \(problem)") }
        return problems
    }

    static func date(_ seconds: Int64) -> String {
        (try? Instant(millisecondsSince1970: seconds * 1000)).map { "\($0)" } ?? "second \(seconds)"
    }
}
