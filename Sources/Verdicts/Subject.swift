import BlackBoxes
import Checker
import Compiler
import Diagnostics
import LanguageModels
import Loading
import Reports
import Tensors
import Terminal

/// What is checked: the trials of a spec or of a VNN-LIB property, and the files they come from.
package struct Subject {
    /// As given on the command line.
    package let path: String
    package let sources: [SourceFile]
    package let trials: [PlannedTrial]
    /// Tables by their index in a leaf; empty for a VNN-LIB property.
    package let tables: [CheckedTable]
    package let columns: [[Tensor]]
    package let models: [String: String]
    package let data: [String: String]
    package let parameters: [String: String]
    /// The random seed of wrappers; nil where there are none.
    package let seed: UInt64?
    package let warnings: String
    /// The folder that counterexamples are written to, in the form of data; nil for none.
    package var counterexamples: String?
    /// Whether a property does not compile; what is wrong is among the warnings.
    package let hasMistakes: Bool
    /// The models and data that were read.
    package let files: [NamedFile]
    /// Of all files together.
    package let digest: String
    /// Those that are not made of others.
    package let modelNames: [String]
    /// Of the questions to black boxes; nil where there are none.
    package let ledger: QueryLedger?
    package let languageModels: [AskedLanguageModel]

    /// Throws where a black box answers no more, or a language model could not: what was made of their answers is worth nothing.
    package func requireAnswers() throws(Failure) {
        try ledger?.requireAnswers()
        try requireLanguageModels()
    }

    package func requireLanguageModels() throws(Failure) {
        for model in languageModels {
            if let failure = model.failure { throw Failure(failure, code: .unfinished) }
        }
    }

    /// The trial of this name; nil where there is none.
    package func trial(named name: String) throws(Failure) -> Trial? {
        guard let planned = trials.first(where: { $0.name == name }) else { return nil }
        return try planned.compiled()
    }

    /// What the spec says under a span, on one line; within quotes as it is.
    package func words(_ span: Span) -> String {
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
    package func fields(ofRow row: Int, in table: Int) -> [(name: String, type: SayType, values: [Double])] {
        zip(tables[table].columns, columns[table]).compactMap { field, column in
            guard let count = column.shape.dimensions.first, row < count else { return nil }
            let size = column.count / count
            return (field.name, field.type, column.doubles(in: row * size..<(row + 1) * size))
        }
    }

    /// `digits.say:9:1`, or the file alone.
    package func place(_ trial: Trial) -> String { place(trial.span) }

    package func place(_ span: Span?) -> String { region(span).text }

    /// Where something is written; the file as a whole where that is not told.
    package func region(_ span: Span?) -> CheckRun.Place {
        guard let span, let source = sources.first(where: { $0.id == span.file }) else {
            return CheckRun.Place(file: path)
        }
        return CheckRun.Place(
            file: source.path, range: (source.position(at: span.lower), source.position(at: span.upper)))
    }

    /// As written, all lines.
    package func text(_ span: Span?) -> String? {
        span.flatMap { span in sources.first { $0.id == span.file }?.text(span) }
    }
}
