import Hummingbird
import NIOCore

/// What is known of a request besides what it says: from where it comes.
struct ServedContext: RequestContext, RemoteAddressRequestContext {
    var coreContext: CoreRequestContextStorage
    let remoteAddress: SocketAddress?
    /// Of its connection.
    let pace: WritePace
    /// On which it came: whoever sends too slowly is let go.
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        remoteAddress = source.channel.remoteAddress
        pace = WritePace(loop: source.channel.eventLoop)
        channel = source.channel
    }
}
