import Diagnostics
import Frames
import Glibc
import HDF5
import ImageFiles

extension ArraySource {
    /// What messages call it.
    var description: String { dataset.map { "\(file):\($0)" } ?? file }

    /// One value a pixel, `[slow, fast]`.
    /// - Parameter what: what the array is: "mask", "flat field".
    /// - Throws: `inputMissing`, `inputInvalid` (unreadable, or of another shape than the frames).
    func pixels(of shape: FrameShape, _ what: String) throws(ReductionError) -> [Double] {
        let (values, found) = try read(what)
        // A stack of one is a frame.
        let sides = found.count == 3 && found[0] == 1 ? Array(found.dropFirst()) : found
        guard sides == [shape.slow, shape.fast] else {
            throw ReductionError(
                .inputInvalid, "The \(what) has another shape than the frames", at: description,
                got: found.map(String.init).joined(separator: " x ") + " (slow x fast)", expected: "\(shape)",
                remedy: sides == [shape.fast, shape.slow] ? "It may be transposed" : nil)
        }
        return values
    }

    /// One value a frame, or one for all of them. Of an NPY file also an array of one axis, which is no image.
    /// - Throws: `inputMissing`, `inputInvalid`.
    func series(of count: Int, _ what: String) throws(ReductionError) -> [Double] {
        let (values, shape) = if let row = try row(what) { (row, [row.count]) } else { try read(what) }
        guard values.count == 1 || values.count == count else {
            // Which of too many are the frames' own, nobody can say.
            throw ReductionError(
                .inputInvalid, "The \(what) has too \(values.count < count ? "few" : "many") values", at: description,
                got: "\(values.count) (\(shape.map(String.init).joined(separator: " x ")))", expected: "\(count), one a frame")
        }
        return values.count == 1 ? [Double](repeating: values[0], count: count) : values
    }

    /// - Throws: `inputMissing`.
    func requireReadable(_ what: String) throws(ReductionError) {
        guard access(file, R_OK) == 0 else {
            throw ReductionError(
                .inputMissing, "The file of the \(what) cannot be opened", at: file, got: String(cString: strerror(errno)))
        }
    }

    /// The array of one axis in an NPY file; nil for any other file.
    private func row(_ what: String) throws(ReductionError) -> [Double]? {
        try requireReadable(what)
        if dataset != nil || isHDF5 { return nil }
        do throws(ImageFileError) {
            return try NPYSeries.values(of: file)
        } catch {
            throw ReductionError(.inputInvalid, error, at: file)
        }
    }

    /// Values, and the shape, slowest axis first.
    func read(_ what: String) throws(ReductionError) -> (values: [Double], shape: [Int]) {
        try requireReadable(what)
        if dataset != nil || isHDF5 { return try readHDF5(what) }
        do throws(ImageFileError) {
            let image = try ImageFile.open(file).image(frame ?? 0)
            return (image.values, image.shape)
        } catch {
            throw ReductionError(.inputInvalid, error, at: file)
        }
    }

    private var isHDF5: Bool { (try? HDF5File.open(file)) != nil }

    private func readHDF5(_ what: String) throws(ReductionError) -> (values: [Double], shape: [Int]) {
        guard let dataset else {
            throw ReductionError(
                .inputInvalid, "An HDF5 file has many arrays", at: file, got: "no dataset", expected: "the path of the \(what)",
                remedy: "Write {file: \(file), dataset: /path}")
        }
        do throws(HDF5Error) {
            let found = try HDF5File.open(file).root.dataset(dataset)
            var shape = try found.shape()
            var start = [Int](repeating: 0, count: shape.count)
            if let frame {
                let sides = shape.map(String.init).joined(separator: " x ")
                guard shape.count == 3, frame < shape[0] else {
                    throw HDF5Error(
                        .inconsistentValue, "The \(what) has no such frame", at: description, got: "frame \(frame) of \(sides)",
                        expected: shape.count == 3 ? "frames 0 to \(shape[0] - 1)" : "three axes, [frame, slow, fast]",
                        remedy: shape.count == 3 ? nil : "Leave out `frame`")
                }
                start[0] = frame
                shape[0] = 1
            }
            return (try found.numbers(start: start, count: shape).doubles, shape)
        } catch {
            guard error.code == .notFound else { throw ReductionError(.inputInvalid, error, at: description) }
            throw ReductionError(
                .inputMissing, "There is no \(what) at this path of the file", at: description, expected: "a dataset of numbers",
                cause: error)
        }
    }
}
