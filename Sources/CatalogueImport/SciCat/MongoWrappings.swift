import JSON

extension JSONValue {
    /// Without the wrappings in which MongoDB's tools write dates, numbers and identifiers ("Extended JSON", version 2): `{"$date": …}`,
    /// `{"$numberLong": "1"}`, `{"$oid": …}`. A date that is a number of milliseconds becomes that number.
    var unwrapped: JSONValue {
        switch self {
        case .array(let values): return .array(values.map(\.unwrapped))
        case .object(let object):
            if object.members.count == 1, let only = object.members.first {
                switch (only.key, only.value) {
                case ("$oid", .string), ("$date", .string), ("$date", .number): return only.value
                case ("$date", .object): return only.value.unwrapped
                case ("$numberLong", .string(let digits)), ("$numberInt", .string(let digits)),
                    ("$numberDouble", .string(let digits)):
                    guard let number = JSONNumber(digits: digits), number.double != nil else { return only.value }
                    return .number(number)
                default: break
                }
            }
            return .object(object.compactMap(\.value.unwrapped))
        default: return self
        }
    }
}
