/// Keys and values in the order in which they were added; a key stands once, and one that is set again keeps its first place. Only what was read
/// with ``JSONLimits/takesNamesTwice`` may have a key twice: then the last one counts, as for most readers of JSON.
///
/// A key is looked for from one member to the next: O(n), which is less than a table costs for what objects usually hold.
public struct JSONObject: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    public private(set) var members: [Member] = []

    public struct Member: Hashable, Sendable {
        public let key: String
        public var value: JSONValue
    }

    public init() {}

    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        members.reserveCapacity(elements.count)
        for (key, value) in elements { self[key] = value }
    }

    init(members: [Member]) { self.members = members }

    /// Makes room for so many members at once.
    public mutating func reserve(_ count: Int) { members.reserveCapacity(count) }

    /// Reading gives nil for an absent key; setting nil removes the key.
    public subscript(key: String) -> JSONValue? {
        get { members.last { $0.key == key }?.value }
        set {
            let place = members.lastIndex { $0.key == key }
            switch (place, newValue) {
            case (let place?, let value?): members[place].value = value
            case (_?, nil): members.removeAll { $0.key == key }
            case (nil, let value?): members.append(Member(key: key, value: value))
            case (nil, nil): break
            }
        }
    }

    /// Changes the value of a key where it stands, without a copy of it; nil where there is no such key.
    public mutating func change<Result>(_ key: String, _ body: (inout JSONValue) -> Result) -> Result? {
        guard let place = members.lastIndex(where: { $0.key == key }) else { return nil }
        return body(&members[place].value)
    }

    public var isEmpty: Bool { members.isEmpty }

    /// Adds the members of another object; where both have a key, the other one's value stays.
    public mutating func merge(_ other: JSONObject) {
        for member in other.members { self[member.key] = member.value }
    }

    /// Without the members that are not wanted.
    public func filter(_ isKept: (Member) throws -> Bool) rethrows -> JSONObject {
        JSONObject(members: try members.filter(isKept))
    }

    /// The same keys with other values; those without one are left out. O(n).
    public func compactMap(_ value: (Member) throws -> JSONValue?) rethrows -> JSONObject {
        JSONObject(
            members: try members.compactMap { member in try value(member).map { Member(key: member.key, value: $0) } })
    }

    /// In alphabetical order, within as well.
    public var sorted: JSONObject {
        JSONObject(
            members: members.map { Member(key: $0.key, value: $0.value.sorted) }.sorted { $0.key < $1.key })
    }
}
