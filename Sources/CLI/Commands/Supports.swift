import ArgumentParser
import Models
import Terminal

/// `gainsay supports`: the questions of the VNN-LIB 2.0 standard, one at a time.
struct Supports: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tell what queries and models are supported, as the VNN-LIB 2.0 standard asks.",
        aliases: ["capabilities"])

    enum Capability: String, EnumerableFlag {
        case onnxOpsetVersions, onnxElementTypes, onnxOperators, onnxOperatorsUnsatProofs
        case vnnlibVersions, hiddenNodeTheories, multipleInputOutputTheories, multipleNetworkTheories
        case multipleNodeComparisonTheories, arithmeticComplexityTheories, optimisedDisjunctiveReasoning
        case serialiseAssignments, unsatProofs

        /// The standard spells one of them in two ways.
        static func name(for value: Capability) -> NameSpecification {
            value == .multipleInputOutputTheories
                ? [.long, .customLong("multiple-inputs-output-theories")] : .long
        }

        static func help(for value: Capability) -> ArgumentHelp? {
            switch value {
            case .onnxOpsetVersions, .vnnlibVersions: "The oldest and the newest."
            case .onnxElementTypes: "Of declared tensors."
            case .onnxOperators, .onnxOperatorsUnsatProofs: "A line for each."
            case .hiddenNodeTheories, .multipleInputOutputTheories, .multipleNetworkTheories,
                .multipleNodeComparisonTheories, .arithmeticComplexityTheories:
                "By the standard's names."
            case .optimisedDisjunctiveReasoning, .serialiseAssignments, .unsatProofs: "true or false."
            }
        }
    }

    @Flag(exclusivity: .exclusive)
    var capability: Capability

    func run() { Console.write(lines.map { $0 + "\n" }.joined()) }

    private var lines: [String] {
        switch capability {
        case .onnxOpsetVersions: ["\(Model.operatorSets.lowerBound)", "\(Model.operatorSets.upperBound)"]
        case .onnxElementTypes:
            [
                "bool", "float32", "float64", "int16", "int32", "int64", "int8", "real", "uint16", "uint32", "uint64",
                "uint8",
            ]
        case .onnxOperators: Model.operators
        case .onnxOperatorsUnsatProofs: []
        case .vnnlibVersions: ["1.0", "2.0"]
        case .hiddenNodeTheories: ["NH", "H"]
        case .multipleInputOutputTheories: ["SIO", "MIO"]
        case .multipleNetworkTheories: ["SNET", "MENET", "MINET", "MNET"]
        case .multipleNodeComparisonTheories: ["SNC", "MNC"]
        case .arithmeticComplexityTheories: ["BND", "OUTC", "LIN", "POLY"]
        case .optimisedDisjunctiveReasoning, .serialiseAssignments: ["true"]
        case .unsatProofs: ["false"]
        }
    }
}
