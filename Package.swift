// swift-tools-version: 6.2
import PackageDescription

// The numerical targets are optimised in every configuration, so that a plain `swift run` and `swift test` run at
// full speed; those that write, draw and list are not, which makes the first build shorter. `-wmo` lets generic code
// be specialised across files; `-num-threads` keeps the debug configuration's index store working under whole-module
// optimisation; `-march=native` gives Swift's SIMD the machine's fused multiply-add (without it `addProduct` is a
// library call per lane). An inner loop that begins late in a line of the instruction cache is slower, and any edit
// moves it there; for x86, loops are aligned to 16 bytes unless one asks for more.
#if arch(x86_64)
    let alignment = ["-Xllvm", "-x86-experimental-pref-innermost-loop-alignment=5"]
#else
    let alignment: [String] = []
#endif
let optimized: [SwiftSetting] = [
    .unsafeFlags(["-O", "-wmo", "-num-threads", "2", "-Xcc", "-march=native"] + alignment),
    .treatAllWarnings(as: .error),
]
let plain: [SwiftSetting] = [.treatAllWarnings(as: .error)]

func library(_ name: String, _ dependencies: [Target.Dependency], _ settings: [SwiftSetting] = optimized) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// A program that tests run.
func tool(_ name: String, _ dependencies: [Target.Dependency], path: String) -> Target {
    .executableTarget(name: name, dependencies: dependencies, path: path, swiftSettings: optimized)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name + "Tests", dependencies: [.byName(name: name)] + dependencies, swiftSettings: plain)
}

let package = Package(
    name: "tac-reference",
    platforms: [.macOS("26.0")],
    products: [.executable(name: "tac-reference", targets: ["tac-reference"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-numerics", from: "1.0.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CGSL", pkgConfig: "gsl", providers: [.apt(["libgsl-dev"]), .brew(["gsl"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(
            name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
        .systemLibrary(name: "CTargetFeatures"),
        .systemLibrary(name: "CMalloc"),
        library("Diagnostics", []),
        tests("Diagnostics", ["PropertyTesting", "TestSupport"]),
        .target(
            name: "TestSupport", dependencies: ["CZlib", "Diagnostics"], path: "Tests/TestSupport", swiftSettings: plain
        ),
        library(
            "Tensors", ["CTargetFeatures", "Diagnostics", .product(name: "RealModule", package: "swift-numerics")]),
        library("Autodiff", ["Diagnostics", "Tensors"]),
        library("NeuralNetworks", ["Autodiff", "Diagnostics", "Tensors"]),
        tests("NeuralNetworks", ["Diagnostics", "TensorReference", "Tensors", "TestSupport"]),
        library("GSLNumerics", ["CGSL", "Diagnostics"]),
        tests("GSLNumerics", []),
        .target(
            name: "PropertyTesting", dependencies: ["Diagnostics", "Tensors"], path: "Tests/PropertyTesting",
            swiftSettings: optimized),
        tests("PropertyTesting", ["Tensors"]),
        .target(
            name: "TensorReference",
            dependencies: ["Tensors", .product(name: "RealModule", package: "swift-numerics")],
            path: "Tests/TensorReference", swiftSettings: optimized),
        tests("Tensors", ["TensorReference", "PropertyTesting"]),
        .target(
            name: "GradientChecking", dependencies: ["Autodiff", "TensorReference", "Tensors", "GSLNumerics"],
            path: "Tests/GradientChecking", swiftSettings: optimized),
        tests("Autodiff", ["GradientChecking", "TensorReference", "Tensors"]),
        library(
            "AugmentationChannel",
            ["Autodiff", "Tensors", "Diagnostics", .product(name: "RealModule", package: "swift-numerics")]),
        tests("AugmentationChannel", ["Autodiff", "GradientChecking", "TensorReference", "Tensors"]),
        library("Proposition1", ["AugmentationChannel", "Autodiff", "GSLNumerics", "Diagnostics", "Tensors"]),
        tests(
            "Proposition1",
            [
                "AugmentationChannel", "Autodiff", "Diagnostics", "GSLNumerics", "PropertyTesting", "TensorReference",
                "Tensors",
            ]),
        library("Digits", ["CCrypto", "CZlib", "Diagnostics"]),
        tests("Digits", ["CZlib", "Diagnostics", "TestSupport"]),
        library("LinearEvaluation", ["Diagnostics", "Tensors"]),
        tests(
            "LinearEvaluation",
            ["CropExperiment", "Diagnostics", "Digits", "TensorReference", "Tensors", "TestSupport"]),
        library(
            "CropExperiment",
            [
                "AugmentationChannel", "Autodiff", "Diagnostics", "Digits", "LinearEvaluation", "NeuralNetworks",
                "Tensors", .product(name: "RealModule", package: "swift-numerics"),
            ]),
        tests(
            "CropExperiment",
            [
                "AugmentationChannel", "Autodiff", "Diagnostics", "Digits", "GradientChecking", "LinearEvaluation",
                "NeuralNetworks", "TensorReference", "Tensors", "TestSupport",
            ]),
        library(
            "Reproduction",
            [
                "AugmentationChannel", "CropExperiment", "Diagnostics", "Digits", "GSLNumerics", "NeuralNetworks",
                "Proposition1", "Tensors",
            ], plain),
        tests("Reproduction", ["CropExperiment", "Diagnostics", "Digits", "Tensors"]),
        library("Drawing", ["CZlib", "Diagnostics"], plain),
        tests("Drawing", ["CZlib", "TestSupport", "Tensors"]),
        library(
            "Reporting",
            [
                "CropExperiment", "Diagnostics", "Digits", "Drawing", "GSLNumerics", "Proposition1", "Reproduction",
                "Tensors",
            ], plain),
        tests(
            "Reporting",
            [
                "CropExperiment", "Diagnostics", "Digits", "Drawing", "GSLNumerics", "Proposition1", "Reproduction",
                "Tensors", "TestSupport",
            ]),
        library(
            "Benchmarks",
            [
                "CropExperiment", "Diagnostics", "Digits", "LinearEvaluation", "Reporting", "Tensors",
                .product(name: "RealModule", package: "swift-numerics"),
            ], plain),
        library(
            "Book",
            [
                "CropExperiment", "Diagnostics", "Digits", "Drawing", "GSLNumerics", "Proposition1", "Tensors",
            ], plain),
        tests("Book", ["Diagnostics", "Proposition1", "TestSupport"]),
        .executableTarget(
            name: "tac-reference",
            dependencies: [
                "Benchmarks", "Book", "CMalloc", "CropExperiment", "Diagnostics", "Digits", "Drawing", "Proposition1",
                "Reporting", "Reproduction", "Tensors",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: plain),
        .target(name: "AllocationMeter", path: "Tests/AllocationMeter"),
        tool(
            "fuzz-readers",
            [
                "AllocationMeter", "Book", "CropExperiment", "Diagnostics", "Digits", "NeuralNetworks",
                "PropertyTesting", "Proposition1", "Reporting", "Reproduction", "Tensors",
            ], path: "Tests/Fuzzing"),
        .testTarget(
            name: "CommandLineTests",
            dependencies: [
                "tac-reference", "Benchmarks", "CropExperiment", "Diagnostics", "Drawing", "NeuralNetworks",
                "PropertyTesting",
                "Reproduction", "Tensors", "TestSupport", "fuzz-readers",
            ],
            swiftSettings: plain),
        .testTarget(name: "DocumentationTests", swiftSettings: plain),
    ],
    swiftLanguageModes: [.v6]
)
