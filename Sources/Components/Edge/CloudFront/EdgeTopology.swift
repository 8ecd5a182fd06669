import Kernel

/// The caches of a distribution, and which of them a request passes on its way to the origin.
///
/// Without Regions there is one place, and no network's time between anything.
final class EdgeTopology {
  /// The way from the users of a Region to the origin of a behavior.
  struct Route: BitwiseCopyable {
    /// How many caches there are above the point of presence: none, the regional edge cache, or
    /// that and the shield.
    var levels = 0
    var regional = 0
    var shield = 0
    var shieldTrip: Nanoseconds = 0
    /// From the last cache to the origin and back.
    var originTrip: Nanoseconds = 0
  }

  /// The points of presence of each Region, the regional edge caches, the shield.
  private(set) var caches: [EdgeCache] = []
  /// The caches again, to be entered without being retained.
  let entrances: Cells<Unmanaged<EdgeCache>>
  private let routes: Cells<Route>
  private let behaviors: Int
  /// The first point of each Region, and one more.
  private let firstPoints: Cells<Int>
  private let users: UserRegions?
  private let pointKey: UInt64
  /// For each Region the number of its area in the bill.
  let areas: Cells<Int>
  let areaNames: [String]

  init(
    _ specification: CloudFront, _ behaviors: [CacheBehavior], _ geography: Geography?, _ site: Site
  ) {
    var builder = Builder(specification, geography)
    firstPoints = Cells(builder.firstPoints)
    routes = Cells(
      builder.regions.flatMap { region in
        behaviors.map { builder.route(from: region, $0, geography) }
      })
    caches = builder.caches
    entrances = Cells(builder.caches.map { Unmanaged.passUnretained($0) })
    self.behaviors = behaviors.count
    users = geography?.users
    pointKey = site.ownKey("point of presence").bits
    let names = builder.regions.map { region in
      specification.locations.first { $0.region == region }?.priceArea ?? "us"
    }
    var areaNames: [String] = []
    for name in names where !areaNames.contains(name) { areaNames.append(name) }
    areas = Cells(names.map { name in areaNames.firstIndex(of: name) ?? 0 })
    self.areaNames = areaNames
  }

  /// How many caches are points of presence.
  var pointCount: Int { firstPoints[firstPoints.count - 1] }

  /// The Region of a user.
  @inline(__always)
  func region(of user: UInt32) -> Int { users?.index(of: user) ?? 0 }

  /// The point of presence that a user of a Region reaches: all are as likely.
  @inline(__always)
  func point(of user: UInt32, in region: Int) -> Int {
    let first = firstPoints[region]
    let count = UInt64(firstPoints[region + 1] - first)
    let draw = mixed(pointKey &+ UInt64(user) &* KeyStride.number)
    return first + Int(draw.multipliedFullWidth(by: count).high)
  }

  @inline(__always)
  func route(from region: Int, _ behavior: Int) -> Route {
    routes[region &* behaviors &+ behavior]
  }

  /// The cache of a route at a level.
  @inline(__always)
  func cache(at level: Int, point: Int, _ route: Route) -> Int {
    switch level {
    case 0: point
    case 1: route.regional
    default: route.shield
    }
  }
}

extension EdgeTopology {
  /// Makes caches as routes need them.
  private struct Builder {
    let regions: [String]
    private(set) var caches: [EdgeCache] = []
    private(set) var firstPoints: [Int] = [0]
    private var upper: [(region: String, cache: Int)] = []
    private let specification: CloudFront

    init(_ specification: CloudFront, _ geography: Geography?) {
      self.specification = specification
      regions = geography?.users.names ?? [""]
      for region in regions {
        let known = specification.locations.first { $0.region == region }?.points
        for _ in 0..<(specification.points ?? known ?? 1) {
          caches.append(EdgeCache(capacity: specification.pointCapacity))
        }
        firstPoints.append(caches.count)
      }
    }

    /// The regional edge cache of a Region, which may be the shield too.
    private mutating func upperCache(of region: String) -> Int {
      if let known = upper.first(where: { $0.region == region }) { return known.cache }
      caches.append(EdgeCache(capacity: specification.regionalCapacity))
      upper.append((region, caches.count - 1))
      return caches.count - 1
    }

    mutating func route(
      from user: String, _ behavior: CacheBehavior, _ geography: Geography?
    ) -> Route {
      let cacheRegion = specification.regionalCache(of: user)
      let shieldRegion = specification.shieldRegion
      var route = Route()
      var last = user
      let home = geography.map { specification.originRegion ?? $0.home }
      let origin = behavior.origin ?? specification.origin
      let isBucket = ComponentCatalog.specification(ofKind: origin.kind)?.storesObjects ?? false
      let isNearBucket = isBucket && home == cacheRegion && shieldRegion == nil
      if behavior.isCached, !isNearBucket {
        route.levels = 1
        route.regional = upperCache(of: cacheRegion)
        last = cacheRegion
        if let shieldRegion, shieldRegion != cacheRegion {
          route.levels = 2
          route.shield = upperCache(of: shieldRegion)
          route.shieldTrip = geography?.roundTrip(cacheRegion, shieldRegion) ?? 0
          last = shieldRegion
        }
      }
      if let geography, let home { route.originTrip = geography.roundTrip(last, home) }
      return route
    }
  }
}
