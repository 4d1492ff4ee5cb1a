import Custody
import EmbargoClock
import Hummingbird
import JSON
import RunCatalogue
import WebText

/// `/health`, `/ready`, `/metrics`: for watchdogs, load balancers and Prometheus. Nothing of any record is in them.
///
/// `/health` answers 200 while the process lives, and says what is not as it should be; `/ready` answers 503 while the catalogue cannot be read. A
/// clock that cannot be trusted opens nothing, and is no reason to take the catalogue away: health says so.
struct HealthDoor {
    let custodian: Custodian
    let upkeep: Upkeep
    let meter: RequestMeter
    let certificate: CertificateKeeper?
    let program: String

    func add(to router: Router<ServedContext>) {
        router.get("health") { _, _ in await health() }
        router.get("ready") { _, _ in await ready() }
        router.get("metrics") { _, _ in await metrics() }
    }

    private func doubt() async -> String? {
        do { return try await custodian.time.now().doubt.map { "\($0)" } } catch { return "the catalogue cannot be read" }
    }

    private func health() async -> Response {
        let (doubt, state) = (await doubt(), upkeep.state)
        var problems: [JSONValue] = []
        if let doubt { problems.append(.string("The clock cannot be trusted, and nothing opens: \(doubt)")) }
        if let problem = state.sweepProblem { problems.append(.string("The last sweep failed: \(problem)")) }
        if let problem = state.deliveryProblem { problems.append(.string("The last delivery failed: \(problem)")) }
        problems += certificate?.problems(at: custodian.time.wall).map { .string($0) } ?? []
        var body: JSONObject = [
            "status": problems.isEmpty ? "ok" : "degraded", "program": .string(program),
            "clock": ["trusted": .bool(doubt == nil)], "problems": .array(problems),
        ]
        body["certificate"] = certificate.map(certificateTold)
        return PlainAnswer.text(JSONValue.object(body).line + "\n", "application/json")
    }

    private func certificateTold(_ certificate: CertificateKeeper) -> JSONValue {
        [
            "ends": .string(CertificateKeeper.date(certificate.ends)),
            "days_left": .integer(certificate.daysLeft(at: custodian.time.wall)),
        ]
    }

    private func ready() async -> Response {
        do {
            _ = try await custodian.store.instruments(tenant: custodian.rules.tenant)
            return PlainAnswer.text("{\"status\":\"ready\"}\n", "application/json")
        } catch {
            let body: JSONValue = ["status": "not ready", "reason": "the catalogue cannot be read"]
            return PlainAnswer.text(body.line + "\n", "application/json", status: .serviceUnavailable)
        }
    }

    private func metrics() async -> Response {
        var metrics = MetricsText()
        metrics.add("faisceau_build_info", .gauge, "The program; always 1.", [([("program", program)], 1)])
        metrics.add(
            "faisceau_clock_trusted", .gauge, "1 while the clock can be trusted: else nothing opens.",
            await doubt() == nil ? 1 : 0)
        if let certificate {
            metrics.add(
                "faisceau_tls_certificate_expiry_timestamp_seconds", .gauge,
                "When the certificate in use ends, as seconds since 1970.", Double(certificate.ends))
        }
        upkeep.state.add(to: &metrics)
        meter.add(to: &metrics)
        return PlainAnswer.text(metrics.text, MetricsText.contentType)
    }
}
