import Tensors
import Testing

@testable import Models

/// What models in the files of libraries of trees answer, worked out by hand.
@Suite struct TreeFileTests {
    private typealias Samples = TreeFileSamples

    @Test func formatsAreToldByTheBytes() {
        #expect(ModelFormat(Array(Samples.xgboost.utf8)) == .json)
        #expect(ModelFormat(Samples.universalBinaryJSON) == .universalBinaryJSON)
        #expect(ModelFormat(Array(Samples.lightGBMText.utf8)) == .lightGBMText)
        #expect(ModelFormat(Array("\n {\"a\": 1}".utf8)) == .json)
        #expect(ModelFormat(Array("treetop".utf8)) == .onnx)
        #expect(ModelFormat(ModelWriter().bytes()) == .onnx)
        #expect(ModelFormat([]) == .onnx)
    }

    @Test func signaturesAreThoseOfClassifiersAndOthers() throws {
        let classifier = try ModelSource(Array(Samples.xgboost.utf8)).openSignature()
        #expect(classifier.inputs.map(\.description) == ["float32[?, 3]"])
        #expect(classifier.outputs.map { "\($0.name) \($0)" } == ["label int64[?]", "probabilities float32[?, 2]"])
        let other = try ModelSource(Array(Samples.catBoost.utf8)).openSignature()
        #expect(other.inputs.map(\.description) == ["float32[?, 2]"])
        #expect(other.outputs.map { "\($0.name) \($0)" } == ["value float64[?, 1]"])
        #expect(try ModelSource(Array(Samples.lightGBMText.utf8)).openSignature().inputs[0].element == "float64")
    }

    @Test func summariesCountTreesAndNumbers() throws {
        let summary = try ModelSource(Array(Samples.lightGBMText.utf8)).summary()
        #expect(summary.kind == "LightGBM" && summary.producer == "LightGBM v4" && summary.version == nil)
        #expect(summary.operators == [.init(name: "trees", domain: "", count: 2, isKnown: true)])
        #expect(try ModelSource(Array(Samples.catBoost.utf8)).summary().parameterCount == 7)
    }

