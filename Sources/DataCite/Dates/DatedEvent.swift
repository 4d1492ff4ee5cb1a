import Diagnostics

extension DataCiteRecord {
    /// A date of DataCite: what happened, and when, a date or a range of dates (RKMS-ISO8601, `start/end`).
    public struct DatedEvent: Hashable, Sendable, Encodable {
        public let date: String
        public let dateType: DateType
        public var dateInformation: String?

        public init(_ type: DateType, _ stamp: DateStamp, information: String? = nil) {
            date = stamp.description
            dateType = type
            dateInformation = information
        }

        public init(_ type: DateType, _ day: CalendarDay, information: String? = nil) {
            self.init(type, DateStamp(day), information: information)
        }

        /// - Throws: `contradictory` for a range that ends before it begins, or is a day at one end and an instant at the other.
        public init(
            _ type: DateType, from start: DateStamp, to end: DateStamp, information: String? = nil
        ) throws(DataCiteError) {
            guard start.isDay == end.isDay, !start.isAfter(end) else {
                throw DataCiteError(
                    .contradictory, "Not a range of dates", at: "dates \(type.rawValue)", got: "\(start)/\(end)",
                    expected: "two days or two instants, the earlier one first")
            }
            date = "\(start)/\(end)"
            dateType = type
            dateInformation = information
        }
    }
}
