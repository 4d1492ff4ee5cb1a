import Diagnostics
import Foundation
import HDF5
import RunModel

// Results are no input: their curves, frames beside bins, would be taken for an image.

extension InputRun {
    /// - Throws: `inputInvalid` for a result of this program, whether or not its folder is still around it.
    static func requireFrames(in file: String, as given: String) throws(ReductionError) {
        // Whatever else is wrong with it is said when it is opened.
        guard let root = try? HDF5File.open(file).root else { return }
        let layout = ReductionLayout.self
        let place = layout.path(layout.process, layout.parameters, layout.identity)
        guard let made = (try? root.dataset(place).value())?.text, made.hasPrefix(ReductionDescription.firstLabel) else { return }
        let inputs = try? root.dataset(layout.path(layout.process, "inputs", "path")).value()
        throw derivedRun(given, "azimuthal integration", from: inputs?.texts?.first)
    }

    static func derivedRun(_ given: String, _ method: String, from input: String?) -> ReductionError {
        ReductionError(
            .inputInvalid, "This is a derived run: it holds what was made of frames, not frames", at: given, got: method,
            expected: "a run with frames", remedy: input.map { "It was made from \($0)" })
    }
}
