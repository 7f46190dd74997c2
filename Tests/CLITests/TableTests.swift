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

    /// An imputer in front of numbers that are never missing changes nothing.
    @Test func whatIsNeverMissingIsProvedThroughAnImputer() throws {
        try writeColumns()
        let result = try check(
            """
            property rich { forall age: Real in [18, 90], income: Real in [50, 100]
              check m({ age: age, income: income, job: clerk }).label == approve }
            property monotone { forall age: Real in [18, 90], less: Real in [0, 50], extra: Real in [0, 50]
              check m({ age: age, income: less + extra, job: nurse }).p[approve]
                    >= m({ age: age, income: less, job: nurse }).p[approve] - 1e-3 }

            """)
        #expect(result.output.contains("2 properties: 2 proved"), "\(result.output)\(result.errors)")
    }

    @Test func counterexamplesAreWrittenAsRows() throws {
        try writeColumns()
        try command.write("age,income,job\n18,99,Nurse\n80,,adm-clerical\n", to: "rows.csv")
        let text = """
            data d : { age: Real, income: Real?, job: Job } from "rows.csv"
            property approved { forall a: Applicant  assume a.job == clerk and a.age >= 80 and is_missing(a.income)
              check m(a).label == approve }
            property approved_rows { forall row in d
              check m({ age: row.age, income: row.income, job: row.job }).label == approve }

            """
        var first: [String: String] = [:]
        for _ in 0..<2 {
            let result = try check(text, "--write-counterexamples out")
            #expect(result.output.contains("saved out/approved-"), "\(result.output)\(result.errors)")
            let files = try command.files().filter { $0.hasPrefix("out/") && $0.hasSuffix(".csv") }
            let found = try Dictionary(uniqueKeysWithValues: files.map { ($0, try command.text(of: $0)) })
            #expect(found.count == 2 && (first.isEmpty || first == found))
            first = found
        }
        #expect(first.values.sorted() == ["age,income,job\n80,,adm-clerical\n", "age,income,job\n80,,adm-clerical\n"])
    }

    @Test func aSeparatorThatIsSaidGoesBefore() throws {
        try writeColumns()
        try command.write("age|job,x\n1|Nurse\n2|pilot\n", to: "rows.csv")
        let result = try check(
            """
            data d : { age: Real, job: Job at "job,x" } from "rows.csv" separator "|"
            property p { check count(row in d : row.job == pilot) == 1 }

            """)
        #expect(result.output.contains("  proved  "), "\(result.output)\(result.errors)")
    }

    @Test func aFirstSpecOfATableIsChecked() throws {
        try writeColumns()
        try command.write(
            "age,income,job,decision\n18,99,Nurse,approve\n80,,adm-clerical,refuse\n33,20,Nurse,approve\n",
            to: "rows.csv")
        let made = try command.run("init m.onnx --data rows.csv")
        #expect(made.code == 0, "\(made.output)\(made.errors)")
        let text = try command.text(of: "m.say")
        for line in [
            "enum Job = adm_clerical \"adm-clerical\", nurse \"Nurse\"\n", "  income: Real? in [20, 100]\n",
            "property fair_to_job", "property rises_with_age", "property known_income", "label: Label at \"decision\"",
        ] { #expect(text.contains(line), "\(line) in\n\(text)") }
        let checked = try command.run("check m.say --no-cases --budget 1s")
        #expect(!checked.output.contains("error") && checked.errors.isEmpty, "\(checked.output)\(checked.errors)")
    }
}
