import GRDB

/// Numbers of runs that have something, to be looked into by a walk that meets larger ones first.
///
/// Two walks in one order are merged in the time of reading them. SQLite would put one into a tree and look there for each of the other, which
/// takes several times as long.
package struct SortedRuns {
    private let numbers: [Int64]
    private var next = 0

    /// - Parameter numbers: each once or more often, in any order.
    package init(_ numbers: [Int64]) { self.numbers = Self.largestFirst(numbers) }

    /// Whether it has a number; asked for smaller and smaller ones.
    package mutating func contains(_ number: Int64) -> Bool {
        while next < numbers.count, numbers[next] > number { next += 1 }
        return next < numbers.count && numbers[next] == number
    }

    /// All that a statement gives, if there are no more than `most`.
    static func gathered(_ part: AccessCondition.Part, most: Int, _ db: Database) throws -> [Int64]? {
        guard most > 0 else { return nil }
        let rows = try Int64.fetchCursor(db.cachedStatement(sql: part.sql), arguments: part.arguments)
        var numbers: [Int64] = []
        while let number = try rows.next() {
            guard numbers.count < most else { return nil }
            numbers.append(number)
        }
        return numbers
    }

    /// Sorted by their digits of 11 bits, the lowest first: some hundred thousand numbers in a few readings, where comparing them was the larger
    /// part of a search.
    package static func largestFirst(_ numbers: [Int64]) -> [Int64] {
        guard numbers.count >= 4096, let least = numbers.min(), let most = numbers.max() else { return numbers.sorted(by: >) }
        let range = UInt64(bitPattern: most) &- UInt64(bitPattern: least)
        var from = numbers
        var to = [Int64](repeating: 0, count: numbers.count)
        var shift: UInt64 = 0
        while shift < 64, range >> shift > 0 {
            var places = [Int](repeating: 0, count: 2048)
            // How far below the largest: what is to come first has the smallest digits.
            func digit(_ number: Int64) -> Int { Int(((UInt64(bitPattern: most) &- UInt64(bitPattern: number)) >> shift) & 2047) }
            for number in from { places[digit(number)] += 1 }
            var before = 0
            for index in places.indices { (places[index], before) = (before, before + places[index]) }
            from.withUnsafeBufferPointer { from in
                to.withUnsafeMutableBufferPointer { to in
                    places.withUnsafeMutableBufferPointer { places in
                        for number in from {
                            let place = digit(number)
                            to[places[place]] = number
                            places[place] += 1
                        }
                    }
                }
            }
            swap(&from, &to)
            shift += 11
        }
        return from
    }
}
