import CHDF5
import TestSupport

/// Why a judge did not accept a file.
struct JudgeFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// HDF5 1.10 itself as the judge: opens plainly, read-only, as any program would.
final class HDF5Judge {
    private let file: hid_t
    private let dataset: hid_t
    let frames: Int
    private let slow: Int
    private let fast: Int
    private let elementSize: Int

    init(_ path: String) throws {
        H5Eset_auto2(0, nil, nil)
        file = H5Fopen(path, h5x_access_read_only(), hid_t(H5P_DEFAULT))
        guard file >= 0 else { throw JudgeFailure("HDF5 cannot open \(path)") }
        dataset = H5Dopen2(file, "/entry/data/data", hid_t(H5P_DEFAULT))
        guard dataset >= 0 else {
            H5Fclose(file)
            throw JudgeFailure("HDF5 cannot open the dataset of \(path)")
        }
        let space = H5Dget_space(dataset)
        var shape: [hsize_t] = [0, 0, 0]
        H5Sget_simple_extent_dims(space, &shape, nil)
        H5Sclose(space)
        let type = H5Dget_type(dataset)
        elementSize = H5Tget_size(type)
        H5Tclose(type)
        frames = Int(shape[0])
        slow = Int(shape[1])
        fast = Int(shape[2])
    }

    /// Opens, asks and closes. HDF5 lets all handles of a process on one file share what the first one read: a judge that is
    /// still open would hide what was written since.
    static func asked<Answer>(_ path: String, _ question: (HDF5Judge) throws -> Answer) throws -> Answer {
        try question(HDF5Judge(path))
    }

    deinit {
        H5Dclose(dataset)
        H5Fclose(file)
    }

    func chunkCount() throws -> Int {
        let space = H5Dget_space(dataset)
        defer { H5Sclose(space) }
        var count: hsize_t = 0
        guard H5Dget_num_chunks(dataset, space, &count) >= 0 else { throw JudgeFailure("no chunk count") }
        return Int(count)
    }

    /// Address, size and filter mask of a frame's chunk.
    func chunk(_ frame: Int) throws -> (offset: Int, size: Int, filterMask: UInt32) {
        let place: [hsize_t] = [hsize_t(frame), 0, 0]
        var mask: UInt32 = 0
        var address = haddr_t(0)
        var size: hsize_t = 0
        guard H5Dget_chunk_info_by_coord(dataset, place, &mask, &address, &size) >= 0, address != h5x_undefined_address()
        else { throw JudgeFailure("HDF5 finds no chunk of frame \(frame)") }
        return (Int(address), Int(size), mask)
    }

    /// The stored bytes of frames `range` (uint8 to uint64, native order) through the whole reading path.
    func read(_ range: Range<Int>) throws -> [UInt8] {
        let space = H5Dget_space(dataset)
        defer { H5Sclose(space) }
        let start: [hsize_t] = [hsize_t(range.lowerBound), 0, 0]
        let count: [hsize_t] = [hsize_t(range.count), hsize_t(slow), hsize_t(fast)]
        guard H5Sselect_hyperslab(space, H5S_SELECT_SET, start, nil, count, nil) >= 0 else {
            throw JudgeFailure("frames \(range) lie outside of \(frames)")
        }
        let memory = H5Screate_simple(3, count, nil)
        defer { H5Sclose(memory) }
        let type = H5Dget_type(dataset)
        defer { H5Tclose(type) }
        var bytes = [UInt8](repeating: 0xEE, count: range.count * slow * fast * elementSize)
        guard H5Dread(dataset, type, memory, space, hid_t(H5P_DEFAULT), &bytes) >= 0 else {
            throw JudgeFailure("HDF5 cannot read frames \(range)")
        }
        return bytes
    }

    func attribute(_ name: String) throws -> Int32 {
        let attribute = H5Aopen(dataset, name, hid_t(H5P_DEFAULT))
        defer { H5Aclose(attribute) }
        var value: Int32 = -1
        guard H5Aread(attribute, h5x_native_int32(), &value) >= 0 else {
            throw JudgeFailure("HDF5 cannot read attribute \(name)")
        }
        return value
    }
}
