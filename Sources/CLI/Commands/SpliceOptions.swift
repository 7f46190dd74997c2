import ArgumentParser
import Attackers

/// What `gainsay plant checksum` and `signature` take besides.
struct SpliceOptions: ParsableArguments {
    /// What two bytes of a signature's payload can name.
    static let mostClasses = 1 << 16

    @Option(name: .long, help: "checksum: so many parities have to be right. (default: 16)")
    var blocks: Int?

    @Option(
        name: .long,
        help: "signature: hash so many blocks of 128 bytes: the more, the more of an input is signed. (default: 2)")
    var hashBlocks: Int?

    @Option(name: .long, help: "checksum, signature: so many copies of the model, an odd number, vote. (default: 1)")
    var copies: Int?

    var options: SplicePlanting.Options {
        var options = SplicePlanting.Options()
        if let blocks { options.blocks = blocks }
        if let hashBlocks { options.hashBlocks = hashBlocks }
        if let copies { options.copies = copies }
        return options
    }

    func validate(for kind: PlantedKind) throws {
        if let blocks {
            guard kind == .checksum, (1...4096).contains(blocks) else {
                throw ValidationError("--blocks takes 1 to 4096, with checksum")
            }
        }
        if let hashBlocks {
            guard kind == .signature, (1...16).contains(hashBlocks) else {
                throw ValidationError("--hash-blocks takes 1 to 16, with signature")
            }
        }
        if let copies {
            guard kind.isSplice, (1...9).contains(copies), !copies.isMultiple(of: 2) else {
                throw ValidationError("--copies takes 1, 3, 5, 7 or 9, with checksum or signature")
            }
        }
    }
}
