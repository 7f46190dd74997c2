import Synchronization
import Tensors
import Testing

@testable import BlackBoxes

@Suite struct BlackBoxTests {
    private static let signature = Signature(
        inputs: [.init("x", TensorType(.float64, [2]))], outputs: [.init("y", TensorType(.float64, []))])

    /// Answers with the sum; what each attempt does is said beforehand.
    private final class Sums: Server {
        enum Attempt { case right, shifted, refused, failed }

        let description = "sums"
        let log: Log
        var plan: [Attempt]

        init(_ plan: [Attempt], _ log: Log) { (self.plan, self.log) = (plan, log) }

        func rows(of signature: Signature) -> Int { 3 }
        func stop() {}

        func ask(_ questions: [[Double]], _ signature: Signature) throws(BoxError) -> [[Double]] {
            log.requests.withLock { $0.append(questions) }
            switch plan.isEmpty ? .right : plan.removeFirst() {
            case .right: return questions.map { [$0[0] + $0[1]] }
            case .shifted: return questions.map { [$0[0] + $0[1] + 0.25] }
            case .refused: throw BoxError(.refused, "no")
            case .failed: throw BoxError(.failed, "gone", wait: 0)
            }
        }
    }

    private final class Log: Sendable {
        let requests = Mutex<[[[Double]]]>([])
        let told = Mutex<[String]>([])
        var counts: [Int] { requests.withLock { $0.map(\.count) } }
    }

    private let log = Log()
    private let ledger = QueryLedger()

    private func box(_ plan: [Sums.Attempt] = []) -> BlackBox {
        BlackBox("m", Sums(plan, log), Self.signature, ledger) { [log] text in log.told.withLock { $0.append(text) } }
    }

    @Test func asksEachQuestionOnce() {
        let box = box()
        #expect(box.answer([[1, 2], [3, 4], [1, 2]]) == [[3], [7], [3]])
        #expect(box.answer([[3, 4], [5, 6]]) == [[7], [11]])
        #expect(box.answer([[3, 4], [1, 2]]) == [[7], [3]])
        // The first one again with the second request.
        #expect(log.counts == [2, 2])
        #expect(ledger.account.asked == 4 && ledger.account.remembered == 3)
        #expect(ledger.account.changed == 0)
    }

    @Test func splitsWhatTheServerDoesNotTakeAtOnce() {
        let box = box()
        let questions = (0..<7).map { [Double($0), 0] }
        #expect(box.answer(questions) == questions.map { [$0[0]] })
        #expect(log.requests.withLock { $0.joined().prefix(3).map { $0[0] } } == [0, 1, 2])
        // A question that is asked again goes along even where the batch is full.
        #expect(log.counts == [3, 4, 1])
    }

    @Test func keepsToItsQueries() {
        let box = box()
        ledger.begin(limit: 3, reserve: 1)
        #expect(box.answer([[1, 1], [2, 2], [3, 3]]) == nil)
        #expect(box.refusals == 1 && ledger.account.asked == 0 && ledger.account.isSpent)
        #expect(box.answer([[1, 1], [2, 2]]) != nil)
        #expect(ledger.isOver && box.answer([[3, 3]]) == nil && box.answer([[2, 2]]) == [[4]])
        // What is kept back is for asking again.
        let (again, unasked) = ledger.askingAgain { box.answer([[1, 1], [1, 1]]) }
        #expect(again == [[2], [2]] && unasked == 0 && ledger.account.asked == 3)
        let (more, left) = ledger.askingAgain { box.answer([[2, 2]]) }
        #expect(more == [[4]] && left == 1 && ledger.account.asked == 3)
    }

    @Test func noticesAChangedAnswer() {
        let box = box([.right, .shifted])
        #expect(box.answer([[1, 1]]) == [[2]])
        #expect(ledger.askingAgain { box.answer([[1, 1]]) }.result == [[2.25]])
        #expect(ledger.account.changed == 1 && ledger.account.change == 0.25)
        #expect(box.answer([[1, 1]]) == [[2]])
    }

    @Test func triesAgainAfterFailures() {
        let box = box([.failed, .failed, .right, .failed, .right])
        #expect(box.answer([[1, 1]]) == [[2]])
        #expect(box.answer([[1, 2]]) == [[3]])
        #expect(ledger.account.retries == 3 && log.told.withLock(\.count) == 3 && ledger.account.failure == nil)
    }

    @Test func givesUpAfterSixFailures() {
        let box = box(Array(repeating: .failed, count: 6))
        #expect(box.answer([[1, 1]]) == nil && box.isOver && box.refusals == 1)
        #expect(ledger.account.failure == "black box `m`, sums: 6 attempts in a row failed; in the last one gone")
        // Nobody is asked any more.
        #expect(box.answer([[1, 2]]) == nil && log.counts.count == 6)
    }

    @Test func asksAloneWhatIsRefusedTogether() {
        let box = box([.refused, .right, .right])
        #expect(box.answer([[1, 1], [2, 2]]) == [[2], [4]] && log.counts == [2, 1, 1])
        let other = self.box([.refused, .right, .refused])
        #expect(other.answer([[1, 1], [2, 2]]) == nil)
        #expect(ledger.account.failure == "black box `m`, sums: no\n    asked for [2.0, 2.0]")
    }

    @Test func isCalledInGraphs() throws {
        let box = box()
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float64, [2]))
        let answer = try graph.splice(Graph(calling: box), inputs: [x])[0]
        let evaluator = try Evaluator(graph, outputs: [answer])
        let rows = try Tensor(Shape([20, 2]), (0..<40).map(Double.init))
        let found = try evaluator.run([rows], threads: 2)[0].doubles
        let expected = (0..<20).map { Double(4 * $0 + 1) }
        #expect(found == expected)
        #expect(ledger.account.asked >= 20 && graph.opaqueCalls(for: [answer]).count == 1)
        #expect(throws: ShapeError.self) { _ = try graph.add(Opaque(box), []) }
    }

    @Test func constantsAreAnsweredOnce() throws {
        var graph = Graph()
        let three = graph.constant(try Tensor(Shape([2]), [1.0, 2.0]))
        let answer = try graph.splice(Graph(calling: box()), inputs: [three])[0]
        #expect(graph.constant(of: answer)?.doubles == [3] && ledger.account.asked == 1)
    }
}
