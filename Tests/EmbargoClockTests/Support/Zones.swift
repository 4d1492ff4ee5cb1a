import Foundation
import TestSupport
import Testing

import EmbargoClock

/// The zone table of the machine. Tests that need it are skipped, with a word, where it is not installed.
enum Zones {
    static let folder = "/usr/share/zoneinfo"
    static let absence: Comment = "needs the zone table of the system (Debian: tzdata)"
    static let isInstalled = FileManager.default.fileExists(atPath: folder + "/Pacific/Chatham")

    static let tableVersion: String = {
        let text = (try? String(contentsOfFile: folder + "/tzdata.zi", encoding: .utf8)) ?? ""
        return TimeZoneRules.tableVersion(ofTable: text) ?? "unknown"
    }()

    static func bytes(_ name: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))
    }

    static func zone(_ name: String, tableVersion: String = tableVersion) throws -> TimeZoneRules {
        try TimeZoneRules(identifier: name, tableVersion: tableVersion, tzif: try bytes(name))
    }

    /// Zones with something to trip over: a lost day, quarters of an hour, changes at midnight, changes that run through midnight, days
    /// that come twice, half an hour of daylight saving time, negative daylight saving time, rules until 2087 and none after.
    static let awkward = [
        "Europe/Paris", "Pacific/Auckland", "Pacific/Chatham", "Pacific/Apia", "Pacific/Kwajalein", "America/Sao_Paulo",
        "America/Havana", "America/St_Johns", "America/Toronto", "Asia/Beirut", "Africa/Cairo", "America/Asuncion",
        "Australia/Lord_Howe", "Europe/Dublin", "Africa/Casablanca", "America/Juneau", "Asia/Manila", "Asia/Gaza",
        "Africa/Monrovia",
        "America/Scoresbysund", "Asia/Tehran", "Pacific/Kiritimati", "Antarctica/Troll", "UTC",
    ]
}

/// A zone file written by hand: big-endian counts, types, transitions, a footer.
struct HandMadeZone {
    var version: UInt8 = 0x32
    var transitions: [(at: Int64, type: UInt8)] = []
    /// Offset, daylight saving, index of the name.
    var types: [(offset: Int32, isDaylight: UInt8, name: UInt8)] = [(0, 0, 0)]
    var leapSeconds: UInt32 = 0
    var footer = "UTC0"
    /// What the header says instead of the truth.
    var claimedTimes: UInt32?
    var claimedTypes: UInt32?

    var bytes: [UInt8] {
        func words<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
            stride(from: Number.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
        }
        func header(_ counts: [UInt32]) -> [UInt8] {
            Array("TZif".utf8) + [version] + [UInt8](repeating: 0, count: 15) + counts.flatMap { words($0) }
        }
        var bytes = header([0, 0, 0, 0, 0, 0])
        bytes += header([
            0, 0, leapSeconds, claimedTimes ?? UInt32(transitions.count), claimedTypes ?? UInt32(types.count), 4,
        ])
        bytes += transitions.flatMap { words($0.at) } + transitions.map(\.type)
        bytes += types.flatMap { words($0.offset) + [$0.isDaylight, $0.name] }
        bytes += Array("UTC\0".utf8) + [UInt8](repeating: 0, count: Int(leapSeconds % 1000) * 12)
        return bytes + Array("\n\(footer)\n".utf8)
    }

    func zone(_ name: String = "Test/Zone", tableVersion: String = "test") throws(EmbargoError) -> TimeZoneRules {
        try TimeZoneRules(identifier: name, tableVersion: tableVersion, tzif: bytes)
    }
}

func date(_ text: String) throws -> LocalDate { try LocalDate(text) }

func instant(_ text: String) throws -> Instant { try Instant(text) }

/// The code of the refusal, or nil if there was none.
func refusal(_ body: () throws(EmbargoError) -> Void) -> EmbargoErrorCode? {
    do throws(EmbargoError) { try body() } catch { return error.code }
    return nil
}
