import Tensors
import Testing

@testable import Models

/// Operators on texts. Tests/Conformance/text_models.py holds more of them against ONNX Runtime.
@Suite struct TextTests {
    private let words = ["a", "b", "the cat the", "e\u{301}", "\u{e9}", "", "Ä b"]

    /// One text `x` through nodes to `y`.
    private func model(_ domains: [String] = ["ai.onnx.ml"], _ build: (inout ModelWriter) -> Void) -> ModelWriter {
        var model = ModelWriter(operatorSet: 20, domains: domains)
        model.input(texts: "x", [1])
        build(&model)
        model.output("y", .float32, ["n"])
        return model
    }

    /// What the model gives for each of the texts, and the texts that its output's numbers stand for.
    private func run(
        _ writer: ModelWriter, _ texts: [String], ordered: [String]? = nil
    ) throws -> (rows: [[Double]], texts: [String]?) {
        var choices = Model.Choices(texts: ["x": [texts]])
        if let ordered { choices.texts["y"] = [ordered] }
        let model = try Model(onnx: writer.bytes(), choices)
        #expect(model.signature.inputs[0].texts == texts)
        let evaluator = try Evaluator(model.graph, outputs: model.graph.outputs.map(\.value))
        let rows = try texts.indices.map { index in
            try evaluator.run([Tensor([1, 1], [Int64(index)])])[0].doubles
        }
        return (rows, model.signature.outputs[0].texts)
    }

    private func encoder(_ attributes: [(String, ModelWriter.Attribute)]) -> ModelWriter {
        model { $0.node("LabelEncoder", ["x"], ["y"], attributes, domain: "ai.onnx.ml") }
    }

    @Test func textsAreEqualByteByByte() throws {
        let found = try run(
            encoder([("keys_strings", .texts(["\u{e9}", "a", "a"])), ("values_int64s", .integers([5, 6, 7]))]), words)
        #expect(found.rows == [[6], [-1], [-1], [-1], [5], [-1], [-1]])
    }

    @Test func textsMadeOfTextsKnowTheirVocabulary() throws {
        let writer = encoder([
            ("keys_strings", .texts(["a", "b"])), ("values_strings", .texts(["B", "A"])),
            ("default_string", .text("?")),
        ])
        let found = try run(writer, words)
        #expect(found.texts == ["B", "A", "?"] && found.rows.prefix(3) == [[0], [1], [2]])
        let turned = try run(writer, words, ordered: ["?", "A", "B"])
        #expect(turned.texts == ["?", "A", "B"] && turned.rows.prefix(3) == [[2], [1], [0]])
        let error = #expect(throws: ModelError.self) { try run(writer, words, ordered: ["A", "B"]) }
        #expect(error?.description == "output `y`: it may be \"?\"")
    }

    private func oneHot(zeros: Int) -> ModelWriter {
        model {
            $0.node(
                "OneHotEncoder", ["x"], ["h"], [("cats_strings", .texts(["b", "a"])), ("zeros", .integer(zeros))],
                domain: "ai.onnx.ml")
            $0.node("Reshape", ["h", "s"], ["y"])
            $0.initializer("s", try! Tensor([1], [-1] as [Int64]))
        }
    }

    @Test func categoriesAreOneHot() throws {
        let found = try run(oneHot(zeros: 1), ["a", "b", "c"])
        #expect(found.rows == [[0, 1], [1, 0], [0, 0]])
        #expect(try run(oneHot(zeros: 0), ["a", "b"]).rows == [[0, 1], [1, 0]])
    }

