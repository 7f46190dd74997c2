// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "digits-tests",
    // Elsewhere: .package(url: "<where Gainsay is>", from: "0.1.0")
    dependencies: [.package(name: "gainsay", path: "../..")],
    targets: [
        .testTarget(
            name: "DigitsTests",
            dependencies: [
                .product(name: "Gainsay", package: "gainsay"),
                .product(name: "GainsayTesting", package: "gainsay"),
                .product(name: "GainsaySearch", package: "gainsay"),
            ])
    ]
)
