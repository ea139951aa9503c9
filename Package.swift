// swift-tools-version: 6.2
import PackageDescription

// The numerical targets are optimised in every configuration, so that a plain `swift run` and `swift test` run at full
// speed. `-wmo` lets generic code be specialised across files; `-num-threads` keeps the debug configuration's
// index store working under whole-module optimisation; `-march=native` gives Swift's SIMD the machine's fused
// multiply-add (without it `addProduct` is a library call per lane). An inner loop that begins late in a line of the
// instruction cache is slower, and any edit moves it there; for x86, loops are aligned to 16 bytes unless one asks for more.
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

func library(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: optimized)
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
        library(
            "Tensors", ["Diagnostics", "CTargetFeatures", .product(name: "RealModule", package: "swift-numerics")]),
        library("Autodiff", ["Tensors", "Diagnostics"]),
        library("NeuralNetworks", ["Autodiff", "Tensors", "Diagnostics"]),
        tests("NeuralNetworks", ["Tensors", "Diagnostics"]),
        library("GSLNumerics", ["CGSL", "Diagnostics"]),
        tests("GSLNumerics", []),
        .target(name: "PropertyTesting", path: "Tests/PropertyTesting", swiftSettings: optimized),
        tests("PropertyTesting", []),
        .target(
            name: "TensorReference",
            dependencies: ["Tensors", .product(name: "RealModule", package: "swift-numerics")],
            path: "Tests/TensorReference", swiftSettings: optimized),
        tests("Tensors", ["TensorReference", "PropertyTesting"]),
        .target(
            name: "GradientChecking", dependencies: ["Autodiff", "Tensors", "GSLNumerics"],
            path: "Tests/GradientChecking", swiftSettings: optimized),
        tests("Autodiff", ["GradientChecking", "TensorReference", "Tensors"]),
        library(
            "AugmentationChannel",
            ["Autodiff", "Tensors", "Diagnostics", .product(name: "RealModule", package: "swift-numerics")]),
        tests("AugmentationChannel", ["Autodiff", "GradientChecking", "Tensors"]),
        library("Proposition1", ["AugmentationChannel", "Autodiff", "GSLNumerics", "Diagnostics", "Tensors"]),
        tests(
            "Proposition1",
            ["AugmentationChannel", "Autodiff", "Diagnostics", "GSLNumerics", "PropertyTesting", "Tensors"]),
        library(
            "CropExperiment",
            [
                "AugmentationChannel", "NeuralNetworks", "Tensors", "CCrypto", "CZlib", "Diagnostics",
            ]),
        tests(
            "CropExperiment",
            [
                "AugmentationChannel", "Autodiff", "CZlib", "Diagnostics", "GradientChecking", "NeuralNetworks",
                "Tensors",
            ]),
        library("Reporting", ["CropExperiment", "Proposition1", "Diagnostics", "CZlib"]),
        tests("Reporting", ["CropExperiment", "Diagnostics", "Proposition1", "CZlib"]),
        .executableTarget(
            name: "tac-reference",
            dependencies: [
                "CMalloc", "Reporting", "CropExperiment", "Proposition1", "Diagnostics",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: optimized),
        .testTarget(
            name: "CommandLineTests", dependencies: ["tac-reference", "CropExperiment", "NeuralNetworks"],
            swiftSettings: plain),
    ],
    swiftLanguageModes: [.v6]
)
