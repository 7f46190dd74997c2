import Diagnostics
import Syntax

/// A spec of one property, or one family, over few inputs, drawn by chance: its text and what trying everything says of it.
struct RandomSpec: Sendable {
    /// What is drawn.
    enum Kind {
        /// All of the language over finite domains.
        case finite
        /// The same, with a check at the value where it begins to fail.
        case planted
        /// Properties that some input decides, with a measure to be made small or without.
        case shrunk
        /// Quantifiers over Reals.
        case reals

        var forms: [Form] {
            switch self {
            case .finite: [.forall, .forall, .forall, .exists, .forallExists, .existsForall]
            case .planted: [.exists, .forallExists, .forallExists, .existsForall]
            case .shrunk: [.forall, .forall, .exists]
            case .reals: [.exists, .forallExists, .existsForall]
            }
        }
    }

    enum Form: String {
        case forall, exists
        case forallExists = "forall-exists"
        case existsForall = "exists-forall"
    }

    let seed: UInt64
    let form: Form
    let text: String
    let questions: [Question]
    let answers: [Question.Answer]
    /// The language's constructs in it, with how often.
    let constructs: [String: Int]

    /// The first of the specs behind a seed that have a truth and can be decided here.
    init(_ kind: Kind = .finite, seed: UInt64) {
        for attempt in 0..<1000 {
            var draft = Draft(kind, seed: seed, attempt: UInt64(attempt))
            guard let spec = RandomSpec(seed, &draft) else { continue }
            if kind == .shrunk, !spec.answers.contains(where: { $0.holds == (spec.form == .exists) }) { continue }
            self = spec
            return
        }
        preconditionFailure("seed \(seed): no spec")
    }

    private init?(_ seed: UInt64, _ draft: inout Draft) {
        if draft.isPlanted {
            guard let evaluator = Evaluator(draft.text(threshold: "0"), mostSteps: Self.mostSteps),
                let question = try? Question.all(of: evaluator).first, let value = try? question.threshold(),
                value.isFinite
            else { return nil }
            draft.plant(value)
        }
        let text = draft.text(threshold: draft.threshold)
        do {
            guard let evaluator = Evaluator(text, mostSteps: Self.mostSteps) else { return nil }
            questions = try Question.all(of: evaluator)
            answers = try questions.map { try $0.answer() }
            evaluator.mostSteps = .max
        } catch { return nil }
        (self.seed, self.text, form) = (seed, text, draft.form)
        constructs = draft.writer.used
    }

    private static let mostSteps = 400_000
}

extension Evaluator {
    /// nil for what is no sentence of the language.
    convenience init?(_ text: String, mostSteps: Int = .max) {
        let (tree, diagnostics) = parse(SourceFile(path: "spec.say", text: text))
        guard diagnostics.isEmpty else { return nil }
        self.init(tree, mostSteps: mostSteps)
    }
}
