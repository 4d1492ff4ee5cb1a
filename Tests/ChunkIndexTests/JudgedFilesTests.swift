import ChunkIndex
import Diagnostics
import TestSupport
import Testing

/// Every kind of file that libhdf5 writes, against what libhdf5 reads in it.
@Suite(.enabled(if: JudgedFiles.isAvailable, "\(TestPython.absence)")) struct JudgedFilesTests {
    let made: JudgedFiles
    init() throws { made = try JudgedFiles.all() }

    @Test func everyChunkIsWhereLibhdf5FindsIt() throws {
        var chunks = 0
        for file in made.files where !file.chunkShape.isEmpty && !file.unfilteredEdges {
            let map = try #require(try made.open(file).chunks, "\(file.name)")
            let expected = try made.rows(file)
            chunks += expected.count
            #expect(map.rows == expected, "\(file.name)")
            #expect(map.count == expected.count, "\(file.name)")
            for row in expected {
                let coordinate = Array(row.prefix(file.extent.count))
                let chunk = StoredChunk(
                    offset: row[row.count - 3], size: row[row.count - 2], filterMask: UInt32(row[row.count - 1]))
                guard map[coordinate] == chunk else {
                    Issue.record("\(file.name): \(coordinate)")
                    break
                }
            }
        }
        // Files with few or no chunks must not be all there is.
        #expect(chunks > 600_000)
    }

    @Test func theIndexIsOfTheKindThatTheFileWasMadeFor() throws {
        var kinds: Set<ChunkLayout.IndexKind> = []
        for file in made.files {
            let dataset = try made.open(file)
            switch dataset.layout {
            case .chunked(let layout):
                #expect(layout.indexKind.rawValue == file.index, "\(file.name)")
                #expect(layout.chunkShape == file.chunkShape, "\(file.name)")
                #expect(layout.chunkBytes == file.chunkShape.reduce(file.elementSize, *), "\(file.name)")
                #expect(layout.storesPartialChunksUnfiltered == file.unfilteredEdges, "\(file.name)")
                kinds.insert(layout.indexKind)
            case .contiguous(let offset, let size):
                #expect(file.index == "contiguous" && offset ?? -1 == file.offset, "\(file.name)")
                #expect(size == file.extent.reduce(file.elementSize, *), "\(file.name)")
            case .compact(let offset, let size):
                #expect(file.index == "compact" && offset > 0, "\(file.name)")
                #expect(size == file.extent.reduce(file.elementSize, *), "\(file.name)")
            case .virtual: #expect(file.index == "virtual", "\(file.name)")
            case .externalFiles: #expect(file.index == "external", "\(file.name)")
            }
        }
        #expect(kinds.count == 6)
    }

    @Test func extentAndFiltersAreThoseThatLibhdf5Tells() throws {
        for file in made.files {
            let dataset = try made.open(file)
            #expect(dataset.dataspace.extent == file.extent, "\(file.name)")
            #expect(dataset.dataspace.maximum.map { $0 ?? -1 } == file.maximum, "\(file.name)")
            let filters = dataset.filters.map { [$0.identifier, $0.isOptional ? 1 : 0] + $0.clientValues.map { Int($0) } }
            #expect(filters == file.filters, "\(file.name)")
        }
    }

    /// numpy's names: byte order, kind, size.
    @Test func theElementTypeIsThatOfNumpy() throws {
        var seen: Set<String> = []
        for file in made.files {
            let type = try made.open(file).datatype
            let order = type.byteOrder == .bigEndian ? ">" : "<"
            let name =
                switch type.kind {
                case .fixedPoint(let isSigned): order + (isSigned ? "i" : "u") + "\(type.size)"
                case .floatingPoint(let isIEEE): isIEEE ? order + "f\(type.size)" : "?"
                // h5py stores a boolean as an enumeration.
                case .other(8): "|b\(type.size)"
                case .other(let number): "class \(number)"
                }
            #expect(name == file.type, "\(file.name)")
            #expect(type.isUnpadded || file.type == "|b1", "\(file.name)")
            seen.insert(name)
        }
        #expect(seen.count >= 8)
    }

    /// libhdf5's index says mask 0 of a chunk that was never filtered because it sticks out; a decoder must know.
    @Test func chunksThatStickOutAreMaskedWhereTheyAreStoredUnfiltered() throws {
        for file in made.files where file.unfilteredEdges {
            let dataset = try made.open(file)
            let map = try #require(dataset.chunks)
            let full = file.chunkShape.reduce(file.elementSize, *)
            for row in try made.rows(file) {
                let coordinate = Array(row.prefix(2))
                let chunk = try #require(map[coordinate])
                let isPartial = coordinate[0] == 3 || coordinate[1] == 2
                #expect(chunk.offset == row[2] && chunk.size == row[3], "\(file.name)")
                #expect(chunk.filterMask == (isPartial ? 3 : 0), "\(file.name) \(coordinate)")
                if isPartial { #expect(chunk.size == full, "\(file.name)") }
            }
        }
    }

    @Test func framesAreFoundByNumber() throws {
        for file in made.files where ["extensible-300000", "extensible-holes", "fixed-holes", "btree1-65"].contains(file.name) {
            let map = try #require(try made.open(file).chunks)
            #expect(map.isOneChunkPerFrame)
            let expected = Dictionary(uniqueKeysWithValues: try made.rows(file).map { ($0[0], $0[$0.count - 3]) })
            for frame in 0..<file.extent[0] where map.chunk(ofFrame: frame)?.offset != expected[frame] {
                Issue.record("\(file.name): frame \(frame)")
                break
            }
            #expect(map.chunk(ofFrame: -1) == nil && map.chunk(ofFrame: file.extent[0]) == nil)
        }
    }

    @Test func aLimitOfTheCallerEndsTheReading() throws {
        for file in made.files where !file.chunkShape.isEmpty {
            let count = try made.rows(file).count
            #expect(try made.open(file, limits: ReadingLimits(maximumChunks: count)).chunks?.count == count, "\(file.name)")
            guard count > 0 else { continue }
            let error = #expect(throws: ChunkIndexError.self, "\(file.name)") {
                try made.open(file, limits: ReadingLimits(maximumChunks: count - 1))
            }
            #expect(error?.code == .limitExceeded, "\(file.name)")
        }
    }

    /// Cut after each of its structures and in between: an error, or (cut beyond the last byte needed) the whole answer.
    @Test func aFileThatIsCutShortIsRefused() throws {
        for file in made.files where file.index != "virtual" && file.index != "external" {
            let bytes = try Bytes.of(made.path(file))
            guard bytes.count < 1 << 15 else { continue }
            let whole = try made.open(file)
            for count in stride(from: 0, to: bytes.count, by: 13) {
                do {
                    let dataset = try StoredDataset(MemoryBytes(Array(bytes[..<count])), objectHeaderAddress: file.address)
                    #expect(dataset.chunks?.rows == whole.chunks?.rows, "\(file.name) cut at \(count)")
                } catch {
                    #expect([.damaged, .notHDF5, .limitExceeded].contains(error.code), "\(file.name) cut at \(count): \(error)")
                }
            }
        }
    }
}
