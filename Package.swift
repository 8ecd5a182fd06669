// swift-tools-version: 6.2
import PackageDescription

/// Settings that every target shares: imports and existentials say what they are.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

/// C++ at its best on this machine: SwiftPM would keep a frame pointer, which costs it some 5%.
let fastest: [CXXSetting] = [
  .unsafeFlags(
    ["-O3", "-march=native", "-Xclang", "-mframe-pointer=none"], .when(configuration: .release))
]

/// The data files that the binary carries with it.
let catalogue = [
  "cache-nodes", "edge-locations", "instance-types", "prices", "regions", "service-behaviours",
]

// The targets read from the top as the data flows: each imports only targets above it.
let package = Package(
  name: "windtunnel",
  products: [
    .executable(name: "windtunnel", targets: ["windtunnel"]),
    .library(name: "WindtunnelKernel", targets: ["Kernel"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .target(name: "Kernel", swiftSettings: strict),
    .target(name: "Components", dependencies: ["Kernel"], swiftSettings: strict),
    .target(
      name: "Experiments",
      dependencies: ["Kernel", "Components", .product(name: "Yams", package: "Yams")],
      resources: catalogue.map { .embedInCode("../../Models/\($0).yaml") },
      swiftSettings: strict),
    .target(
      name: "Runner", dependencies: ["Kernel", "Components", "Experiments"],
      swiftSettings: strict),
    .target(
      name: "Analysis", dependencies: ["Kernel", "Components", "Experiments", "Runner"],
      swiftSettings: strict),
    .target(
      name: "Reporting", dependencies: ["Kernel", "Components", "Analysis"],
      swiftSettings: strict),
    .executableTarget(
      name: "windtunnel",
      dependencies: [
        "Kernel", "Components", "Experiments", "Runner", "Analysis", "Reporting",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    // What our speed is measured against, and the program that measures it. Neither is part of
    // `windtunnel`, which builds without them.
    .executableTarget(
      name: "anchor", path: "Sources/Anchor", cxxSettings: fastest,
      linkerSettings: [.linkedLibrary("m")]),
    .executableTarget(
      name: "benchmark",
      dependencies: [.product(name: "ArgumentParser", package: "swift-argument-parser")],
      swiftSettings: strict),
    .testTarget(name: "KernelTests", dependencies: ["Kernel"], swiftSettings: strict),
    .testTarget(
      name: "ComponentsTests", dependencies: ["Components", "Kernel"], swiftSettings: strict),
    .testTarget(
      name: "ExperimentsTests", dependencies: ["Experiments", "Components", "Kernel"],
      swiftSettings: strict),
    .testTarget(
      name: "RunnerTests", dependencies: ["Runner", "Experiments", "Components", "Kernel"],
      swiftSettings: strict),
    .testTarget(
      name: "AnalysisTests", dependencies: ["Analysis", "Components", "Kernel"],
      swiftSettings: strict),
    .testTarget(
      name: "ReportingTests", dependencies: ["Reporting", "Analysis", "Components", "Kernel"],
      exclude: ["Golden"], swiftSettings: strict),
    .testTarget(
      name: "CommandTests", dependencies: ["windtunnel", "Experiments", "Components"],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx20
)