    @Test func rowsAreAsManyAsAreDeclared() throws {
        let source = try ModelSource(Array(Samples.xgboost.utf8))
        let model = try source.model(.init(shapes: ["x": [4, 3]]))
        #expect(model.signature.outputs.map(\.type.shape) == [[4], [4, 2]])
        #expect(model.signature.inner(named: "margin")?.type.shape == [4, 1])
        #expect(throws: ModelError("the model takes rows of 3 features, not [1, 4]", in: "input `x`")) {
            try source.model(.init(shapes: ["x": [1, 4]]))
        }
        #expect(throws: ModelError.self) { try source.model(.init(shapes: ["x": [1 << 40, 3]])) }
    }

    @Test func xgboostTestsAreLessAndCategoriesGoRight() throws {
        let half = Double(Float(0.5).nextDown)
        let found = try Samples.answers(
            Samples.xgboost,
            [
                [0.4, 0, 0], [half, 0, 1], [0.5, 0, 1], [0.5, 0, 1.9], [0.5, 0, 3], [0.5, 0, 2], [0.5, 0, 0],
                [0.5, 0, -1],
                [0.5, 0, -0.5], [0.5, 0, 1e9], [.nan, 0, 2], [0.5, 0, .nan],
            ])
        #expect(found["margin"] == [1, 1, 2, 2, 2, -1, -1, -1, -1, -1, 1, 2].map { $0 + 0.25 })
        #expect(found["label"] == [1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1])
        #expect(abs((found["probabilities"]?[1] ?? 0) - 0.777_299_86) < 1e-6)
    }

    @Test func xgboostStartsFromTheBaseScore() throws {
        let row = [[0.0, 0, 0]]
        func margin(_ score: String, _ objective: String) throws -> Double? {
            let file = Samples.xgboost.replacing("[5E-1]", with: score).replacing("binary:logistic", with: objective)
            let found = try Samples.answers(file, row)
            return (found["margin"] ?? found["value"])?.first
        }
        #expect(try margin("2", "reg:squarederror") == 3.25)
        #expect(try margin("1", "count:poisson") == 1.25)
        #expect(try margin("[0.5]", "binary:logitraw") == 1.75)
        #expect(try margin("2.5E-1", "binary:logistic").map { abs($0 - 0.151_387_7) < 1e-6 } == true)
    }

    @Test func xgboostsDartScalesTrees() throws {
        let dart = Samples.xgboost.replacing(
            #""gradient_booster": {"model""#,
            with: #""gradient_booster": {"name": "dart", "weight_drop": [0.5, 2], "gbtree": {"model""#
        )
        .replacing(#""name": "gbtree"},"#, with: #""name": "gbtree"}},"#)
        #expect(try Samples.answers(dart, [[0, 0, 0]])["margin"] == [1])
    }

    @Test func binaryJSONIsReadLikeText() throws {
        let found = try Samples.answers(
            Samples.universalBinaryJSON, [[0, 0.1], [0, Double(Float(0.1))], [0, 0], [0, .nan]])
        #expect(found["value"] == [2.5, 2.5, -0.5, -0.5])
        #expect(try ModelSource(Samples.universalBinaryJSON).summary().producer == "XGBoost 1.7.6")
    }

    @Test(arguments: [TreeFileSamples.lightGBMText, TreeFileSamples.lightGBMJSON])
    func lightGBMKnowsZerosAndCategories(_ file: String) throws {
        let found = try Samples.answers(
            file,
            [
                [-2, 0], [-1, 1], [Double(-1).nextUp, 1], [0, 1], [1e-35, 1], [1.1e-35, 1], [.nan, 1], [3, 0],
                [3, -0.5], [3, 2.9],
                [3, 3], [3, -1], [3, .nan], [3, 1e10], [3, 40],
            ])
        #expect(found["margin"] == [1, 1, -3, 1, 1, -3, 1, 2, 2, 2, -3, -3, -3, -3, -3].map { $0 + 0.5 })
        #expect(found["label"]?.prefix(3) == [1, 1, 0])
        #expect(abs((found["probabilities"]?[1] ?? 0) - 0.952_574_126_822_433_2) < 1e-12)
    }

    /// Of a test at a threshold between zeros, with every kind of missing.
    @Test func lightGBMTakesTinyNumbersForZero() throws {
        func margins(_ kind: Int, _ threshold: String, _ rows: [Double]) throws -> [Double]? {
            let file = Samples.lightGBMText.replacing("threshold=-1 0", with: "threshold=\(threshold) 0")
                .replacing("decision_type=6 1", with: "decision_type=\(kind) 1")
            return try Samples.answers(file, rows.map { [$0, 1] })["margin"]
        }
        let numbers = [-1, -1e-35, -1e-40, 0, 1e-40, 1e-35, 2e-35, Double.nan]
        #expect(try margins(0, "-1e-40", numbers) == [1.5, -2.5, -2.5, -2.5, -2.5, -2.5, -2.5, -2.5])
        #expect(try margins(0, "0", numbers) == [1.5, 1.5, 1.5, 1.5, 1.5, 1.5, -2.5, 1.5])
        #expect(try margins(8, "0", numbers) == [1.5, 1.5, 1.5, 1.5, 1.5, 1.5, -2.5, -2.5])
        #expect(try margins(10, "-1", numbers) == [1.5, -2.5, -2.5, -2.5, -2.5, -2.5, -2.5, 1.5])
        #expect(try margins(4, "1", numbers) == [1.5, -2.5, -2.5, -2.5, -2.5, -2.5, 1.5, -2.5])
    }

    @Test func lightGBMsForestsAnswerAverages() throws {
        let file = Samples.lightGBMText.replacing(
            "objective=binary sigmoid:2", with: "objective=regression\naverage_output")
        let found = try Samples.answers(file, [[-2, 0]])
        #expect(found["margin"] == [1.5] && found["value"] == [0.75])
    }

    @Test func catBoostNumbersLeavesByBits() throws {
        let found = try Samples.answers(
            Samples.catBoost,
            [[0.5, 1], [0.6, 1], [0.5, 1.1], [0.6, 1.1], [.nan, 0], [0, .nan], [Double(Float(0.5).nextUp), 0]])
        #expect(found["value"] == [1, 2, 3, 4, 1, 3, 2].map { 2 * $0 + 0.5 })
    }

    @Test func catBoostsClassesHaveTheirOwnNames() throws {
        let found = try Samples.answers(Samples.catBoostClasses, [[9, 0], [9, 1], [9, 3], [9, .nan]])
        #expect(found["label"] == [3, 7, 5, 3])
        #expect(found["margin"]?.prefix(3) == [1, 2, 0])
        #expect(abs((found["probabilities"] ?? []).reduce(0, +) - 4) < 1e-12)
    }

    @Test func whatNeedsONNXRefusesOtherFiles() {
        #expect(throws: ModelError.self) { try ModelWeights(onnx: Array(Samples.xgboost.utf8)) }
        do {
            _ = try Model(onnx: Array(Samples.lightGBMText.utf8))
            Issue.record("it was read")
        } catch { #expect(error.message == "not an ONNX file but LightGBM's text") }
    }
}
