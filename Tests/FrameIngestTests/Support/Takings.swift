import DetectorWire
import FrameIngest
import Frames
import Foundation

/// What a writer took from a receiver: numbers of the frames whose pixels were right, in their order, and what was said between them.
struct Takings {
    var frames: [Int] = []
    /// Frames whose pixels were not those that were sent.
    var wrong: [Int] = []
    var notices: [IngestNotice] = []
    /// Numbers of frames in the order in which they were heard of: frames that came, and frames that were said to be dropped.
    var numbers: [Int] = []
    /// Suspicions that came before the start of a series.
    var earlySuspicions = 0
    var starts = 0
    var ends = 0
    var refused: [any Error] = []
    var failure: (any Error)?
    /// How many frames had come before each order.
    var orders: [Int] = []

    /// Takes events until the end message, or the stop; or until the first order.
    mutating func takeSeries(_ events: inout StreamReceiver.Events, untilOrder: Bool = false) {
        while let event = events.next() {
            switch event {
            case .message(let slot):
                take(slot)
                let isEnd = ends > 0
                events.recycle(slot)
                if isEnd { return }
            case .notice(let notice):
                notices.append(notice)
                if case .dropped(let frames) = notice { numbers += frames.ranges.joined().map(Int.init) }
                if case .sharedStream = notice, starts == 0 { earlySuspicions += 1 }
            case .silence: break
            case .order:
                orders.append(frames.count)
                if untilOrder { return }
            case .stopped(let error):
                failure = error
                return
            }
        }
    }

    private mutating func take(_ slot: MessageSlot) {
        switch slot.outcome {
        case .start: starts += 1
        case .end: ends += 1
        case .refused(let error): refused.append(error)
        case .empty, .other: break
        case .image:
            let frame = Int(slot.image?.frame ?? -1)
            numbers.append(frame)
            guard case .ready(let chunk)? = slot.chunks.first?.content,
                chunk.body.elementsEqual(TestDetector.pixels(of: frame, slow: chunk.format.shape.slow))
            else {
                wrong.append(frame)
                return
            }
            frames.append(frame)
        }
    }

    var dropped: [DroppedFrames] {
        notices.compactMap { if case .dropped(let frames) = $0 { frames } else { nil } }
    }

    var suspicions: [SharedStream] {
        notices.compactMap { if case .sharedStream(let suspicion) = $0 { suspicion } else { nil } }
    }

    var spillFailures: [IngestError] {
        notices.compactMap { if case .spillFailed(let error) = $0 { error } else { nil } }
    }
}

/// Looks again until `condition` holds; false when it has not within half a minute, which no test should need.
func eventually(_ condition: () -> Bool) -> Bool {
    for _ in 0..<3000 {
        if condition() { return true }
        Thread.sleep(forTimeInterval: 0.01)
    }
    return condition()
}
