import ChunkIndex
import Diagnostics
import Frames

/// The bytes of a few frames in memory that is used again and again; one a thread.
///
/// Chunks that lie one behind the other in a file are read in one call.
struct FrameBuffer: ~Copyable {
    /// One frame as it was found.
    enum Content {
        /// In this buffer until the next read.
        case chunk(UnsafeRawBufferPointer, ChunkEncoding)
        /// Pixels that the library decoded.
        case pixels([UInt8])
        case absent
        case failed(ReductionError)
    }

    private let longest: Int
    private var memory: UnsafeMutableRawBufferPointer

    /// Bytes between two chunks that are read along, as a second call would cost more.
    private static let gap = 64 << 10

    init(_ format: FrameFormat) {
        // No encoder makes more of a frame; a chunk that claims to be longer is not one.
        longest = format.byteCount + format.byteCount / 64 + (64 << 10)
        memory = .allocate(byteCount: 1 << 20, alignment: 64)
    }

    deinit { memory.deallocate() }

    private struct Wanted {
        let index: Int
        let file: PreadFile
        let offset: Int
        let size: Int
        let encoding: ChunkEncoding
        var place = 0
    }

    /// Frames from where they are, in the order asked for.
    /// - Parameter library: reads the frame of a number in `places` through the library.
    mutating func read(
        _ places: [FrameStore.Place], library: (Int) throws(ReductionError) -> [UInt8]
    ) -> [Content] {
        var contents = [Content](repeating: .absent, count: places.count)
        var wanted: [Wanted] = []
        for (index, place) in places.enumerated() {
            switch place {
            case .absent: break
            case .library:
                do throws(ReductionError) { contents[index] = .pixels(try library(index)) } catch {
                    contents[index] = .failed(error)
                }
            case .chunk(let file, let offset, let size, let encoding):
                wanted.append(Wanted(index: index, file: file, offset: offset, size: size, encoding: encoding))
            }
        }
        read(&wanted, &contents)
        return contents
    }

    private mutating func read(_ wanted: inout [Wanted], _ contents: inout [Content]) {
        wanted.removeAll { one in
            guard one.size > longest else { return false }
            contents[one.index] = .failed(
                ReductionError(
                    .inputInvalid, "A chunk is longer than any of its frame can be", at: "\(one.file.name), byte \(one.offset)",
                    got: "\(one.size) bytes", expected: "at most \(longest)"))
            return true
        }
        // Pieces of a file that are read at once: wanted[first..<end], from `offset` on, to `place` in memory.
        var pieces: [(first: Int, end: Int, offset: Int, count: Int, place: Int)] = []
        var total = 0
        for number in wanted.indices {
            let one = wanted[number]
            if let last = pieces.last, wanted[last.first].file === one.file, one.offset >= last.offset + last.count,
                one.offset - last.offset - last.count <= Self.gap
            {
                let count = one.offset + one.size - last.offset
                wanted[number].place = last.place + one.offset - last.offset
                total += count - last.count
                pieces[pieces.count - 1] = (last.first, number + 1, last.offset, count, last.place)
            } else {
                // Behind what the piece before has grown to, at the start of a cache line.
                total = (total + 63) & ~63
                wanted[number].place = total
                pieces.append((number, number + 1, one.offset, one.size, total))
                total += one.size
            }
        }
        if memory.count < total {
            memory.deallocate()
            memory = .allocate(byteCount: total + total / 4, alignment: 64)
        }
        for piece in pieces {
            let room = UnsafeMutableRawBufferPointer(rebasing: memory[piece.place..<piece.place + piece.count])
            let file = wanted[piece.first].file
            do throws(ChunkIndexError) {
                let got = try file.read(into: room, at: piece.offset)
                for one in wanted[piece.first..<piece.end] {
                    guard one.offset + one.size <= piece.offset + got else {
                        contents[one.index] = .failed(
                            ReductionError(
                                .inputInvalid, "The file ends within a chunk", at: file.name,
                                got: "\(piece.offset + got) bytes", expected: "\(one.offset + one.size) or more"))
                        continue
                    }
                    contents[one.index] = .chunk(
                        UnsafeRawBufferPointer(rebasing: memory[one.place..<one.place + one.size]), one.encoding)
                }
            } catch {
                for one in wanted[piece.first..<piece.end] { contents[one.index] = .failed(ReductionError(.inputInvalid, error)) }
            }
        }
    }
}
