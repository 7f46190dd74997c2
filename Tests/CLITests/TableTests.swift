import Models
import Tensors
import Testing

/// Models of tables: columns of their own, texts, labels, numbers that are missing.
@Suite(.withExecutable) struct TableTests {
    private let command: Command

    init() throws { command = try Command() }

    /// Approves where income/10 + 2 for nurses > age/20; what is missing of income counts as 30.
    private func writeColumns() throws {
        var model = ModelWriter(operatorSet: 13, domains: ["ai.onnx.ml"])
        model.input("age", .float32, ["n", 1])
        model.input("income", .float32, ["n", 1])
        model.input(texts: "job", ["n", 1])
        model.initializer("flat", try Tensor([2], [-1, 2] as [Int64]))
        model.node("Concat", ["age", "income"], ["numbers"], [("axis", .integer(1))])
        model.node(
            "Imputer", ["numbers"], ["whole"],
            [("imputed_value_floats", .floats([0, 30])), ("replaced_value_float", .float(.nan))], domain: "ai.onnx.ml")
        model.node(
            "OneHotEncoder", ["job"], ["hot"], [("cats_strings", .texts(["adm-clerical", "Nurse"]))],
            domain: "ai.onnx.ml")
        model.node("Reshape", ["hot", "flat"], ["jobs"])
        model.node("Concat", ["whole", "jobs"], ["all"], [("axis", .integer(1))])
        model.node(
            "LinearClassifier", ["all"], ["label", "scores"],
            [
                ("coefficients", .floats([0.05, 0, 0, 0, 0, 0.1, 0, 2])), ("intercepts", .floats([0, 0])),
                ("classlabels_strings", .texts(["refuse", "approve"])), ("post_transform", .text("NONE")),
            ], domain: "ai.onnx.ml")
        model.node(
            "ZipMap", ["scores"], ["probabilities"], [("classlabels_strings", .texts(["refuse", "approve"]))],
            domain: "ai.onnx.ml")
        model.output(texts: "label", ["n"])
        model.output("probabilities", .float32, ["n", 2])
        try command.write(model.bytes(), to: "m.onnx")
    }

    private let declarations = """
        enum Job = clerk "adm-clerical", nurse "Nurse", pilot
        enum Decision = approve, refuse
        type Applicant = { age: Real in [18, 90], income: Real? in [0, 100], job: Job }
        model m : (row: Applicant) -> (label: Decision, p: Tensor[Decision] at "probabilities") from "m.onnx"

        """

    private func check(_ text: String, _ options: String = "") throws -> Command.Result {
        try command.write(declarations + text, to: "spec.say")
        return try command.run("check spec.say --no-cases \(options)")
    }

    @Test func rowsAgreeWithWhatIsExpected() throws {
        try writeColumns()
        try command.write(
            """
            age;income;job;label;approve;refuse
            18;;adm-clerical;approve;3;0,9
            80;;Nurse;approve;5;4
            80;31,5;pilot;refuse;3,15;4
            20;0;nurse;approve;2;1

            """, to: "rows.csv")
        let result = try check(
            """
            data d : { age: Real, income: Real?, job: Job, label: Decision, approve: Real, refuse: Real } from "rows.csv"
            property same {
              check all(row in d : { let out = m({ age: row.age, income: row.income, job: row.job })
                out.label == row.label and abs(out.p[approve] - row.approve) <= 1e-6
                                       and abs(out.p[refuse] - row.refuse) <= 1e-6 })
            }
            property missing { check count(row in d : is_missing(row.income)) == 2 }
            property filled { check abs(mean(row in d : filled(row.income, 10)) - 12.875) <= 1e-9 }

            """)
        #expect(result.code == 0, "\(result.output)\(result.errors)")
        #expect(result.output.contains("3 properties: 3 proved"))
    }

    @Test func whatIsMissingIsFoundAndShown() throws {
        try writeColumns()
        let result = try check(
            """
            property needs_income { forall a: Applicant  assume is_missing(a.income)
              check m(a).label == approve }

            """, "--json")
        #expect(result.output.contains("\"missing\""), "\(result.output)\(result.errors)")
        #expect(result.output.contains("\"contradicted\""))
    }

    @Test func theShrinkerPrefersWhatIsPresent() throws {
        try writeColumns()
        let result = try check("property never { forall a: Applicant check m(a).p[refuse] > m(a).p[approve] }\n")
        #expect(result.output.contains("a.income") && !result.output.contains("missing"), "\(result.output)")
    }

    @Test func aTextThatIsNoCaseIsALocatedError() throws {
        try writeColumns()
        try command.write("age,job\n1,Nurse\n2,Nurce\n", to: "rows.csv")
        let result = try check(
            "data d : { age: Real, job: Job } from \"rows.csv\"\nproperty p { check all(row in d : row.age > 0) }\n")
        #expect(result.code == 2)
        #expect(
            result.errors.contains("row 1 of `d` has \"Nurce\" in column `job`, which is no case of `Job`")
                && result.errors.contains("the nearest is \"Nurse\""), "\(result.errors)")
    }

    @Test func aMissingNumberIsNeverSilent() throws {
        try writeColumns()
        try command.write("age,job\n1,Nurse\n,Nurse\n", to: "rows.csv")
        let result = try check(
            "data d : { age: Real, job: Job } from \"rows.csv\"\nproperty p { check all(row in d : row.age > 0) }\n")
        #expect(
            result.code == 2 && result.errors.contains("row 1 has no number for column `age`")
                && result.errors.contains("declared `Real?`"), "\(result.errors)")
    }

    @Test func labelsThatDifferAreALocatedError() throws {
        try writeColumns()
        try command.write(
            declarations.replacing("approve, refuse", with: "approve, refused")
                + "property p { forall a: Applicant check m(a).label == approve }\n",
            to: "spec.say")
        let result = try command.run("check spec.say --no-cases")
        #expect(result.code == 2 && result.errors.contains("error[port-texts]"), "\(result.errors)")
        #expect(result.errors.contains("the nearest is \"refused\""))
    }
}
