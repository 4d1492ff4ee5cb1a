import Diagnostics
import ImageFiles
import TestSupport
import Testing

@Suite struct NPYTests {
    private static func header(_ descr: String, _ shape: String, fortran: Bool = false) -> String {
        "{'descr': '\(descr)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': \(shape), }\n"
    }

    @Test func everyVersionOfTheFormatIsRead() throws {
        for version: [UInt8] in [[1, 0], [2, 0], [3, 0]] {
            let file = try MadeImage.open(MadeImage.npy(Self.header("|u1", "(2, 3)"), [1, 2, 3, 4, 5, 6], version: version))
            #expect(file.kind == .npy)
            #expect(file.imageCount == 1)
            #expect(try file.image().integers == [1, 2, 3, 4, 5, 6])
        }
        let unknown = MadeImage.refusal(MadeImage.npy(Self.header("|u1", "(2, 3)"), [0], version: [4, 0]))
        #expect(unknown?.code == .unsupported)
        #expect(unknown?.got == "4.0")
    }

    @Test func fortranOrderIsTurnedAlsoInAStack() throws {
        let plane = try MadeImage.open(
            MadeImage.npy(Self.header("<u2", "(2, 3)", fortran: true), MadeImage.bytes([1, 4, 2, 5, 3, 6].map { UInt16($0) })))
        #expect(try plane.image().integers == [1, 2, 3, 4, 5, 6])
        let stack = try MadeImage.open(
            MadeImage.npy(Self.header("|u1", "(2, 2, 2)", fortran: true), [1, 5, 3, 7, 2, 6, 4, 8]))
        #expect(stack.imageCount == 2)
        #expect(try stack.image(0).integers == [1, 2, 3, 4])
        #expect(try stack.image(1).integers == [5, 6, 7, 8])
    }

    @Test func anImageBeyondTheStackIsNamed() throws {
        let stack = try MadeImage.open(MadeImage.npy(Self.header("|u1", "(2, 1, 1)"), [7, 8]))
        #expect(try stack.image(1).integers == [8])
        for number in [2, -1] {
            let error = #expect(throws: ImageFileError.self) { try stack.image(number) }
            #expect(error?.code == .noSuchImage)
            #expect(error?.expected == "0 to 1")
        }
    }

    @Test(arguments: [
        ("<f2", "'<f2'"), ("<c8", "'<c8', complex numbers"), ("|O", "'|O', Python objects (a pickle)"), ("|S5", "'|S5', bytes"),
        ("<U2", "'<U2', text"), ("<M8[s]", "'<M8[s]', dates"), ("=u2", "'=u2'"), ("|u2", "'|u2'"), ("u2", "'u2'"), ("", "''"),
        ("<u3", "'<u3'"), ("|b2", "'|b2'"),
    ]) func otherElementsAreRefusedByName(_ descr: String, _ got: String) {
        let error = MadeImage.refusal(MadeImage.npy(Self.header(descr, "(1, 1)"), [UInt8](repeating: 0, count: 64)))
        #expect(error?.code == .unsupported)
        #expect(error?.got == got)
    }

    @Test func aStructuredTypeIsRefusedByName() {
        let header = "{'descr': [('a', '<u2'), ('b', '<f4')], 'fortran_order': False, 'shape': (1, 1), }"
        let error = MadeImage.refusal(MadeImage.npy(header, [UInt8](repeating: 0, count: 6)))
        #expect(error?.code == .unsupported)
        #expect(error?.got == "a structured type")
    }

    @Test(arguments: [
        "", "{", "{}", "{'descr': '|u1', 'shape': (1, 1), }", "{'descr': '|u1', 'fortran_order': 0, 'shape': (1, 1)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (1, -1)}", "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 1)",
        "{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (1, 1)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 1)} x",
        "{'descr': '|u1', 'fortran_order': False, 'shape': [1, 1]}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 99999999999999999999)}",
    ]) func aHeaderThatNumpyDoesNotWriteIsRefused(_ header: String) {
        #expect(MadeImage.refusal(MadeImage.npy(header, [1, 2, 3, 4]))?.code == .damaged)
    }

    @Test func shapesThatAreNoImagesAreRefused() {
        for shape in ["()", "(4,)", "(1, 1, 2, 2)"] {
            #expect(MadeImage.refusal(MadeImage.npy(Self.header("|u1", shape), [1, 2, 3, 4]))?.code == .unsupported)
        }
        for shape in ["(0, 4)", "(65537, 1)", "(65536, 65536)", "(9000000000000000000, 9000000000000000000)"] {
            #expect(MadeImage.refusal(MadeImage.npy(Self.header("|u1", shape), [1, 2, 3, 4]))?.code == .limitExceeded)
        }
        for shape in ["(2, 3)", "(4000000000000000000, 2, 2)"] {
            #expect(MadeImage.refusal(MadeImage.npy(Self.header("|u1", shape), [1, 2, 3, 4]))?.code == .damaged)
        }
    }

    @Test func aTruthValueIsNoughtOrOne() {
        #expect(MadeImage.refusal(MadeImage.npy(Self.header("|b1", "(1, 2)"), [1, 2]))?.code == .damaged)
    }

    @Test func aLongHeaderIsNotRead() {
        let header = Self.header("|u1", "(1, 1)") + String(repeating: " ", count: 1 << 17)
        #expect(MadeImage.refusal(MadeImage.npy(header, [1], version: [2, 0]))?.code == .limitExceeded)
    }
}
