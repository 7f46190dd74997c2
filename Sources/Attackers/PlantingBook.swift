/// The file of keys that `gainsay plant` writes: what is in each model.
package struct PlantingBook: Sendable, Codable {
    package struct Entry: Sendable, Codable {
        /// The model's, without its folder.
        package let file: String
        package let key: PlantedKey

        package init(file: String, key: PlantedKey) { (self.file, self.key) = (file, key) }
    }

    package let format: Int
    package let models: [Entry]

    package init(models: [Entry]) { (format, self.models) = (1, models) }
}
