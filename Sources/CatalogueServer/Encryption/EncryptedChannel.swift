import HummingbirdCore
import Logging
import NIOCore
import NIOSSL
import NIOTLS

/// A connection that is encrypted before anything of it is read as HTTP.
///
/// Hummingbird's own way (HummingbirdTLS) keeps one certificate as long as the server runs; this one asks for it at each connection.
struct EncryptedChannel: ServerChildChannel {
    let base: HTTP1Channel
    let certificate: CertificateKeeper

    /// Of a handshake, from the first moment of a connection; a far and slow client needs a second.
    static let handshakeLimit = TimeAmount.seconds(10)

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        let context = certificate.context
        return channel.eventLoop.makeCompletedFuture {
            let guarding = EncryptedPortGuard(limit: Self.handshakeLimit)
            try channel.pipeline.syncOperations.addHandlers(
                guarding, NIOSSLServerHandler(context: context), HandshakeEnd(guarding))
        }.flatMap { base.setup(channel: channel, logger: logger) }
    }

    func handle(value: HTTP1Channel.Value, logger: Logger) async { await base.handle(value: value, logger: logger) }
}

/// Stands before the encryption: ends a handshake that does not, and says in plain HTTP to whoever speaks it that this is no port for it.
package final class EncryptedPortGuard: ChannelInboundHandler {
    package typealias InboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    private let limit: TimeAmount
    private var end: Scheduled<Void>?
    private var isEncrypted: Bool?

    /// A record of the kind "handshake" (RFC 8446, section 5.1).
    private static let handshake: UInt8 = 0x16
    private static let sentence = "This port answers to https:// and to nothing else.\n"

    package init(limit: TimeAmount) { self.limit = limit }

    package func handlerAdded(context: ChannelHandlerContext) {
        end = context.eventLoop.assumeIsolated().scheduleTask(in: limit) { context.close(promise: nil) }
    }

    package func handlerRemoved(context: ChannelHandlerContext) { end?.cancel() }

    package func channelInactive(context: ChannelHandlerContext) {
        end?.cancel()
        context.fireChannelInactive()
    }

    fileprivate func handshakeIsOver() { end?.cancel() }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isEncrypted == nil {
            let first = unwrapInboundIn(data).getInteger(at: unwrapInboundIn(data).readerIndex, as: UInt8.self)
            isEncrypted = first == Self.handshake
            if let first, first != Self.handshake { refuse(context, isHTTP: (0x41...0x5A).contains(first)) }
        }
        // What still comes of another kind is read by nobody, until the limit.
        if isEncrypted == true { context.fireChannelRead(data) }
    }

    private func refuse(_ context: ChannelHandlerContext, isHTTP: Bool) {
        guard isHTTP else { return context.close(promise: nil) }
        let head =
            "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: \(Self.sentence.utf8.count)\r\n"
        let answer = ByteBuffer(string: head + "Connection: close\r\n\r\n" + Self.sentence)
        context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
        // One direction: an answer that has been sent is not taken back because more of the question comes.
        context.close(mode: .output, promise: nil)
    }
}

/// Stands behind the encryption, and tells the guard before it that the handshake is over.
private final class HandshakeEnd: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let guarding: EncryptedPortGuard

    init(_ guarding: EncryptedPortGuard) { self.guarding = guarding }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted = event as? TLSUserEvent { guarding.handshakeIsOver() }
        context.fireUserInboundEventTriggered(event)
    }
}
