import Tensors

/// Holds a server against the protocol, point by point.
package struct ServerTest {
    /// One point, and what came of it.
    package struct Point: Sendable {
        package enum Result: Sendable, Hashable {
            case kept
            /// The protocol does not ask for it, and it is good to know.
            case remark(String)
            case broken(String)
        }

        package let name: String
        package let result: Result
    }

    private let server: CommandServer
    private let texts: DeclaredTexts
    private let tell: (Point) -> Void

    /// `texts` are those of the server; `tell` is told of each point as it is decided.
    package init(_ server: CommandServer, _ texts: DeclaredTexts, tell: @escaping (Point) -> Void) {
        (self.server, self.texts, self.tell) = (server, texts, tell)
    }

    /// Whether nothing is broken.
    package func run() -> Bool {
        let signature: Signature
        do throws(BoxError) { signature = try server.signature() } catch {
            tell(Point(name: "says what its inputs and outputs are", result: .broken(error.description)))
            return false
        }
        tell(Point(name: "says what its inputs and outputs are", result: .kept))
        // Inputs that may be any text are asked about two.
        for port in signature.inputs where port.texts?.isEmpty == true { texts.declare([port.name: ["", "a \"b\""]]) }
        let rows = (0..<5).map { Self.row($0, signature) }
        var isSound = true
        func check(_ name: String, _ body: () throws(BoxError) -> Point.Result) {
            let result: Point.Result
            do throws(BoxError) { result = try body() } catch { result = .broken(error.description) }
            if case .broken = result { isSound = false }
            tell(Point(name: name, result: result))
        }
        var alone: [[Double]] = []
        check("answers one row") { () throws(BoxError) in
            for row in rows { alone += try server.ask([row], signature) }
            return .kept
        }
        guard alone.count == rows.count else { return false }
        check("answers rows together as it answers them alone") { () throws(BoxError) in
            let batch = Array(rows.prefix(server.rows(of: signature)))
            return Self.compare(try server.ask(batch, signature), Array(alone.prefix(batch.count)))
        }
        check("answers as many rows at once as are asked") { () throws(BoxError) in
            let count = min(64, server.rows(of: signature))
            let batch = (0..<count).map { Self.row($0 % 5, signature) }
            return Self.compare(try server.ask(batch, signature), (0..<count).map { alone[$0 % 5] })
        }
        check("passes over what it does not know") { () throws(BoxError) in
            let answers = try server.ask([rows[0]], signature, spare: ",\"hint\":{\"of\":[\"later\",null,1.5]}")
            return Self.compare(answers, [alone[0]])
        }
        check("answers, or refuses, NaN and infinities, and goes on") { () throws(BoxError) in
            for number in [Double.nan, .infinity, -.infinity, -0.0, .leastNonzeroMagnitude, 1e30] {
                do throws(BoxError) { _ = try server.ask([Self.row(filledWith: number, signature)], signature) } catch {
                    guard error.kind == .refused else { throw error }
                }
            }
            return Self.compare(try server.ask([rows[0]], signature), [alone[0]])
        }
        check("refuses a request without inputs, and goes on") { () throws(BoxError) in
            let nothing = Signature(inputs: [], outputs: signature.outputs)
            do throws(BoxError) { _ = try server.ask([rows[0]], nothing, spare: "") } catch {
                guard error.kind == .refused else { throw error }
                return Self.compare(try server.ask([rows[0]], signature), [alone[0]])
            }
            return .broken("it answers")
        }
        check("ends when its input does") { () throws(BoxError) in
            server.endsByItself() ? .kept : .broken("it runs on")
        }
        return isSound
    }

    private static func compare(_ found: [[Double]], _ expected: [[Double]]) -> Point.Result {
        var most = 0.0
        for (first, second) in zip(found.joined(), expected.joined()) where first.bitPattern != second.bitPattern {
            let difference = abs(first - second)
            most = difference.isNaN ? (first.isNaN && second.isNaN ? most : .infinity) : max(most, difference)
        }
        guard most > 0 else { return .kept }
        return most > 1e-3
            ? .broken("an answer differs by \(most): rows are mixed up, or it does not answer alike")
            : .remark("an answer differs by \(most)")
    }

    /// The same numbers in each test, all of them small.
    private static func row(_ index: Int, _ signature: Signature) -> [Double] {
        var place = 0
        return signature.inputs.flatMap { port in
            (0..<port.type.shape.count).map { offset in
                place += 1
                // The letter a and nothing else, or b.
                if port.isText { return offset == 0 ? Double(97 + (place + index) % 2) : -1 }
                if let texts = port.texts { return Double((place + index) % max(1, min(2, texts.count))) }
                switch port.type.element {
                case .float32, .float64: return Double((place * 37 + index * 11) % 17) / 16
                case .int64, .bool: return Double((place + index) % 2)
                }
            }
        }
    }

    private static func row(filledWith number: Double, _ signature: Signature) -> [Double] {
        signature.inputs.flatMap { port in
            [Double](
                repeating: port.isText ? -1 : port.type.element.isReal ? number : 0, count: port.type.shape.count)
        }
    }
}
