import Testing

/// What bounds prove, from the spec to the words that are printed.
@Suite(.withExecutable) struct ProvingTests {
    private let command: Command

    init() throws { command = try Command() }

    private func check(_ spec: String) throws -> Command.Result {
        try command.write(spec + "\n", to: "spec.say")
        return try command.start(["check", "spec.say", "--no-cases", "--budget", "4s"]).finish()
    }

    @Test func aContinuousDomainIsProved() throws {
        let result = try check("property p { forall x: Real in [-1, 1] check exp(x) >= 1 + x - 0.001 }")
        #expect(result.code == 0)
        #expect(result.output.contains("proved  by bounds over"))
    }

    @Test func whatHoldsByNothingToSpareIsNotSaidToFail() throws {
        let result = try check("property p { forall x: Real in [-1, 1] check x <= 1 }")
        #expect(result.code == 0 && result.output.contains("proved"))
        #expect(try check("property p { forall x: Real in [-1, 1] check x < 1 }").code == 1)
    }

    /// Bounds prove it, since no input is admitted; that is an error all the same.
    @Test func whatNothingMeetsProvesNothing() throws {
        let result = try check("property p { forall x: Real in [0, 1] assume x > 2 check x < 0 }")
        #expect(result.code == 3)
        #expect(result.output.contains("no input was found that meets every `assume`"))
    }

    @Test func whatNothingMeetsProvesNothingOfAnAlternationEither() throws {
        let result = try check(
            "property p { forall x: Int in [0, 2] where x != x exists y: Int in [0, 1] check y > 5 }")
        #expect(result.code == 3)
        #expect(result.output.contains("no input was found that meets every `assume`"))
    }

    @Test func aMinimumIsProved() throws {
        let result = try check(
            "property p { forall d: Tensor[6] in [-1, 1] check d[0] + d[3] < 1.5 shrink l0(d) }")
        #expect(result.code == 1)
        #expect(result.output.contains("minimum, proved: nothing fails below l0(d) = 2"))
    }

    @Test func orHowFarNothingFails() throws {
        let result = try check("property p { forall d: Tensor[2] in [-1, 1] check d[0] + d[1] < 1 shrink linf(d) }")
        #expect(result.code == 1)
        #expect(result.output.contains("nothing fails up to linf(d) = 0.5, proved"))
    }
}
