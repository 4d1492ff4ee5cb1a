/// One thing that the player does.
public enum SeriesStep: Sendable, Equatable {
    /// Which of two series a message belongs to.
    public enum Series: Sendable, Equatable { case played, other }

    case start(Series, StartChange? = nil)
    case image(frame: Int, Series, FrameDamage? = nil)
    case end(Series)
    case hostile(HostileMessage)
    case pause(seconds: Int)
    /// The source dies: its socket closes with nothing said.
    case kill
}

/// What is different in a start message.
public enum StartChange: Sendable, Equatable {
    case userData(kibibytes: Int)
    case evilNames
}

/// What is wrong with an image message.
public enum FrameDamage: Sendable, Equatable {
    case truncated, corrupt, halfShape, otherType, noHeader, bomb, indefinite, otherPixels
}

/// A message that no detector would send.
public enum HostileMessage: Sendable, Equatable { case cut, deep, hugeLength, pickle }

/// The messages of a series in the order of sending, with the faults that were asked for: a value, tested without any socket.
public struct SeriesScript: Sendable, Equatable {
    public private(set) var steps: [SeriesStep]
    /// Frames that the start message announces.
    public let announcedFrames: Int

    /// - Parameters:
    ///   - frames: of the undisturbed series; 1 or more.
    ///   - faults: applied one after another, so that `drop:3` and `reorder:3` leave nothing to reorder. Frames that do not exist (any more)
    ///     are left out.
    public init(frames: Int, faults: [SimulationFault] = []) {
        announcedFrames = frames
        steps = [.start(.played)]
        steps.reserveCapacity(frames + 2)
        for frame in 0..<frames { steps.append(.image(frame: frame, .played)) }
        steps.append(.end(.played))
        for fault in faults { apply(fault) }
    }

    /// Image messages, those that are damaged or of another series too.
    public var imageCount: Int { steps.reduce(0) { count, step in if case .image = step { count + 1 } else { count } } }

    private mutating func apply(_ fault: SimulationFault) {
        let frames = fault.frames(of: announcedFrames)
        switch fault.kind {
        case .drop: for frame in frames { steps.removeAll { $0.isImage(frame) } }
        case .dup: repeatImages(frames, nil)
        case .dupDiffers: repeatImages(frames, .otherPixels)
        case .reorder: for frame in frames { swapWithNext(frame) }
        case .noStart: steps.removeAll { if case .start(.played, _) = $0 { true } else { false } }
        case .noEnd: steps.removeAll { $0 == .end(.played) }
        case .doubleEnd: if let end = steps.firstIndex(of: .end(.played)) { steps.insert(.end(.played), at: end) }
        case .kill: cut(at: frames[0])
        case .lateFrames: moveBehindEnd(fault.count(usual: 2))
        case .fewer: for _ in 0..<fault.count(usual: 1) { if let last = lastImage { steps.remove(at: last) } }
        case .more: add(fault.count(usual: 1))
        case .stray: stray(fault.count(usual: 1))
        case .twoSeries: interleave()
        case .pause: insert(.pause(seconds: fault.count(usual: 60)), before: announcedFrames / 2)
        case .truncate: damage(frames, .truncated)
        case .corrupt: damage(frames, .corrupt)
        case .shape: damage(frames, .halfShape)
        case .dtype: damage(frames, .otherType)
        case .noHeader: damage(frames, .noHeader)
        case .bomb: damage(frames, .bomb)
        case .indefinite: damage(frames, .indefinite)
        case .badCBOR: for frame in frames { insert(.hostile(.cut), before: frame) }
        case .deep: for frame in frames { insert(.hostile(.deep), before: frame) }
        case .hugeLength: for frame in frames { insert(.hostile(.hugeLength), before: frame) }
        case .pickle: for frame in frames { insert(.hostile(.pickle), before: frame) }
        case .bigUser: changeStart(.userData(kibibytes: fault.count(usual: 1024)))
        case .evilName: changeStart(.evilNames)
        }
    }

    private func place(of frame: Int) -> Int? { steps.firstIndex { $0.isImage(frame) } }

    private var lastImage: Int? { steps.lastIndex { if case .image(_, .played, _) = $0 { true } else { false } } }

    private mutating func repeatImages(_ frames: [Int], _ damage: FrameDamage?) {
        for frame in frames {
            if let place = place(of: frame) { steps.insert(.image(frame: frame, .played, damage), at: place + 1) }
        }
    }

    private mutating func swapWithNext(_ frame: Int) {
        guard let place = place(of: frame),
            let next = steps[(place + 1)...].firstIndex(where: { if case .image(_, .played, _) = $0 { true } else { false } })
        else { return }
        steps.swapAt(place, next)
    }

    private mutating func cut(at frame: Int) {
        guard let place = place(of: frame) else { return }
        steps.removeSubrange(place...)
        steps.append(.kill)
    }

    private mutating func moveBehindEnd(_ count: Int) {
        var late: [SeriesStep] = []
        for _ in 0..<count {
            guard let last = lastImage else { break }
            late.insert(steps.remove(at: last), at: 0)
        }
        steps += late
    }

    private mutating func add(_ count: Int) {
        let place = (lastImage ?? steps.count - 1) + 1
        steps.insert(contentsOf: (0..<count).map { .image(frame: announcedFrames + $0, .played) }, at: min(place, steps.count))
    }

    /// Spread over the series, one before every so many frames.
    private mutating func stray(_ count: Int) {
        for number in 0..<count {
            insert(.image(frame: number, .other), before: (number + 1) * announcedFrames / (count + 1))
        }
    }

    /// The second series starts after the first frame, ends before the last message, and has as many frames.
    private mutating func interleave() {
        var both: [SeriesStep] = []
        for step in steps {
            if step == .end(.played) { both.append(.end(.other)) }
            both.append(step)
            guard case .image(let frame, .played, _) = step else { continue }
            if frame == 0 { both.append(.start(.other)) }
            both.append(.image(frame: frame, .other))
        }
        steps = both
    }

    private mutating func damage(_ frames: [Int], _ damage: FrameDamage) {
        for frame in frames {
            if let place = place(of: frame) { steps[place] = .image(frame: frame, .played, damage) }
        }
    }

    private mutating func insert(_ step: SeriesStep, before frame: Int) {
        if let place = place(of: frame) { steps.insert(step, at: place) }
    }

    private mutating func changeStart(_ change: StartChange) {
        if let place = steps.firstIndex(where: { if case .start(.played, _) = $0 { true } else { false } }) {
            steps[place] = .start(.played, change)
        }
    }
}

extension SeriesStep {
    /// Whether it is this frame of the played series, damaged or not.
    fileprivate func isImage(_ wanted: Int) -> Bool {
        if case .image(wanted, .played, _) = self { true } else { false }
    }
}
