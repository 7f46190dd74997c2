import Testing

/// How long each property is checked in a test, or in the tests of a suite.
public struct CheckBudget: TestTrait, SuiteTrait, TestScoping {
    @TaskLocal static var current: Duration?

    let budget: Duration

    public var isRecursive: Bool { true }

    public func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await CheckBudget.$current.withValue(budget) { try await function() }
    }
}

extension Trait where Self == CheckBudget {
    /// Each property that ``expectHolds(_:models:requiringProof:options:sourceLocation:)`` checks has so long.
    public static func checkBudget(_ budget: Duration) -> CheckBudget { CheckBudget(budget: budget) }
}
