import HTTPTypes
import JSON
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Refuses in words what cannot be read as a request: no door comes to see it, and the framework's own answer has no words.
final class UnreadableRequest: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let logger: Logger
    /// Requests whose answers are not whole yet: nothing is said in between.
    private var owed = 0
    private var isOver = false

    /// Of one line of a head: the address is in the first.
    static let longestLine = 16_384

    init(logger: Logger) { self.logger = logger }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head = unwrapInboundIn(data) { owed += 1 }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { owed -= 1 }
        context.write(data, promise: promise)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // What still comes is as unreadable.
        if isOver { return }
        guard let error = error as? HTTPParserError, owed == 0 else { return context.fireErrorCaught(error) }
        isOver = true
        let sentence =
            error == .headerOverflow
            ? "The address, or a header, is longer than \(Self.longestLine) bytes, or there are too many headers"
            : "This cannot be read as a request of HTTP/1.1"
        logger.info("not a request", metadata: ["status": "400", "reason": "\(error)"])
        // Programs write such long addresses, with a whole question in them: what they read is JSON.
        let said: JSONValue = ["statusCode": 400, "message": .string(sentence), "error": "Bad Request"]
        let body = ByteBuffer(string: said.line)
        let head = HTTPResponse(
            status: .badRequest,
            headerFields: [
                .contentType: "application/json; charset=utf-8", .contentLength: "\(body.readableBytes)", .connection: "close",
                .cacheControl: "private, no-store", .xContentTypeOptions: "nosniff",
            ])
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(body)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        // One direction: an answer that has been sent is not taken back because more of the question comes.
        context.close(mode: .output, promise: nil)
    }
}
