import Foundation
import RegularExpressions
import Search
import Texts

/// Draws texts of regular expressions and says how fast:
///
///     engine-benchmark texts PATTERNS COUNT
///
/// PATTERNS has a pattern on each line; lines that begin with `# ` are passed over. For each it prints, separated by tabs: how many texts
/// were drawn, how many more PCRE2 refused, how many alternatives and ends of repetitions were never drawn, seconds (with the making of the
/// generator), the pattern; or `-`, and why there are none.
enum TextDraws {
    static func run(_ arguments: [String]) throws {
        guard arguments.count == 2, let count = Int(arguments[1]) else {
            print("usage: engine-benchmark texts PATTERNS COUNT")
            exit(2)
        }
        let text = try String(contentsOf: URL(fileURLWithPath: arguments[0]), encoding: .utf8)
        for pattern in text.split(separator: "\n").map(String.init) where !pattern.hasPrefix("# ") {
            let start = DispatchTime.now().uptimeNanoseconds
            do throws(PatternFailure) {
                let generator = try TextGenerator(matching: pattern)
                var draws = generator.makeDraws(Random(seed: 1))
                var length = 0
                for _ in 0..<count { length += draws.next().text.count }
                let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
                print("\(count)\t\(draws.refused)\t\(draws.missing)\t\(seconds)\t\(pattern)")
            } catch {
                print("-\t\(error.message)\t\t\t\(pattern)")
            }
        }
    }
}
