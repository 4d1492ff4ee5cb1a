import HTTPTypes

/// Which methods there are at which path. What a door answers stands in such a table, and the description of the interface is compared with it
/// (schemas/openapi.yaml).
///
/// A part of a path is a word, met without regard to case; `{name}` is anything; `{name...}` is the rest.
struct RouteTable: Sendable {
    struct Route: Sendable {
        let path: String
        /// `HEAD` comes with `GET`.
        let methods: [HTTPRequest.Method]
        fileprivate let parts: [String]

        /// - Parameter path: without a slash before it.
        init(_ path: String, _ methods: HTTPRequest.Method...) {
            self.init(path, methods)
        }

        init(_ path: String, _ methods: [HTTPRequest.Method]) {
            self.path = path
            self.methods = methods
            parts = path.split(separator: "/").map(String.init)
        }

        fileprivate func holds(_ asked: [String]) -> Bool {
            for (place, part) in parts.enumerated() {
                guard place < asked.count else { return false }
                if part.hasSuffix("...}") { return true }
                guard part.hasPrefix("{") || part.lowercased() == asked[place].lowercased() else { return false }
            }
            return asked.count == parts.count
        }
    }

    let routes: [Route]

    init(_ routes: [Route]) { self.routes = routes }

    /// - Parameter parts: of a path, decoded. The first route that holds counts: words stand before what may be anything.
    /// - Returns: nil where there is no such path.
    func methods(at parts: [String]) -> [HTTPRequest.Method]? { routes.first { $0.holds(parts) }?.methods }

    /// As `Allow` names them (RFC 9110, section 10.2.1).
    static func allow(_ methods: [HTTPRequest.Method]) -> String {
        methods.flatMap { $0 == .get ? ["GET", "HEAD"] : [$0.rawValue] }.joined(separator: ", ")
    }
}
