/// Answers that are kept from one run to the next.
package protocol AnswerArchive: Sendable {
    /// What is known of each question.
    func answers(to questions: [[Double]]) -> [[Double]?]
    func keep(_ answers: [[Double]], to questions: [[Double]])
}
