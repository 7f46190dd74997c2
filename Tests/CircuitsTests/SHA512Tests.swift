import Testing

@testable import Circuits

/// SHA-512 in a graph against the examples of FIPS 180-4 and digests of other lengths.
@Suite struct SHA512Tests {
    private static let examples: [(message: String, digest: String)] = [
        (
            "abc",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        ),
        (
            "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
            "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909"
        ),
    ]

    @Test(arguments: examples) func digestsOfTheStandard(message: String, digest: String) throws {
        let message = Array(message.utf8)
        let toy = try Toy(bits: 8 * message.count) { SHA512Circuit.digest($0, $1) }
        #expect(hex(bytes(try toy.run([bits(message)])[0])) == digest)
    }
}
