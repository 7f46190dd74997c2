import BlackBoxes
import Checker
import Compiler
import Diagnostics
import LanguageModels
import Reports
import Tensors

/// What is checked: the trials of a spec or of a VNN-LIB property, and the files they come from.
struct Subject {
    /// As given on the command line.
    let path: String
    let sources: [SourceFile]
    let trials: [PlannedTrial]
    /// Tables by their index in a leaf; empty for a VNN-LIB property.
    let tables: [CheckedTable]
    let columns: [[Tensor]]
    let models: [String: String]
    let data: [String: String]
    let parameters: [String: String]
    /// The random seed of wrappers; nil where there are none.
    let seed: UInt64?
    let warnings: String
    /// The folder that counterexamples are written to, in the form of data; nil for none.
    var counterexamples: String?
    /// Whether a property does not compile; what is wrong is among the warnings.
    let hasMistakes: Bool
    /// The models and data that were read.
    let files: [NamedFile]
    /// Of all files together.
    let digest: String
    /// Those that are not made of others.
    let modelNames: [String]
    /// Of the questions to black boxes; nil where there are none.
    let ledger: QueryLedger?
    let languageModels: [AskedLanguageModel]

    /// Throws where a black box answers no more, or a language model could not: what was made of their answers is worth nothing.
    func requireAnswers() throws(Failure) {
        try ledger?.requireAnswers()
        try requireLanguageModels()
    }

    func requireLanguageModels() throws(Failure) {
        for model in languageModels {
            if let failure = model.failure { throw Failure(failure, code: .unfinished) }
        }
    }

    /// The trial of this name; nil where there is none.
    func trial(named name: String) throws(Failure) -> Trial? {
        guard let planned = trials.first(where: { $0.name == name }) else { return nil }
        return try planned.compiled()
    }

    /// A file, and what the spec calls it.
    struct NamedFile {
        enum Kind { case model, data }

        let kind: Kind
        let name, path: String
    }

    /// What the spec says under a span, on one line; within quotes as it is.
    func words(_ span: Span) -> String {
        guard let source = sources.first(where: { $0.id == span.file }) else { return "" }
        var (line, isQuoted, isEscaped) = ("", false, false)
        for character in source.text(span) {
            if character == "\"", !isEscaped { isQuoted.toggle() }
            isEscaped = isQuoted && character == "\\" && !isEscaped
            if !isQuoted, character.isWhitespace {
                if !line.isEmpty, line.last != " " { line.append(" ") }
            } else {
                line.append(character)
            }
        }
        return line.hasSuffix(" ") ? String(line.dropLast()) : line
    }

    /// The fields of a row of a table, whatever their types.
    func fields(ofRow row: Int, in table: Int) -> [(name: String, type: SayType, values: [Double])] {
        zip(tables[table].columns, columns[table]).compactMap { field, column in
            guard let count = column.shape.dimensions.first, row < count else { return nil }
            let size = column.count / count
            return (field.name, field.type, column.doubles(in: row * size..<(row + 1) * size))
        }
    }

    /// `digits.say:9:1`, or the file alone.
    func place(_ trial: Trial) -> String { place(trial.span) }

    func place(_ span: Span?) -> String { region(span).text }

    /// Where something is written; the file as a whole where that is not told.
    func region(_ span: Span?) -> CheckRun.Place {
        guard let span, let source = sources.first(where: { $0.id == span.file }) else {
            return CheckRun.Place(file: path)
        }
        return CheckRun.Place(
            file: source.path, range: (source.position(at: span.lower), source.position(at: span.upper)))
    }

    /// As written, all lines.
    func text(_ span: Span?) -> String? {
        span.flatMap { span in sources.first { $0.id == span.file }?.text(span) }
    }
}

/// A trial to be, compiled when its turn comes.
struct PlannedTrial {
    let name: String
    let member: FamilyMember?
    let span: Span?
    private let compile: () throws(Failure) -> Trial

    init(_ name: String, _ member: FamilyMember?, at span: Span?, compile: @escaping () throws(Failure) -> Trial) {
        self.name = name
        self.member = member
        self.span = span
        self.compile = compile
    }

    init(_ trial: Trial) { self.init(trial.name, trial.member, at: trial.span) { () throws(Failure) in trial } }

    /// Anew with every call. Throws where the property cannot be tried.
    func compiled() throws(Failure) -> Trial { try compile() }
}
