import HTTPTypes
import Hummingbird
import Synchronization

/// All routes of a server, as its router has them: known once every door has been added.
final class ServedRoutes: Sendable {
    private let table = Mutex(RouteTable([]))

    /// - Parameter wildcards: what stands below a path that ends in one, and what is put before it. Of others the router's own path is kept.
    func read(_ router: Router<ServedContext>, below wildcards: [String: (prefix: String, table: RouteTable)]) {
        var routes: [RouteTable.Route] = []
        var told: Set<String> = []
        for route in router.routes {
            let path = route.path.description
            if let (prefix, table) = wildcards[path] {
                guard told.insert(path).inserted else { continue }
                routes += table.routes.map { RouteTable.Route(prefix + $0.path, $0.methods) }
            } else if route.method != .head {
                routes.append(RouteTable.Route(String(path.dropFirst()), [route.method]))
            }
        }
        let read = RouteTable(Self.joined(routes))
        table.withLock { $0 = read }
    }

    /// One for each path.
    private static func joined(_ routes: [RouteTable.Route]) -> [RouteTable.Route] {
        var joined: [RouteTable.Route] = []
        for route in routes {
            if let place = joined.firstIndex(where: { $0.path == route.path }) {
                joined[place] = RouteTable.Route(route.path, joined[place].methods + route.methods)
            } else {
                joined.append(route)
            }
        }
        return joined
    }

    /// `GET /datasets/{pid}`.
    var names: [String] {
        table.withLock { $0.routes }.flatMap { route in
            route.methods.map { "\($0.rawValue) /\(route.path.replacing("...}", with: "}"))" }
        }
    }

    /// The methods of a request's path, where its own is none of them.
    func others(than request: Request) -> [HTTPRequest.Method]? {
        let path = request.uri.path.split(separator: "/")
        // As their door takes them apart: an identifier that was divided is one.
        let parts =
            path.first == "api" && path.count > 2
            ? SciCatCall.parts(Array(path.dropFirst(2))).map { path.prefix(2).map(String.init) + $0 } : path.map(String.init)
        guard let parts, let methods = table.withLock({ $0 }).methods(at: parts) else { return nil }
        let asked = request.method == .head ? HTTPRequest.Method.get : request.method
        return methods.contains(asked) ? nil : methods
    }
}
