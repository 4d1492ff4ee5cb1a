import Custody
import Deliveries

/// Through whom the outside world is told, for whoever asks that it be told now.
public struct DeliveryMeans: Sendable {
    let office: @Sendable () throws -> DeliveryOffice
    /// Names whoever delivers among all that may: nobody else has this name, else two would tell the same at once.
    let holder: String

    public init(holder: String, _ office: @escaping @Sendable () throws -> DeliveryOffice) {
        self.office = office
        self.holder = holder
    }
}
