import Dispatch
import Foundation
import TestSupport

/// Many requests one after the other on one connection, and what came back of each, byte by byte.
struct WalkedWire {
    let port: Int
    /// So few at once that none waits for room.
    private static let most = 60

    struct Answer: Equatable {
        let status: Int
        /// The status line and the headers, without those that are another for each answer: the date, and the number of the request.
        let head: [String]
        let body: [UInt8]

        var text: String { String(decoding: body.prefix(600), as: UTF8.self) }
        var bytes: [UInt8] { Array(head.joined(separator: "\n").utf8) + [0x0A] + body }

        func header(_ name: String) -> String? {
            head.first { $0.lowercased().hasPrefix(name + ":") }.map {
                $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces)
            }
        }

        /// With one text in the place of another, in all of it.
        func replacing(_ texts: [(String, String)]) -> Answer {
            func replaced(_ text: String) -> String { texts.reduce(text) { $0.replacing($1.0, with: $1.1) } }
            return Answer(
                status: status, head: head.map(replaced),
                body: String(validating: body, as: UTF8.self).map { Array(replaced($0).utf8) } ?? body)
        }
    }

    /// - Parameter requests: each with its method, target, headers and body.
    func ask(_ requests: [(method: String, target: String, headers: [String], body: String)]) async throws -> [Answer] {
        var answers: [Answer] = []
        for first in stride(from: 0, to: requests.count, by: Self.most) {
            let part = Array(requests[first..<min(first + Self.most, requests.count)])
            answers += try await exchange(part)
        }
        return answers
    }

    private func exchange(_ requests: [(method: String, target: String, headers: [String], body: String)]) async throws
        -> [Answer]
    {
        var sent = ""
        for (place, request) in requests.enumerated() {
            sent += "\(request.method) \(request.target) HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip, deflate, br\r\n"
            for header in request.headers { sent += header + "\r\n" }
            if !request.body.isEmpty || request.method == "POST" { sent += "Content-Length: \(request.body.utf8.count)\r\n" }
            if place == requests.count - 1 { sent += "Connection: close\r\n" }
            sent += "\r\n" + request.body
        }
        let (port, bytes) = (port, Array(sent.utf8))
        let received = try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try PlainHTTP(port: port).exchange(bytes) })
            }
        }
        var reading = received[...]
        var answers: [Answer] = []
        for request in requests {
            guard let answer = Self.answer(&reading, hasBody: request.method != "HEAD") else {
                throw ChildFailure(description: "the connection ended before \(request.method) \(request.target) was answered")
            }
            answers.append(answer)
        }
        return answers
    }

    private static func line(_ bytes: inout ArraySlice<UInt8>) -> String? {
        guard let end = bytes.firstIndex(of: 0x0A) else { return nil }
        let line = String(decoding: bytes[bytes.startIndex..<end], as: UTF8.self)
        bytes = bytes[(end + 1)...]
        return line.hasSuffix("\r") ? String(line.dropLast()) : line
    }

    private static func answer(_ bytes: inout ArraySlice<UInt8>, hasBody: Bool) -> Answer? {
        guard let first = line(&bytes) else { return nil }
        let status = first.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        var head = [first]
        var (length, isChunked) = (0, false)
        while let header = line(&bytes), !header.isEmpty {
            let name = header.prefix { $0 != ":" }.lowercased()
            if name == "content-length" { length = Int(header.dropFirst(15).filter { $0 != " " }) ?? 0 }
            if name == "transfer-encoding" { isChunked = true }
            // The last of several closes the connection.
            if !["date", "x-request-id", "connection"].contains(name) { head.append(header) }
        }
        guard hasBody, status != 304, status != 204 else { return Answer(status: status, head: head, body: []) }
        var body: [UInt8] = []
        if isChunked {
            while let size = line(&bytes).flatMap({ Int($0, radix: 16) }) {
                guard bytes.count >= size + 2 else { return nil }
                body += bytes.prefix(size)
                bytes = bytes.dropFirst(size + 2)
                if size == 0 { break }
            }
        } else {
            guard bytes.count >= length else { return nil }
            body = Array(bytes.prefix(length))
            bytes = bytes.dropFirst(length)
        }
        return Answer(status: status, head: head, body: body)
    }
}
