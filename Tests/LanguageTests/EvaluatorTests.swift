import Testing

/// The second reading of the language against answers that are plain to see.
@Suite struct EvaluatorTests {
    private let before = """
        enum Hue = red, green, blue
        type Pair = { n: Int in [0, 2], ok: Bool }
        let most: Int = 4
        func twice(x: Int) = 2 * x
        func next(p: Pair) = p with { n: mod(p.n + 1, 3) }
        func counted(s: Int, p: Pair) = s + p.n
        func shifted(i: Int) = sum(j: Int in [0, 2] : j) + twice(i)

        """

    @Test(
        arguments: [
            ("sum(i: Int in [0, 3] : i) == 6", true),
            ("all(i: Int in [0, 3] : all(j: Int in [i + 1, 3] : i < j))", true),
            ("any(i: Int in [2, 1] : true)", false),
            ("forall h: Hue where h != red : int(h) >= 1", true),
            ("exists q: Pair : q.ok and q.n == 2", true),
            ("count(i, j: Int in [0, 2] where i < j : true) == 3", true),
            ("rate(t: Tokens[2] over 3 : t[0] == t[1]) >= 0.34", false),
            ("sum([i: Int in [0, 2] : i * i]) == 5", true),
            ("all((if [true, false] then [1, 2] else [3, 4]) == [1, 4])", true),
            ("[5, 6, 7][9] == 7 and all([5, 6, 7][1..] == [6, 7])", true),
            ("mod(-1, 3) == 2 and int(-1.5) == -1 and argmax([1, 3, 3]) == 1", true),
            ("max(v in ([3, most, 1]) : v) == 4", true),
            ("shifted(most) == 11", true),
            ("{ let p = { n: 1, ok: true }; (p with { n: 2 }).n == 2 }", true),
            ("0 <= 1 < 1", false),
            ("[i, j: Int in [0, 1] : i - j][1, 0] == 1", true),
            ("blue in {red, Hue.blue} and 2 in [2, 3]", true),
            ("iterate(twice, from: 1, times: 5) == 32 and iterate(twice, from: 3, times: 0) == 3", true),
            ("trace(twice, from: 1, times: 3)[2] == 4 and rows(trace(twice, from: 1, times: 3)) == 4", true),
            ("fold(counted, over: trace(next, from: { n: 1, ok: true }, times: 2), from: 0) == 3", true),
            ("trace(next, from: { n: 2, ok: true }, times: 1).n[1] == 0", true),
            ("forall s: Pair[1..2] : sum(p in s : p.n) <= 2 * length(s)", true),
            ("exists s: Pair[1..2] : length(s) == 1 and sum(p in s : p.n) == 3", false),
            ("exists s: Pair[1..2] where length(s) == 1 : s[1].n != s[0].n", false),
            ("count(t: Bool[2] : t[0] or t[1]) == 3 and count(t: Hue[2] : true) == 9", true),
            ("median([4, 1]) == 2.5 and quantile([0, 4, 1], 0.75) == 2.5", true),
            ("all(sort([2, 0, 1]) == [0, 1, 2]) and all(argsort([1, 0, 0]) == [1, 2, 0])", true),
            ("all(top_k([2, 5, 3], 2) == [5, 3]) and all(cumsum([1, 2, 3]) == [1, 3, 6])", true),
            ("all(diff([1, 4, 2]) == [3, -2]) and all(histogram([0, 1, 2, 5], [0, 1, 2]) == [1, 2])", true),
            ("all(one_hot(3, n: 2) == 0) and confusion([1, 1], [0, 1], n: 2)[0, 1] == 1", true),
            ("accuracy([[1, 1], [0, 2]], [0, 0]) == 0.5 and all(diag([[1, 2], [3, 4]]) == [1, 4])", true),
            ("all(all([true, true, false], within: 1) == [true, false, false])", true),
            ("all(any([false, false, true], while: [true, false, true]) == [false, false, true])", true),
            ("all(any([false, false, true], within: 1, while: [false, true, false]) == [false, true, true])", true),
            ("variance([1, 3]) == 1 and std(i: Int in [0, 1] : 4 * i) == 2", true),
            ("round(4 * cosine([1, 1], [2, 2]) + 0.1) == 4 and round(correlation([1, 2], [5, 3]) + 0.1) == -1", true),
            ("all(max(outer([1, 2], [3, 4]), axis: 0) == [6, 8]) and sum([5, 6], mask: [false, true]) == 6", true),
            ("all(flatten(matmul([[1, 2]], transpose([[3, 4]]))) == [11]) and norm([3, 4], 2) == 5", true),
        ] as [(String, Bool)])
    func expressionsMeanWhatTheySay(_ expression: String, _ truth: Bool) throws {
        let evaluator = try #require(Evaluator(before + "property p { forall _z: Bool check \(expression) }"))
        #expect(try Question.all(of: evaluator)[0].answer().holds == truth)
    }

    @Test(
        arguments: [
            ("forall x: Int in [0, 3] where x > 0 check x >= 1", true, true),
            ("forall x: Int in [0, 3] assume x > 5 check x > 9", true, false),
            ("exists x: Int in [0, 3] where x > 1 check x * x == 4", true, true),
            ("forall x: Int in [0, 3] exists y: Int in [0, 3] check x + y == 3", true, true),
            ("exists y: Int in [0, 3] forall x: Int in [0, 3] check x + y == 3", false, true),
            ("exists y: Int in [0, 3] forall x: Int in [0, 3] where x > y check x == 3", true, true),
            ("forall x: Real in [0, 1] exists y: Real in [0, 1] check y - x >= 0.25 or x > 0.75", true, true),
            ("forall x: Real in [0, 1] exists y: Real in [0, 1] check y - x >= 0.25 or x >= 1", false, true),
        ] as [(String, Bool, Bool)])
    func quantifiersAreGoneThrough(_ clauses: String, _ truth: Bool, _ isAdmitted: Bool) throws {
        let evaluator = try #require(Evaluator("property p { \(clauses) }"))
        let answer = try Question.all(of: evaluator)[0].answer()
        #expect(answer.holds == truth && answer.isAdmitted == isAdmitted)
    }

    @Test func aFamilyHasAMemberForEachValue() throws {
        let evaluator = try #require(Evaluator("property p(n: Int in {3, 1}) { forall x: Int in [0, 2] check x < n }"))
        #expect(try Question.all(of: evaluator).map { try $0.answer().holds } == [true, false])
    }

    @Test func aThresholdIsWhereTheCheckTurns() throws {
        let text = "property p { forall x: Int in [0, 3] exists y: Int in [x, 4] check y - 2 * x >= 0 }"
        let evaluator = try #require(Evaluator(text))
        #expect(try Question.all(of: evaluator)[0].threshold() == -2)
    }
}
