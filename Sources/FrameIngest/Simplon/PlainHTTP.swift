import Diagnostics
import Glibc

/// `GET` over a plain socket, with an end to its patience and to what it reads.
///
/// HTTP/1.0, so that no server may answer in pieces; one connection a question, as we ask six a series. Foundation's client would bring libcurl
/// and its threads into the process that must not lose a frame, and has no bound on the length of an answer.
public struct PlainHTTP: SimplonTransport {
    public let host: String
    public let port: UInt16

    /// Longest answer, head and body. SIMPLON's are a few hundred bytes.
    static let mostBytes = 64 << 10

    /// - Parameter url: `http://HOST[:PORT][/]`; the port is 80 if not given.
    /// - Throws: `badAddress` for anything else.
    public init(url: String) throws(IngestError) {
        let scheme = "http://"
        var place = Substring(url)
        guard place.hasPrefix(scheme) else { throw Self.badAddress(url) }
        place = place.dropFirst(scheme.count)
        while place.hasSuffix("/") { place = place.dropLast() }
        guard !place.isEmpty, !place.contains(where: { "/?#@ ".contains($0) || $0.isNewline }) else { throw Self.badAddress(url) }
        // An IPv6 address stands in brackets.
        let bracket = place.lastIndex(of: "]")
        if let colon = place.lastIndex(of: ":"), bracket.map({ $0 < colon }) ?? true {
            guard let port = UInt16(place[place.index(after: colon)...]), port > 0 else { throw Self.badAddress(url) }
            self.port = port
            place = place[..<colon]
        } else {
            port = 80
        }
        if place.hasPrefix("["), place.hasSuffix("]") { place = place.dropFirst().dropLast() }
        guard !place.isEmpty else { throw Self.badAddress(url) }
        host = String(place)
    }

    public var address: String { "http://\(host.contains(":") ? "[\(host)]" : host):\(port)" }

    public func get(_ path: String, until deadline: ContinuousClock.Instant) throws(IngestError) -> [UInt8] {
        let socket = try connect(until: deadline)
        defer { close(socket) }
        let request = "GET \(path) HTTP/1.0\r\nHost: \(host)\r\nAccept: application/json\r\nConnection: close\r\n\r\n"
        try send(Array(request.utf8), socket, path, until: deadline)
        return try body(of: try receive(socket, path, until: deadline), path)
    }

    // MARK: the socket

    private func connect(until deadline: ContinuousClock.Instant) throws(IngestError) -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, String(port), &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        guard status == 0 else {
            throw failure("this machine cannot find the detector's host", "", String(cString: gai_strerror(status)))
        }
        var reason = "no address"
        var next = list
        while let entry = next?.pointee {
            next = entry.ai_next
            let descriptor = socket(
                entry.ai_family, entry.ai_socktype | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue),
                entry.ai_protocol)
            guard descriptor >= 0 else {
                reason = String(cString: strerror(errno))
                continue
            }
            if Glibc.connect(descriptor, entry.ai_addr, entry.ai_addrlen) == 0 { return descriptor }
            var code = errno
            if code == EINPROGRESS {
                var size = socklen_t(MemoryLayout<Int32>.size)
                if !wait(descriptor, Int16(POLLOUT), until: deadline) {
                    code = ETIMEDOUT
                } else if getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size) == 0, code == 0 {
                    return descriptor
                }
            }
            reason = String(cString: strerror(code))
            close(descriptor)
        }
        throw failure("the detector's SIMPLON interface cannot be reached", "", reason)
    }

    private func send(_ bytes: [UInt8], _ socket: Int32, _ path: String, until deadline: ContinuousClock.Instant)
        throws(IngestError)
    {
        var sent = 0
        while sent < bytes.count {
            guard wait(socket, Int16(POLLOUT), until: deadline) else { throw failure("no answer in time", path, nil) }
            // MSG_NOSIGNAL: a detector that hangs up must not end the process by SIGPIPE.
            let count = bytes[sent...].withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { throw failure("the connection broke", path, String(cString: strerror(errno))) }
            sent += count
        }
    }

    private func receive(_ socket: Int32, _ path: String, until deadline: ContinuousClock.Instant) throws(IngestError) -> [UInt8]
    {
        var answer = [UInt8](repeating: 0, count: Self.mostBytes)
        var filled = 0
        while true {
            guard wait(socket, Int16(POLLIN), until: deadline) else { throw failure("no answer in time", path, nil) }
            let count = answer[filled...].withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, 0) }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count >= 0 else { throw failure("the connection broke", path, String(cString: strerror(errno))) }
            if count == 0 { return Array(answer[..<filled]) }
            filled += count
            guard filled < answer.count else { throw failure("an answer that is too long", path, "\(filled) bytes or more") }
        }
    }

    private func wait(_ socket: Int32, _ events: Int16, until deadline: ContinuousClock.Instant) -> Bool {
        while true {
            let left = (deadline - .now) / .milliseconds(1)
            guard left > 0 else { return false }
            var item = pollfd(fd: socket, events: events, revents: 0)
            let status = poll(&item, 1, Int32(min(left.rounded(.up), 60_000)))
            if status > 0 { return true }
            if status < 0, errno != EINTR { return false }
        }
    }

    // MARK: the answer

    /// What follows the head of a successful answer; a shorter body than announced is a broken connection.
    private func body(of answer: [UInt8], _ path: String) throws(IngestError) -> [UInt8] {
        guard let end = Self.endOfHead(answer) else { throw failure("an answer that is not HTTP", path, nil) }
        let lines = String(decoding: answer[..<end], as: UTF8.self).split(whereSeparator: \.isNewline)
        let status = lines.first?.split(separator: " ") ?? []
        guard status.count >= 2, status[0].hasPrefix("HTTP/1.") else { throw failure("an answer that is not HTTP", path, nil) }
        guard status[1] == "200" else { throw failure("the detector refuses", path, status.dropFirst().joined(separator: " ")) }
        let body = Array(answer[(end + 4)...])
        for line in lines.dropFirst() {
            let field = line.split(separator: ":", maxSplits: 1).map { $0.trimming { $0 == " " } }
            guard field.count == 2, field[0].lowercased() == "content-length", let length = Int(field[1]) else { continue }
            guard body.count >= length, length >= 0 else {
                throw failure("an answer that is cut", path, "\(body.count) of \(length) bytes")
            }
            return Array(body.prefix(length))
        }
        return body
    }

    private static func endOfHead(_ answer: [UInt8]) -> Int? {
        let mark: [UInt8] = [13, 10, 13, 10]
        guard answer.count >= mark.count else { return nil }
        return (0...(answer.count - mark.count)).first { answer[$0..<($0 + mark.count)].elementsEqual(mark) }
    }

    private static func badAddress(_ url: String) -> IngestError {
        IngestError(.badAddress, "not an address of a SIMPLON interface", got: url, expected: "http://HOST or http://HOST:PORT")
    }

    private func failure(_ what: String, _ path: String, _ got: String?) -> IngestError {
        IngestError(.simplonFailed, what, at: address + path, got: got)
    }
}

extension Substring {
    fileprivate func trimming(_ isBlank: (Character) -> Bool) -> Substring {
        var text = drop(while: isBlank)
        while let last = text.last, isBlank(last) { text = text.dropLast() }
        return text
    }
}
