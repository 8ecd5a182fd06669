/// The files of `Models/` as they were when the binary was built.
enum CatalogueFiles {
  /// Each file's name as shown to people, and its text.
  static let all: [(name: String, text: String)] = [
    ("Models/cache-nodes.yaml", text(PackageResources.cache_nodes_yaml)),
    ("Models/edge-locations.yaml", text(PackageResources.edge_locations_yaml)),
    ("Models/instance-types.yaml", text(PackageResources.instance_types_yaml)),
    ("Models/prices.yaml", text(PackageResources.prices_yaml)),
    ("Models/regions.yaml", text(PackageResources.regions_yaml)),
    ("Models/service-behaviours.yaml", text(PackageResources.service_behaviours_yaml)),
  ]

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
