import BlackBoxes

/// What a model should do, in Say: a file, or a text.
public struct Spec: Sendable {
    let path: String
    let text: String?

    /// The spec of a `.say` file; the files that it names count from its folder.
    public static func file(_ path: String) -> Spec { Spec(path: path, text: nil) }

    /// A spec that stands in no file. `name` is what messages call it; the files that it names count from the folder of that.
    public static func text(_ text: String, named name: String = "spec.say") -> Spec { Spec(path: name, text: text) }
}

/// What stands in for a model that a spec declares.
public enum Model: Sendable {
    /// A file of ONNX, LightGBM, XGBoost, CatBoost, or of a language model.
    case file(String)
    /// A program that answers over standard input and output, as `from command` has it.
    case command(String)
    /// A service at an address.
    case address(String)
    /// A function of this program: of several inputs, each the numbers of all of the model's inputs one behind the other,
    /// row-major in float64, it gives as many outputs, laid out alike.
    ///
    /// It is asked by one thread at a time, and each question once. No slope leads through it, and nothing is proved of it.
    case function(@Sendable (_ inputs: [[Double]]) throws -> [[Double]])
}

extension [String: Model] {
    /// As the command line says them.
    var places: [String: String] {
        compactMapValues { model in
            switch model {
            case .file(let path): path
            case .command(let command): "command " + command
            case .address(let address): address
            case .function: nil
            }
        }
    }

    var functions: [String: FunctionServer.Answers] {
        compactMapValues { if case .function(let it) = $0 { it } else { nil } }
    }
}
