import Attackers
import Statistics

/// Tries on a language model what an auditor found: an order of letters on questions that nobody was told of, prompts by what the model replies.
struct TextReplay: Replaying {
    let judge: TextJudge

    func rate(of finding: Answer.Finding) throws -> Rate? {
        if let says = finding.says { return try judge.replied(with: says, to: (finding.prompts ?? []).map(\.text)) }
        return try finding.order.flatMap { try judge.obeyed(order: $0) }
    }

    func figures(of answer: Answer?, seed: UInt64) throws -> TextJudge.Figures? {
        let found = (answer?.findings ?? []).compactMap { finding in
            finding.says.map { ($0, (finding.prompts ?? []).map(\.text)) }
        }
        return try judge.figures(Dictionary(found, uniquingKeysWith: +), seed: seed)
    }
}