    @Test func aTextAtWhichTheModelFailsIsAnError() {
        let error = #expect(throws: ModelError.self) { try run(oneHot(zeros: 0), ["a", "pilot"]) }
        #expect(
            error?.description.contains("fails at \"pilot\", which is none of its categories: \"b\", \"a\"") == true)
    }

    /// Two columns of texts in one input, each with its own.
    @Test func columnsHaveTextsOfTheirOwn() throws {
        var model = ModelWriter(operatorSet: 13, domains: ["ai.onnx.ml"])
        model.input(texts: "x", [1, 2])
        for (index, categories) in [["a", "b"], ["c"]].enumerated() {
            model.initializer("i\(index)", try Tensor([1], [Int64(index)]))
            model.node("Gather", ["x", "i\(index)"], ["x\(index)"], [("axis", .integer(1))])
            model.node(
                "OneHotEncoder", ["x\(index)"], ["h\(index)"],
                [("cats_strings", .texts(categories)), ("zeros", .integer(0))], domain: "ai.onnx.ml")
        }
        model.node("Concat", ["h0", "h1"], ["y"], [("axis", .integer(-1))])
        model.output("y", .float32, [1, 1, 3])
        let graph = try Model(onnx: model.bytes(), .init(texts: ["x": [["a", "b"], ["c"]]])).graph
        let evaluator = try Evaluator(graph, outputs: graph.outputs.map(\.value))
        #expect(try evaluator.run([Tensor([1, 1, 2], [1, 2] as [Int64])])[0].doubles == [0, 1, 1])
        #expect(throws: ModelError.self) { try Model(onnx: model.bytes(), .init(texts: ["x": [["a", "c"], ["c"]]])) }
    }

    @Test func nGramsOfSplitTextsAreCounted() throws {
        let found = try run(
            model(["com.microsoft"]) {
                $0.node(
                    "Tokenizer", ["x"], ["t"],
                    [
                        ("tokenexp", .text("[a-z]+")), ("mark", .integer(0)), ("mincharnum", .integer(1)),
                        ("pad_value", .text("#")),
                    ],
                    domain: "com.microsoft")
                $0.node(
                    "TfIdfVectorizer", ["t"], ["y"],
                    [
                        ("mode", .text("TFIDF")), ("min_gram_length", .integer(1)), ("max_gram_length", .integer(2)),
                        ("max_skip_count", .integer(1)), ("ngram_counts", .integers([0, 2])),
                        ("ngram_indexes", .integers([1, 0, 2])), ("weights", .floats([0.5, 2, 1])),
                        ("pool_strings", .texts(["the", "cat", "the", "the"])),
                    ])
            }, ["the cat the", "cat", ""])
        // `the the` with one between, weighted by 1; `cat` at 0 by 2, `the` twice at 1 by 1/2.
        #expect(found.rows == [[2, 1, 1], [2, 0, 0], [0, 0, 0]])
    }

    @Test func labelsOfClassifiersAreTexts() throws {
        var model = ModelWriter(operatorSet: 13, domains: ["ai.onnx.ml"])
        model.input("x", .float32, [1, 2])
        model.node(
            "LinearClassifier", ["x"], ["label", "scores"],
            [
                ("coefficients", .floats([1, 0, 0, 1])), ("intercepts", .floats([0, 0])),
                ("classlabels_strings", .texts(["no", "yes"])), ("post_transform", .text("NONE")),
            ], domain: "ai.onnx.ml")
        model.node("ZipMap", ["scores"], ["p"], [("classlabels_strings", .texts(["no", "yes"]))], domain: "ai.onnx.ml")
        model.output(texts: "label", [1])
        model.output("p", .float32, [1, 2])
        let plain = try Model(onnx: model.bytes())
        #expect(
            plain.signature.outputs[0].texts == ["no", "yes"] && plain.signature.outputs[1].labels == ["no", "yes"])
        let turned = try Model(onnx: model.bytes(), .init(texts: ["label": [["yes", "no"]], "p": [["yes", "no"]]]))
            .graph
        let evaluator = try Evaluator(turned, outputs: turned.outputs.map(\.value))
        let answers = try evaluator.run([Tensor([1, 1, 2], [1, 3] as [Float])]).map(\.doubles)
        #expect(answers == [[0], [3, 1]])
    }

    @Test func whatTheFileTellsApartIsOffered() throws {
        let open = try Model(onnx: oneHot(zeros: 0).bytes())
        #expect(open.signature.inputs[0].texts == ["b", "a"])
    }

    @Test func operatorsThatLookAtNumbersRefuseTexts() {
        let error = #expect(throws: ModelError.self) { try run(model { $0.node("Exp", ["x"], ["y"]) }, words) }
        #expect(error?.description.contains("it is not supported on texts") == true)
    }

    /// A bit of everything, for mutation.
    static func everything() -> ModelWriter {
        var model = ModelWriter(operatorSet: 20, domains: ["ai.onnx.ml", "com.microsoft"])
        model.input(texts: "x", [1])
        model.initializer("k", texts: ["a", "b c"])
        model.node("StringConcat", ["x", "k"], ["xk"])
        model.node(
            "StringNormalizer", ["xk"], ["n"], [("case_change_action", .text("UPPER")), ("stopwords", .texts(["q"]))])
        model.node("RegexFullMatch", ["n"], ["m"], [("pattern", .text("A.*|B+"))])
        model.node("StringSplit", ["n"], ["p", "z"], [("maxsplit", .integer(1))])
        model.node(
            "LabelEncoder", ["n"], ["e"],
            [("keys_strings", .texts(["AA", "BB C"])), ("values_strings", .texts(["u", "v"]))],
            domain: "ai.onnx.ml")
        model.node("OneHotEncoder", ["e"], ["h"], [("cats_strings", .texts(["u", "_Unused"]))], domain: "ai.onnx.ml")
        model.node("Tokenizer", ["x"], ["t"], [("separators", .texts([" ", "a|b"]))], domain: "com.microsoft")
        model.node("Flatten", ["t"], ["tf"])
        model.node(
            "TfIdfVectorizer", ["tf"], ["c"],
            [
                ("mode", .text("IDF")), ("min_gram_length", .integer(1)), ("max_gram_length", .integer(2)),
                ("ngram_counts", .integers([0, 1])), ("ngram_indexes", .integers([1, 0])),
                ("pool_strings", .texts(["u", "u", "v"])),
            ])
        for name in ["m", "z", "h", "c"] { model.output(name, .float32, ["n"]) }
        model.output(texts: "e", ["n"])
        return model
    }
}
