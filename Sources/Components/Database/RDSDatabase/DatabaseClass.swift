/// The product that runs the database: it decides on pages and on the limit of connections.
enum DatabaseEngine: String, CaseIterable, Sendable {
  case mysql
  case mariadb
  case postgres

  /// The bytes of a page (assumed: the engines' defaults to general knowledge).
  var pageSize: Int { self == .postgres ? 8192 : 16_384 }
}

/// An instance class such as `db.t3.micro`: an instance type with a price as a database.
struct DatabaseClass: Sendable {
  private static let priceKey = "rds.hour."

  /// Its name with "db.".
  let name: String
  let type: Catalogue.InstanceType
  let price: Catalogue.Price

  /// The class of a name, if the catalogue has both its type and its price.
  init?(_ name: String, _ catalogue: Catalogue) {
    guard name.hasPrefix("db."), let type = catalogue.instanceType(String(name.dropFirst(3))),
      let price = catalogue.price(Self.priceKey + name)
    else { return nil }
    (self.name, self.type, self.price) = (name, type, price)
  }

  /// Stands in for a class that was not found.
  private init() {
    name = "db.none"
    type = Catalogue.InstanceType(
      name: "none", vCPUs: 1, processor: .core, memory: 1 << 30, pricePerHour: 0, speed: 1,
      credits: nil)
    price = Catalogue.Price(key: "", amount: 0, provenance: Provenance(source: "none"))
  }

  /// Reads the name of a class; without a default one must be written.
  static func read(
    _ name: String, default defaultClass: DatabaseClass?, _ summary: String,
    _ parameters: inout ParameterReader
  ) -> DatabaseClass {
    let written =
      defaultClass == nil
      ? parameters.text(name, default: nil, summary)
      : parameters.optionalText(name, summary)
    guard let written, !written.isEmpty else { return defaultClass ?? DatabaseClass() }
    if let found = DatabaseClass(written, parameters.catalogue) { return found }
    let known = parameters.catalogue.prices.map(\.key).filter { $0.hasPrefix(priceKey) }
    parameters.report(
      "there is no database class '\(written)' in the catalogue", at: name,
      help: Spelling.help(for: written, among: known.map { String($0.dropFirst(priceKey.count)) }))
    return DatabaseClass()
  }

  /// What the operating system and RDS itself leave of the memory.
  func memory(_ catalogue: Catalogue) -> Double {
    Double(type.memory) * (catalogue.behaviour("rds.memory-share")?.share ?? 1)
  }

  /// `max_connections` as RDS sets it by default.
  ///
  /// RDS/CHAP_Limits: MySQL and MariaDB memory/12,582,880; PostgreSQL
  /// LEAST(memory/9,531,392, 5000).
  func connections(_ engine: DatabaseEngine, _ catalogue: Catalogue) -> Int {
    let isPostgres = engine == .postgres
    let key = isPostgres ? "rds.postgresql-bytes-per-connection" : "rds.mysql-bytes-per-connection"
    guard let bytes = catalogue.behaviour(key)?.size, bytes > 0 else { return 1 }
    let connections = max(1, Int(memory(catalogue) / Double(bytes)))
    guard isPostgres, let most = catalogue.behaviour("rds.postgresql-most-connections")?.number
    else { return connections }
    return min(connections, Int(most))
  }
}
