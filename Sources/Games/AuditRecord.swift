/// What came of one auditor with one model.
struct AuditRecord: Codable, Sendable {
    let model, auditor: String
    /// From start to end of its command.
    let seconds: Double
    /// nil where there is none, and then `silence` says why.
    let answer: Answer?
    let silence: String?
    /// The end of what the command wrote to standard error.
    let errors: String
}
