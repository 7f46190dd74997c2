import Foundation
import Mutations
import Tensors
import Testing

@testable import BlackBoxes

@Suite struct MessageTests {
    private static let signature = Signature(
        inputs: [
            .init("x", TensorType(.float64, [2, 2])), .init("a \"b\"\n", TensorType(.float32, [])),
            .init("n", TensorType(.int64, [1])), .init("t", TensorType(.bool, [])),
        ],
        outputs: [
            .init("p", TensorType(.float64, [2])), .init("q", TensorType(.float32, [])),
            .init("k", TensorType(.int64, [])),
        ])

    @Test func writesRequests() {
        let rows: [[Double]] = [
            [0.1, -0.0, .nan, .infinity, Double(Float(0.1)), 3, 1], [1e300, 5, -.infinity, 0, 0.5, -2, 0],
        ]
        let text = String(decoding: Message.request(7, rows, Self.signature.inputs), as: UTF8.self)
        #expect(
            text == #"{"id":7,"inputs":{"x":[[[0.1,-0.0],["NaN","Infinity"]],[[1e+300,5.0],["-Infinity",0.0]]],"#
                + #""a \"b\"\u000a":[0.10000000149011612,0.5],"n":[[3],[-2]],"t":[true,false]}}"#)
    }

    @Test func readsGreetings() throws {
        let line = #"""
            {"outputs": [{"name": "p\u0041\ud83d\ude00", "shape": [], "type": "bool"}], "later": {"a": [1, {"b": null}]},
             "inputs": [{"type": "float32", "name": "x", "shape": [3, 0]}], "protocol": 1.0, "id": 4, "batch": 8}
            """#
        let greeting = try Message.greeting(Array(line.utf8), id: 4)
        #expect(greeting.batch == 8)
        #expect(greeting.signature.inputs == [.init("x", TensorType(.float32, [3, 0]))])
        #expect(greeting.signature.outputs == [.init("pA😀", TensorType(.bool, []))])
    }

    @Test(arguments: [
        #"{"id":4,"inputs":[],"outputs":[]}"#, #"{"id":4,"protocol":2,"inputs":[],"outputs":[]}"#, "", "null", "[]",
        "{",
        #"{"id":4,"protocol":1,"inputs":[{"name":"x","type":"float32","shape":[1]}],"outputs":[]}"#,
        #"{"id":5,"protocol":1,"inputs":[{"name":"x","type":"float32","shape":[1]}],"outputs":[{"name":"x","type":"float32","shape":[1]}]}"#,
        #"{"id":4,"protocol":1,"inputs":[{"name":"x","type":"float16","shape":[1]}],"outputs":[{"name":"x","type":"float32","shape":[1]}]}"#,
        #"{"id":4,"protocol":1,"inputs":[{"name":"x","type":"bool","shape":[9999999,999999]}],"outputs":[{"name":"x","type":"float32","shape":[1]}]}"#,
        #"{"id":4,"protocol":1,"inputs":[{"name":"x","type":"bool","shape":[-1]}],"outputs":[{"name":"x","type":"float32","shape":[1]}]}"#,
    ]) func refusesGreetings(line: String) {
        #expect(throws: BoxError.self) { try Message.greeting(Array(line.utf8), id: 4) }
    }

    @Test func textsAreWrittenAndReadAsTheyAre() throws {
        let line = #"""
            {"id":4,"protocol":1,"inputs":[{"name":"job","type":"text","shape":[]}],
             "outputs":[{"name":"label","type":"text","shape":[2],"texts":["no","y\"es"]}]}
            """#
        let greeting = try Message.greeting(Array(line.utf8), id: 4).signature
        #expect(greeting.inputs == [.init("job", TensorType(.int64, []), texts: [])])
        #expect(greeting.outputs == [.init("label", TensorType(.int64, [2]), texts: ["no", "y\"es"])])
        let texts = DeclaredTexts()
        texts.declare(["job": ["clerk", "n\"urse"], "label": ["y\"es", "no"]])
        let asked = String(decoding: Message.request(7, [[1], [0]], texts.ports(greeting.inputs)), as: UTF8.self)
        #expect(asked == #"{"id":7,"inputs":{"job":["n\"urse","clerk"]}}"#)
        let known = Signature(inputs: [], outputs: texts.ports(greeting.outputs))
        let answer = Array(#"{"id":7,"outputs":{"label":[["no","y\"es"],["no","no"]]}}"#.utf8)
        #expect(try Message.answers(answer, id: 7, rows: 2, known) == [[1, 0], [1, 1]])
        let other = Array(#"{"id":7,"outputs":{"label":[["no","maybe"],["no","no"]]}}"#.utf8)
        #expect(throws: BoxError.self) { try Message.answers(other, id: 7, rows: 2, known) }
        let silent =
            #"{"id":4,"protocol":1,"inputs":[{"name":"x","type":"bool","shape":[]}],"outputs":[{"name":"l","type":"text","shape":[]}]}"#
        #expect(throws: BoxError.self) { try Message.greeting(Array(silent.utf8), id: 4) }
    }

    @Test func anyTextIsOneString() throws {
        let line = #"""
            {"id":4,"protocol":1,"inputs":[{"name":"q","type":"text","shape":[],"longest":4}],
             "outputs":[{"name":"r","type":"text","shape":[],"longest":3}]}
            """#
        let greeting = try Message.greeting(Array(line.utf8), id: 4).signature
        #expect(greeting.inputs == [.init("q", TensorType(.int64, [4]), isText: true)])
        let question: [Double] = [34, 0x1F600, 10, -1]
        let asked = String(decoding: Message.request(7, [question, [-1, -1, -1, -1]], greeting.inputs), as: UTF8.self)
        #expect(asked == "{\"id\":7,\"inputs\":{\"q\":[\"\\\"\u{1F600}\\u000a\",\"\"]}}")
        let answer = Array(#"{"id":7,"outputs":{"r":["\u00e9\uD83D\uDE00",""]}}"#.utf8)
        #expect(try Message.answers(answer, id: 7, rows: 2, greeting) == [[0xE9, 0x1F600, -1], [-1, -1, -1]])
        // Nothing is cut off, and nothing made up.
        for wrong in [#"["abcd",""]"#, #"["a"]"#, #"["a","b","c"]"#, #"["a",["b"]]"#] {
            let other = Array(#"{"id":7,"outputs":{"r":\#(wrong)}}"#.utf8)
            #expect(throws: BoxError.self) { try Message.answers(other, id: 7, rows: 2, greeting) }
        }
        for wrong in [
            #""shape":[2],"longest":4"#, #""shape":[],"longest":0"#, #""shape":[],"longest":4,"texts":["a"]"#,
        ] {
            let hello = #"{"id":4,"protocol":1,"inputs":[{"name":"q","type":"text",\#(wrong)}],"outputs":[]}"#
            #expect(throws: BoxError.self) { try Message.greeting(Array(hello.utf8), id: 4) }
        }
    }

    @Test func readsAnswers() throws {
        let line =
            #"{"id":9,"outputs":{"k":[3,-4.0],"more":[[[]]],"q":[0.1,"-Infinity"],"p":[[1e-7,NaN],[ -Infinity , "NaN"]]}}"#
        let answers = try Message.answers(Array(line.utf8), id: 9, rows: 2, Self.signature)
        #expect(
            answers[0][0] == 1e-7 && answers[0][1].isNaN && answers[0][2] == Double(Float(0.1)) && answers[0][3] == 3)
        #expect(
            answers[1][0] == -.infinity && answers[1][1].isNaN && answers[1][2] == -.infinity && answers[1][3] == -4)
    }

    @Test(arguments: [
        #"{"id":9,"outputs":{"k":[3],"q":[0.1]}}"#, #"{"id":9,"outputs":{"k":[3,4],"q":[0.1],"p":[[1,2]]}}"#,
        #"{"id":9,"outputs":{"k":[3],"q":[0.1],"p":[[1,2,3]]}}"#, #"{"id":9,"outputs":{"k":[3],"q":[0.1],"p":[1,2]}}"#,
        #"{"id":9,"outputs":{"k":[3.5],"q":[0.1],"p":[[1,2]]}}"#,
        #"{"id":9,"outputs":{"k":[3],"q":[null],"p":[[1,2]]}}"#,
        #"{"id":8,"outputs":{"k":[3],"q":[0.1],"p":[[1,2]]}}"#, #"{"outputs":{"k":[3],"q":[0.1],"p":[[1,2]]}}"#,
        #"{"id":9,"outputs":{"k":[3],"q":[0.1],"p":[[1,2]]}} {}"#,
        #"{"id":9,"outputs":{"k":[3],"k":[3],"q":[0.1],"p":[[1,2]]}}"#,
        #"{"id":9,"outputs":{"k":[3],"q":[0.1],"p":[[1,2]]}"#, #"{"id":9,"error":"no"}"#, #"{"id":9,"error":5}"#,
        #"{"id":9,"x":\#(String(repeating: "[", count: 100_000))"#,
    ]) func refusesAnswers(line: String) {
        #expect(throws: BoxError.self) { try Message.answers(Array(line.utf8), id: 9, rows: 1, Self.signature) }
    }

    @Test func saysWhatTheServerSays() {
        let line = Array(#"{"id":9,"error":"no \"such\" column"}"#.utf8)
        #expect {
            try Message.answers(line, id: 9, rows: 1, Self.signature)
        } throws: {
            ($0 as? BoxError)?.kind == .refused && "\($0)" == #"it says: no "such" column"#
        }
    }

    /// What is written is read back as the same number, whatever its bits are.
    @Test func numbersKeepTheirBits() throws {
        var random = SplitMix(seed: 1)
        let port = Signature.Port("p", TensorType(.float64, [64]))
        let small = Signature.Port("p", TensorType(.float32, [64]))
        for _ in 0..<200 {
            let row = (0..<64).map { _ in Double(bitPattern: random.next()) }
            for (port, row) in [(port, row), (small, row.map { Double(Float($0)) })] {
                let sent = String(decoding: Message.request(1, [row], [port]), as: UTF8.self)
                let line = Array(sent.replacingOccurrences(of: "inputs", with: "outputs").utf8)
                let read = try Message.answers(line, id: 1, rows: 1, Signature(inputs: [], outputs: [port]))
                for (first, second) in zip(row, read[0]) {
                    #expect(first.bitPattern == second.bitPattern || first.isNaN && second.isNaN)
                }
            }
        }
    }

    @Test func noBytesCrashTheReader() {
        let lines = [
            #"{"id":9,"outputs":{"k":[3,-4.0],"more":[[[]],{"a":"\u00e9\ud83d\ude00"}],"q":[0.1,"-Infinity"],"p":[[1e-7,NaN],[-Infinity,"NaN"]]}}"#,
            #"{"id":9,"protocol":1,"inputs":[{"name":"x","type":"float32","shape":[3,2]}],"outputs":[{"name":"p","type":"int64","shape":[]}],"batch":4}"#,
            #"{"id":9,"error":"it \n is \\ wrong"}"#,
        ].map { Array($0.utf8) }
        var mutations = Mutations(seed: 17)
        for index in 0..<Mutations.count(ordinary: 20_000) {
            let mutant = mutations.mutant(of: lines[index % lines.count])
            // An answer has the numbers that were asked for, or is none.
            if let answers = try? Message.answers(mutant, id: 9, rows: 2, Self.signature) {
                #expect(answers.count == 2 && answers.allSatisfy { $0.count == 4 })
            }
            if let greeting = try? Message.greeting(mutant, id: 9) {
                #expect(!greeting.signature.inputs.isEmpty && !greeting.signature.outputs.isEmpty)
            }
        }
    }
}
