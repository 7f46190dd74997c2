import CSodium
import Foundation
import Testing

@testable import Circuits

/// The verifier in a graph beside that of libsodium.
@Suite struct VerifierTests {
    private static let seed = Array(0..<32).map { UInt8($0 * 7) }

    /// A signature of a message, and x of the point that it begins with, as the graph takes them.
    private struct Case {
        var signature, x, message: [UInt8]

        var row: [Double] { bits(signature + x + message) }
    }

    /// A key pair of libsodium.
    private struct Key {
        var publicKey = [UInt8](repeating: 0, count: 32)
        private var secret = [UInt8](repeating: 0, count: 64)

        init(seed: [UInt8]) { crypto_sign_seed_keypair(&publicKey, &secret, seed) }

        func signature(of message: [UInt8]) -> [UInt8] {
            var signature = [UInt8](repeating: 0, count: 64)
            crypto_sign_detached(&signature, nil, message, UInt64(message.count), secret)
            return signature
        }
    }

    private static let key = Key(seed: seed)
    private static let made = Result {
        let (circuit, row) = try verifying()
        return (bytes: circuit.nodes.bytes(), toy: try Toy(circuit, 800, row))
    }

    private let key: Key
    private let toy: Toy

    init() throws { (key, toy) = (Self.key, try Self.made.get().toy) }

    /// The verifier over rows of 800 bits, and what it says.
    private static func verifying() throws -> (Circuit, Wire) {
        let verifier = try #require(VerifierCircuit(publicKey: key.publicKey))
        let circuit = Circuit(prefix: "c")
        let row = circuit.reshaped(circuit.bits(of: circuit.clamped("x", [800], 0...1), [0]), [800])
        let accepted = verifier.accepts(
            circuit, signature: circuit.picked(row, Array(0..<512)), x: circuit.picked(row, Array(512..<768)),
            message: circuit.picked(row, Array(768..<800)))
        return (circuit, circuit.numbers(accepted))
    }

    private func signed(_ message: [UInt8]) throws -> Case {
        let signature = key.signature(of: message)
        let point = try #require(CurvePoint(encoded: Array(signature.prefix(32))))
        return Case(signature: signature, x: point.x.bytes, message: message)
    }

    /// What libsodium says; x plays no part in it.
    private func isValid(_ example: Case) -> Bool {
        crypto_sign_verify_detached(
            example.signature, example.message, UInt64(example.message.count), key.publicKey) == 0
    }

    private func accepted(_ examples: [Case]) throws -> [Bool] { try toy.run(examples.map(\.row)).map { $0 == [1] } }

    @Test func signaturesAreAccepted() throws {
        let examples = try (0..<40).map { number in try signed([UInt8(number), 1, 2, UInt8(255 - number)]) }
        #expect(examples.allSatisfy(isValid))
        #expect(try accepted(examples).allSatisfy { $0 })
    }

    @Test func noBitMayDiffer() throws {
        let example = try signed([3, 1, 4, 1])
        var rows = [example.row]
        for bit in example.row.indices {
            rows.append(example.row)
            rows[bit + 1][bit] = 1 - rows[bit + 1][bit]
        }
        let found = try toy.run(rows).map { $0 == [1] }
        #expect(found[0] && found.dropFirst().allSatisfy { !$0 })
    }

    /// Corrupted signatures, S + L, -R, other keys, other messages: as libsodium says. x is that of R, where R is a point.
    @Test func refusalsAreThoseOfLibsodium() throws {
        let example = try signed([2, 7, 1, 8])
        var examples = [example]
        func add(_ change: (inout Case) -> Void) {
            var changed = example
            change(&changed)
            if let point = CurvePoint(encoded: Array(changed.signature.prefix(32))) { changed.x = point.x.bytes }
            examples.append(changed)
        }
        // The same modulo the order: S + L, and S + 2 L.
        for factor in 1...2 {
            add { changed in
                var carry = 0
                for place in 0..<16 {
                    let at = 32 + 2 * place
                    let sum =
                        Int(changed.signature[at]) + Int(changed.signature[at + 1]) << 8
                        + factor * Scalar.order[place] + carry
                    (changed.signature[at], changed.signature[at + 1]) = (UInt8(sum & 255), UInt8(sum >> 8 & 255))
                    carry = sum >> 16
                }
            }
        }
        add { $0.signature[31] ^= 0x80 }
        add { $0.message[0] ^= 1 }
        add { $0.signature.replaceSubrange(0..<32, with: CurvePoint.base.encoded) }
        add { $0.signature.replaceSubrange(0..<32, with: CurvePoint.neutral.encoded) }
        // The neutral point's y with p added, and with the sign of an x that is 0.
        add { $0.signature.replaceSubrange(0..<32, with: [0xEE] + Array(repeating: 0xFF, count: 30) + [0x7F]) }
        add { $0.signature.replaceSubrange(0..<32, with: [1] + Array(repeating: 0, count: 30) + [0x80]) }
        add { $0.signature = Array(repeating: 0, count: 64) }
        let foreign = Key(seed: Self.seed.reversed()).signature(of: example.message)
        add { $0.signature = foreign }
        let expected = examples.map(isValid)
        #expect(expected == [true] + Array(repeating: false, count: examples.count - 1))
        #expect(try accepted(examples) == expected)
    }

    @Test func theGraphIsTheSameEachTime() throws {
        #expect(try Self.verifying().0.nodes.bytes() == Self.made.get().bytes)
        #expect(VerifierCircuit(publicKey: Array(repeating: 0xFF, count: 32)) == nil)
    }
}
