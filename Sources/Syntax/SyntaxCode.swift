import Diagnostics

/// The code of every diagnostic of the lexer and the parser; Tests/SyntaxTests/Goldens has a file for each.
package enum SyntaxCode: String, CaseIterable, Sendable {
    case fileTooLarge = "file-too-large"
    case tooManyErrors = "too-many-errors"
    case tooDeep = "too-deep"

    case invalidUTF8 = "invalid-utf8"
    case unexpectedCharacter = "unexpected-character"
    case foreignOperator = "foreign-operator"
    case unterminatedString = "unterminated-string"
    case unterminatedRegex = "unterminated-regex"
    case invalidEscape = "invalid-escape"
    case malformedNumber = "malformed-number"
    case numberOutOfRange = "number-out-of-range"

    case unexpectedToken = "unexpected-token"
    case unclosedBracket = "unclosed-bracket"
    case unmatchedBracket = "unmatched-bracket"
    case reservedWord = "reserved-word"

    case unknownDeclaration = "unknown-declaration"
    case useTarget = "use-target"
    case modelOrder = "model-order"
    case unknownClause = "unknown-clause"
    case forallDomain = "forall-domain"
    case severalNames = "several-names"
    case emptyFamily = "empty-family"
    case letSeparator = "let-separator"
    case blockResult = "block-result"

    case unknownView = "unknown-view"
    case intervalBounds = "interval-bounds"
    case intervalEntries = "interval-entries"
    case emptySet = "empty-set"
    case emptyTensor = "empty-tensor"
    case emptyRecord = "empty-record"
    case emptySubscript = "empty-subscript"
    case singleEquals = "single-equals"
    case comparisonChain = "comparison-chain"
    case labelSign = "label-sign"
    case argumentOrder = "argument-order"
    case conditionalElse = "conditional-else"
    case aggregateBody = "aggregate-body"
    case comprehensionBody = "comprehension-body"
    case quantifiedBody = "quantified-body"
}

extension Diagnostic {
    init(_ code: SyntaxCode, _ message: String, at span: Span, labels: [Label] = [], hints: [Hint] = []) {
        self.init(.error, code: code.rawValue, message, at: span, labels: labels, hints: hints)
    }
}
