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

    /// - Parameter numbers: sorted already, none smaller before a larger one.
    init(largestFirst numbers: [Int64]) { self.numbers = numbers }

    /// What is in each of some sets; in none where there is no set.
    package init(inAllOf sets: [SortedRuns]) {
        let sets = sets.sorted { $0.numbers.count < $1.numbers.count }
        numbers = sets.dropFirst().reduce(sets.first?.numbers ?? []) { Self.common($0, $1.numbers) }
    }

    private static func common(_ few: [Int64], _ many: [Int64]) -> [Int64] {
        var common: [Int64] = []
        common.reserveCapacity(few.count)
        few.withUnsafeBufferPointer { few in
            many.withUnsafeBufferPointer { many in
                var next = 0
                for number in few {
                    while next < many.count, many[next] > number { next += 1 }
                    guard next < many.count else { return }
                    if many[next] == number { common.append(number) }
                }
            }
        }
        return common
    }

    var isEmpty: Bool { numbers.isEmpty }

    /// Whether it has a number; asked for smaller and smaller ones.
    package mutating func contains(_ number: Int64) -> Bool {
        while next < numbers.count, numbers[next] > number { next += 1 }
        return next < numbers.count && numbers[next] == number
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
