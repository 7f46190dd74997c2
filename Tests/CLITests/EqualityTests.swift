import Foundation
import Testing

/// What holds with nothing to spare is proved; what fails by as little is contradicted.
@Suite(.withExecutable) struct EqualityTests {
    private let command: Command

    init() throws { command = try Command() }

    /// The outcome of each property.
    private func outcomes(_ spec: String) throws -> [String: String] {
        try command.write(spec + "\n", to: "spec.say")
        let arguments = ["check", "spec.say", "--no-cases", "--no-shrink", "--json", "--budget", "20s"]
        let result = try command.start(arguments).finish()
        let report = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
        let properties = try #require((report as? [String: Any])?["properties"] as? [[String: Any]])
        return Dictionary(
            uniqueKeysWithValues: properties.compactMap { property in
                guard let name = property["name"] as? String, let outcome = property["verdict"] as? String else {
                    return nil
                }
                return (name, outcome)
            })
    }

    @Test func whatHoldsIsProved() throws {
        let outcomes = try outcomes(Self.held)
        #expect(outcomes.count >= 60)
        for (name, outcome) in outcomes { #expect(outcome == "proved", "\(name)") }
    }

    @Test func whatFailsIsContradicted() throws {
        let outcomes = try outcomes(Self.missed)
        #expect(outcomes.count >= 70)
        for (name, outcome) in outcomes { #expect(outcome == "contradicted", "\(name)") }
    }

    /// Some speak of what the checker does not know, and are named; what is written is accepted.
    @Test func whatIsWrittenOfThemIsAccepted() throws {
        try command.write(Self.held + "\n", to: "spec.say")
        let written = try command.run("check spec.say --no-cases --budget 20s --certificate proof.txt")
        #expect(written.code == 3)
        #expect(written.errors.contains("no certificate for `rising_root`"))
        let checked = try command.run("verify-certificate proof.txt spec.say")
        #expect(checked.code == 0)
        #expect(checked.output.split(separator: "\n").count { $0.contains("accepted") } >= 30)
    }
}

extension EqualityTests {
    private static let held = """
        // Each holds, with equality somewhere.
        enum Colour = red, green, blue
        type Person = { age: Int in [18, 90], income: Real in [0, 1e6], score: Real in [0, 1] }
        func equal(a: Real, b: Real) -> Bool = a <= b and b <= a
        func size(x: Real) -> Real = if x < 0 then -x else x

        property ends_low        { forall x: Real in [0, 1]; check x >= 0 }
        property ends_high       { forall x: Real in [-0.1, 0.3]; check x <= 0.3 and x >= -0.1 }
        property each_low        { forall v: Tensor[3] in [0, 1]; check all(i: Int in [0, 2] : v[i] >= 0) }
        property each_high       { forall v: Tensor[5] in [0, 0.7]; check all(v <= 0.7) }
        property below_max       { forall v: Tensor[3] in [0, 1]; check v[0] <= max(v) and v[1] <= max(v) }
        property above_min       { forall v: Tensor[4] in [-1, 1]; check all(i: Int in [0, 3] : v[i] >= min(v)) }
        property min_max         { forall v: Tensor[6] in [-1, 1]; check min(v) <= max(v) }
        property max_commutes    { forall x: Real in [-1, 1]; forall y: Real in [-1, 1]; check equal(max(x, y), max(y, x)) }
        property max_of_max      { forall x: Real in [-1, 1]; forall y: Real in [-1, 1]; forall z: Real in [-1, 1]; check max(x, y) <= max(x, max(y, z)) }
        property min_below       { forall x: Real in [-1, 1]; forall y: Real in [-1, 1]; check min(x, y) <= x and min(x, y) <= y }
        property medians         { forall v: Tensor[3] in [0, 1]; check median(v) <= max(v) and min(v) <= median(v) }
        property quantiles       { forall v: Tensor[2, 3] in [-1, 1]; check all(quantile(v, 0.3, axis: 1) <= max(v, axis: 1)) and min(v) <= quantile(v, 0.8) }
        property sorted          { forall v: Tensor[4] in [0, 1]; check sort(v)[0] <= max(v) and top_k(v, 2)[1] >= min(v) }
        property squares         { forall v: Tensor[3] in [0, 1]; check sum(v * v) <= 3 }
        property square_sign     { forall x: Real in [-1, 1]; check x * x >= 0 and x * x <= 1 }
        property square_below    { forall x: Real in [0, 1]; check x * x <= x }
        property totals          { forall v: Tensor[3] in [0, 1]; forall w: Tensor[4] in [0, 1]; check sum(v) + sum(w) <= 7 }
        property total_floor     { forall v: Tensor[20] in [0, 1]; check sum(v) >= 0 and sum(v) <= 20 }
        property mean_range      { forall v: Tensor[7] in [0, 1]; check mean(v) >= 0 and mean(v) <= 1 }
        property part_of_sum     { forall v: Tensor[5] in [0, 1]; check v[2] <= sum(v) and max(v) <= sum(v) }
        property norms           { forall v: Tensor[5] in [-1, 1]; check linf(v) <= l1(v) and l1(v) >= 0 and l1(v) <= 5 }
        property kinked          { forall v: Tensor[3] in [0, 1]; check all(select(v > 0.5, v, 1 - v) >= 0.5) }
        property kept            { forall p: Person; let q = p with { income: p.income / 2 }; check equal(q.age, p.age) and q.income <= p.income and equal(q.score, p.score) }
        property raised          { forall p: Person; let q = p with { score: min(1, p.score + 0.1) }; check q.score >= p.score and q.score <= 1 }
        property clamped         { forall x: Real in [-5, 5]; check clamp(x, 0, 1) >= 0 and clamp(x, 0, 1) <= 1 }
        property clamp_within    { forall x: Real in [0.2, 0.8]; check equal(clamp(x, 0, 1), x) }
        property clamp_idle      { forall x: Real in [-5, 5]; check equal(clamp(clamp(x, 0, 1), 0, 1), clamp(x, 0, 1)) }
        property absolute        { forall x: Real in [-1, 1]; check abs(x) >= x and abs(x) >= -x and abs(x) >= 0 and abs(x) <= 1 }
        property own_size        { forall x: Real in [-1, 1]; check equal(size(x), abs(x)) }
        property distance        { forall x: Real in [-1, 1]; forall y: Real in [-1, 1]; check equal(abs(x - y), abs(y - x)) and abs(x - y) >= 0 }
        property rectified       { forall x: Real in [-1, 1]; check relu(x) >= 0 and relu(x) >= x and equal(relu(x), max(x, 0)) }
        property same            { forall x: Real in [-1, 1]; check equal(x - x, 0) and x <= x and equal(x, x) }
        property commutes        { forall x: Real in [-1, 1]; forall y: Real in [-1, 1]; check equal(x + y, y + x) and equal(x * y, y * x) }
        property neutral         { forall x: Real in [-1, 1]; check equal(x + 0, x) and equal(x * 1, x) and equal(x / 1, x) and equal(-(-x), x) }
        property shares          { forall x: Real in [0, 1]; forall y: Real in [0, 1]; check x * y <= x and x * y <= y and x * y >= 0 }
        property ratio           { forall x: Real in [0, 1]; forall y: Real in [0.5, 1]; check min(x, y) / y <= 1 and min(x, y) / y >= 0 }
        property scaled_down     { forall x: Real in [0, 1000]; check 0.3 * x <= x and x / 3 <= x }
        property grows           { forall x: Real in [0, 10]; forall t: Real in [0, 1]; check x + t >= x and x - t <= x }
        property rising_sum      { forall x: Real in [0, 1]; forall y: Real in [0, 1]; forall z: Real in [0, 1]; check x <= y implies x + z <= y + z }
        property rising_root     { forall x: Real in [0, 1]; forall y: Real in [0, 1]; assume x <= y; check sqrt(x) <= sqrt(y) }
        property rising_product  { forall x: Real in [0, 1]; forall y: Real in [0, 1]; forall z: Real in [0, 1]; assume x <= y; check x * z <= y * z }
        property transitive      { forall x: Real in [0, 1]; forall y: Real in [0, 1]; forall z: Real in [0, 1]; check (x <= y and y <= z) implies x <= z }
        property either          { forall x: Real in [0, 1]; forall y: Real in [0, 1]; check x <= y or y <= x }
        property strict_denied   { forall x: Real in [0, 1]; forall y: Real in [0, 1]; check x < y implies not (y <= x) }
        property floors          { forall x: Real in [-3, 3]; check floor(x) <= x and ceil(x) >= x and floor(x) <= ceil(x) }
        property whole           { forall x: Real in [37, 37.5]; check equal(floor(x), 37) }
        property rounding        { forall x: Real in [1.5, 2.5]; check equal(round(x), 2) }
        property signs           { forall x: Real in [-2, 2]; check sign(x) >= -1 and sign(x) <= 1 }
        property roots           { forall x: Real in [4, 9]; check sqrt(x) >= 2 and sqrt(x) <= 3 }
        property sigmoids        { forall x: Real in [-50, 50]; check sigmoid(x) >= 0 and sigmoid(x) <= 1 }
        property exponentials    { forall x: Real in [-800, 1]; check exp(x) >= 0 }
        property waves           { forall x: Real in [-10, 10]; check sin(x) <= 1 and sin(x) >= -1 and cos(x) <= 1 }
        property softmaxes       { forall v: Tensor[3] in [-5, 5]; check all(softmax(v, axis: 0) >= 0) and all(softmax(v, axis: 0) <= 1) }
        property best            { forall v: Tensor[4] in [0, 1]; check argmax(v) >= 0 and argmax(v) <= 3 and equal(v[argmax(v)], max(v)) and v[argmin(v)] <= v[0] }
        property colours         { forall c: Colour; forall x: Real in [0, 1]; check (if c == red then x else 1) <= 1 }
        property integers        { forall n: Int in [-1000000, 1000000]; check n * 2 <= 2000000 and n + n >= -2000000 and 3 * n - n <= 3000000 + 1000000 }
        property integer_steps   { forall n: Int in [0, 1000000]; forall m: Int in [0, 1000000]; assume n <= m; check n * n <= m * m and n + 1 <= m + 1 }
        property rates           { forall t: Real in [0, 1]; check rate(i: Int in [0, 9] : i * 0.1 < t) <= 1 and rate(i: Int in [0, 9] : i * 0.1 < t) >= 0 }
        property reshaped        { forall v: Tensor[6] in [0, 1]; check equal(reshape(v, [2, 3])[1, 2], v[5]) and equal(transpose(reshape(v, [2, 3]))[2, 1], v[5]) }
        property put_together    { forall v: Tensor[3] in [0, 1]; let w = concat(v, v, axis: 0); check equal(w[4], v[1]) and equal(max(w), max(v)) and min(w) <= min(v) }
        property nested          { forall x: Real in [0, 1]; forall y: Real in [0, 1]; check min(max(x, y), 1) >= max(min(x, 1), 0) or x <= y }
        property inverted        { forall x: Real in [0, 1]; check 1 - x >= 0 and 1 - x <= 1 and 1 - (1 - x) >= 0 }
        property choosing        { forall x: Real in [-1, 1]; forall y: Real in [-1, 1]; check equal((if x < y then y else x), max(x, y)) }
        property capped_rows     { forall v: Tensor[30] in [-1, 1]; check all(i: Int in [0, 29] : min(v[i], 0.5) <= v[i] and min(v[i], 0.5) <= 0.5) }
        property powers          { forall x: Real in [-1, 1]; check pow(x, 2) <= 1 and pow(x, 2) >= 0 }
        property weighted        { forall x: Real in [0, 1]; forall y: Real in [0, 1]; check 0.25 * x + 0.75 * y <= 1 }
        property tolerant        { forall x: Real in [-1, 1]; forall y: Real in [-1, 1]; check abs(max(x, y) - max(y, x)) <= 1e-9 }
        property guarded         { forall x: Real in [0, 1]; check x <= 0.5 implies x * x <= 0.25 }
        property dots            { forall v: Tensor[3] in [0, 1]; check dot(v, v) <= 3 and dot(v, v) >= 0 and l2(v) >= 0 }
        """

    /// The same, and more, with a bound that is moved, or strict, or of a domain that is a little wider.
    private static let missed = """
        // Each fails, by little or somewhere only.
        enum Colour = red, green, blue
        type Person = { age: Int in [18, 90], income: Real in [0, 1e6], score: Real in [0, 1] }
        func equal(a: Real, b: Real) -> Bool = a <= b and b <= a
        func size(x: Real) -> Real = if x < 0 then -x else x

        property ends_low        { forall x: Real in [0, 1]; check x > 0 }
        property ends_ulp        { forall x: Real in [0, 1]; check x <= 0.9999999999999999 }
        property ends_high       { forall x: Real in [-0.1, 0.3]; check x <= 0.299999999 }
        property each_low        { forall v: Tensor[3] in [0, 1]; check all(i: Int in [0, 2] : v[i] > 0) }
        property each_high       { forall v: Tensor[5] in [0, 0.7]; check all(v < 0.7) }
        property below_max       { forall v: Tensor[3] in [0, 1]; check v[0] < max(v) }
        property above_min       { forall v: Tensor[4] in [-1, 1]; check all(i: Int in [0, 3] : v[i] > min(v)) }
        property min_max         { forall v: Tensor[2] in [-1, 1]; check min(v) < max(v) }
        property max_of_max      { forall x: Real in [-1, 1]; forall y: Real in [-1, 1]; forall z: Real in [-1, 1]; check max(x, y) < max(x, max(y, z)) }
        property max_below       { forall x: Real in [-1, 1]; forall y: Real in [-1, 1]; check max(x, y) <= x }
        property squares         { forall v: Tensor[3] in [0, 1]; check sum(v * v) < 3 }
        property squares_ulp     { forall v: Tensor[3] in [0, 1]; check sum(v * v) <= 2.9999999999999996 }
        property square_sign     { forall x: Real in [-1, 1]; check x * x > 0 }
        property square_below    { forall x: Real in [0, 1]; check x * x < x }
        property square_wide     { forall x: Real in [0, 1.000001]; check x * x <= x }
        property square_negative { forall x: Real in [-0.000001, 1]; check x * x <= x }
        property totals          { forall v: Tensor[3] in [0, 1]; forall w: Tensor[4] in [0, 1]; check sum(v) + sum(w) <= 6.999999999 }
        property totals_strict   { forall v: Tensor[3] in [0, 1]; check sum(v) < 3 }
        property rounded_sum     { forall v: Tensor[3] in [0, 0.1]; check sum(v) <= 0.3 }
        property rounded_mean    { forall v: Tensor[3] in [0, 0.1]; check mean(v) <= 0.1 }
        property mean_range      { forall v: Tensor[7] in [0, 1]; check mean(v) < 1 }
        property part_of_sum     { forall v: Tensor[5] in [-0.000001, 1]; check v[2] <= sum(v) }
        property part_strict     { forall v: Tensor[5] in [0, 1]; check max(v) < sum(v) }
        property norms           { forall v: Tensor[5] in [-1, 1]; check l1(v) < 5 }
        property norms_order     { forall v: Tensor[5] in [-1, 1]; check l1(v) <= linf(v) }
        property kinked          { forall v: Tensor[3] in [0, 1]; check all(select(v > 0.5, v, 1 - v) > 0.5) }
        property kinked_ulp      { forall v: Tensor[1] in [0, 1]; check all(select(v > 0.5, v, 1 - v) >= 0.5000001) }
        property kept            { forall p: Person; let q = p with { income: p.income / 2 }; check q.income < p.income }
        property kept_not        { forall p: Person; let q = p with { income: p.income / 2 }; check q.income >= p.income }
        property raised          { forall p: Person; let q = p with { score: min(1, p.score + 0.1) }; check q.score > p.score }
        property clamped         { forall x: Real in [-5, 5]; check clamp(x, 0, 1) < 1 }
        property clamp_not       { forall x: Real in [-5, 5]; check clamp(x, 0, 1) <= x }
        property clamp_within    { forall x: Real in [0.2, 1.0000001]; check equal(clamp(x, 0, 1), x) }
        property absolute        { forall x: Real in [-1, 1]; check abs(x) > x }
        property absolute_zero   { forall x: Real in [-1, 1]; check abs(x) > 0 }
        property own_size        { forall x: Real in [-1, 1]; check size(x) < abs(x) }
        property distance        { forall x: Real in [-1, 1]; forall y: Real in [-1, 1]; check abs(x - y) <= abs(x + y) }
        property distance_near   { forall x: Real in [-1, 1]; forall y: Real in [-1, 1]; check abs(x - y) <= 1.999999999 }
        property rectified       { forall x: Real in [-1, 1]; check relu(x) > x }
        property rectified_up    { forall x: Real in [-1, 1]; check relu(x) <= x }
        property same            { forall x: Real in [-1, 1]; check x < x }
        property subtraction     { forall x: Real in [-1, 1]; forall y: Real in [-1, 1]; check x - y <= y - x }
        property rounded_back    { forall x: Real in [0, 1]; forall y: Real in [0, 1]; check equal((x + y) - y, x) }
        property not_associative { forall x: Real in [0, 1]; forall y: Real in [0, 1]; forall z: Real in [0, 1]; check (x + y) + z <= x + (y + z) }
        property divided_back    { forall x: Real in [0.1, 1]; check equal(x / 3 * 3, x) }
        property shares          { forall x: Real in [0, 1]; forall y: Real in [0, 1.000001]; check x * y <= x }
        property shares_negative { forall x: Real in [-0.000001, 1]; forall y: Real in [0, 1]; check x * y <= x }
        property ratio           { forall x: Real in [0, 1]; forall y: Real in [0.5, 1]; check min(x, y) / y < 1 }
        property ratio_free      { forall x: Real in [0, 1]; forall y: Real in [0.5, 1]; check x / y <= 1 }
        property scaled_down     { forall x: Real in [0, 1000]; check 0.3 * x < x }
        property scaled_negative { forall x: Real in [-1, 1]; check 0.3 * x <= x }
        property grows           { forall x: Real in [0, 10]; forall t: Real in [0, 1]; check x + t > x }
        property rising_sum      { forall x: Real in [0, 1]; forall y: Real in [0, 1]; forall z: Real in [0, 1]; check x <= y implies x + z < y + z }
        property rising_product  { forall x: Real in [0, 1]; forall y: Real in [0, 1]; forall z: Real in [-0.001, 1]; assume x <= y; check x * z <= y * z }
        property transitive      { forall x: Real in [0, 1]; forall y: Real in [0, 1]; forall z: Real in [0, 1]; check (x <= y and x <= z) implies y <= z }
        property either          { forall x: Real in [0, 1]; forall y: Real in [0, 1]; check x < y or y < x }
        property strict_denied   { forall x: Real in [0, 1]; forall y: Real in [0, 1]; check x <= y implies not (y <= x) }
        property floors          { forall x: Real in [-3, 3]; check floor(x) < x }
        property floors_apart    { forall x: Real in [-3, 3]; check ceil(x) <= floor(x) }
        property whole           { forall x: Real in [37, 38]; check floor(x) <= 37 }
        property rounding        { forall x: Real in [1.5, 2.5000001]; check round(x) <= 2 }
        property signs           { forall x: Real in [-2, 2]; check sign(x) < 1 }
        property roots           { forall x: Real in [4, 9]; check sqrt(x) > 2 }
        property roots_ulp       { forall x: Real in [4, 9]; check sqrt(x) <= 2.9999999999999996 }
        property softmaxes       { forall v: Tensor[3] in [-5, 5]; check all(softmax(v, axis: 0) <= 0.99) }
        property best            { forall v: Tensor[4] in [0, 1]; check argmax(v) < 3 }
        property best_strict     { forall v: Tensor[4] in [0, 1]; check v[argmax(v)] > v[0] }
        property best_wrong      { forall v: Tensor[4] in [0, 1]; check v[argmax(v)] <= v[argmin(v)] }
        property colours         { forall c: Colour; forall x: Real in [0, 1]; check (if c == red then x else 1) < 1 }
        property integers        { forall n: Int in [-1000000, 1000000]; check n * 2 < 2000000 }
        property integer_steps   { forall n: Int in [0, 1000000]; forall m: Int in [0, 1000000]; assume n <= m; check n * n < m * m + 0 * n }
        property rates           { forall t: Real in [0, 1]; check rate(i: Int in [0, 9] : i * 0.1 < t) < 1 }
        property reshaped        { forall v: Tensor[6] in [0, 1]; check reshape(v, [2, 3])[1, 2] <= v[4] }
        property put_together    { forall v: Tensor[3] in [0, 1]; let w = concat(v, v, axis: 0); check max(w) > max(v) }
        property inverted        { forall x: Real in [0, 1]; check equal(1 - (1 - x), x) }
        property choosing        { forall x: Real in [-1, 1]; forall y: Real in [-1, 1]; check (if x < y then x else y) >= max(x, y) }
        property capped_rows     { forall v: Tensor[30] in [-1, 1]; check all(i: Int in [0, 29] : min(v[i], 0.5) < 0.5) }
        property powers          { forall x: Real in [-1, 1]; check pow(x, 2) < 1 }
        property weighted        { forall x: Real in [0, 1]; forall y: Real in [0, 1]; check 0.25 * x + 0.75 * y < 1 }
        property logarithms      { forall x: Real in [1, 9]; check log(x) > 0 }
        property tolerant        { forall x: Real in [-1, 1]; forall y: Real in [-1, 1]; check abs(max(x, y) - min(y, x)) <= 1.9999 }
        property guarded         { forall x: Real in [0, 1]; check x <= 0.5 implies x * x < 0.25 }
        property guarded_less    { forall x: Real in [0, 1]; check x <= 0.5000001 implies x * x <= 0.25 }
        property no_number       { forall x: Real in [0.1, 1]; check max(0, 0 / (x - 0.3)) >= 0 }
        property dots            { forall v: Tensor[3] in [0, 1]; check dot(v, v) < 3 }
        """
}
