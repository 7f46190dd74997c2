import Foundation
import Testing

/// Data that lie in a folder, and counterexamples that are written back as what they are.
@Suite(.withExecutable) struct FolderTests {
    private let command: Command
    /// A PNG of 3 columns and 2 rows, red, green and blue: 0, 10, 20, ... 170.
    private let rgb =
        "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAF0lEQVR4nGNk4BKRk5OTk5NjiYqKgrAAFrwCmocus4wAAAAASUVORK5CYII="

    init() throws { command = try Command() }

    private func writePets() throws {
        let picture = Array(try #require(Data(base64Encoded: rgb)))
        try command.write(picture, to: "pets/cat/one.png")
        try command.write(picture, to: "pets/dog/two.png")
    }

    private func check(_ text: String) throws -> Command.Result {
        try command.write("enum Pet = cat, dog\n" + text, to: "spec.say")
        return try command.run("check spec.say --no-cases --write-counterexamples found")
    }

    @Test func picturesAreRowsAndAreWrittenBack() throws {
        try writePets()
        let result = try check(
            """
            data pets : { image: Tensor[3, 2, 3] as image, label: Pet } from "pets"
            property p { forall row in pets; check row.label == cat or max(row.image) * 255 < 169.5 }
            """)
        #expect(result.code == 1 && result.output.contains("label = dog"), "\(result.output)\(result.errors)")
        let found = try command.files().filter { $0.hasPrefix("found/") }
        #expect(found.contains { $0.hasSuffix(".row.image.png") }, "\(found)")
    }

    @Test func soundsAreWrittenBack() throws {
        let result = try check(
            """
            type Clip = Tensor[1, 4] in [-1, 1] as sound(8000)
            func half(x: Clip) -> Clip = 0.5 * x
            property p { forall x: Clip; let heard = half(x); check max(heard) <= 0.4 }
            """)
        #expect(result.code == 1)
        let files = try command.files()
        #expect(files.contains { $0.hasSuffix(".x.wav") } && files.contains { $0.hasSuffix(".heard.wav") }, "\(files)")
    }

    @Test func whatIsWrongInAFolderIsSaid() throws {
        try writePets()
        try command.write("hello", to: "pets/dog/three.png")
        let result = try check(
            """
            data pets : { image: Tensor[3, 2, 3] as image, label: Pet } from "pets"
            property p { forall row in pets; check row.label == cat }
            """)
        #expect(result.code == 2)
        #expect(result.errors.contains("`pets`: dog/three.png: not a PNG or JPEG file"), "\(result.errors)")
    }
}
