import Kernels
import Testing

/// All kernel tests: one at a time, because the dispatch path is one for the whole process.
@Suite(.serialized)
struct KernelsTests {}

/// The paths that this processor can run.
let paths = [GS_PATH_GENERIC, GS_PATH_AVX2, GS_PATH_AVX512].filter { gs_path_select($0) }

/// Every width a value may have.
let widths = [1, 16, 32, 48, 64]

/// Runs `body` on every path, and leaves the best one selected.
func onEveryPath(_ body: (gs_path) throws -> Void) rethrows {
    for path in paths {
        _ = gs_path_select(path)
        try body(path)
    }
}

extension KernelsTests {
    @Suite struct Dispatch {
        @Test func selectsWhatItSupports() {
            #expect(paths.contains(GS_PATH_GENERIC))
            for path in paths {
                #expect(gs_path_select(path))
                #expect(gs_path_current() == path)
            }
        }

        @Test func refusesAnUnknownPath() {
            let before = gs_path_current()
            #expect(!gs_path_select(gs_path(rawValue: 77)))
            #expect(gs_path_current() == before)
        }
    }
}
