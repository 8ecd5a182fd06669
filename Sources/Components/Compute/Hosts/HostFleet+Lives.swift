import Kernel

/// How hosts come and go, whatever they are.
extension HostFleet {
  /// A pending host in the least populated zone; nil if no number is left for it, or no zone.
  final func add(action: Int?, _ kernel: inout Kernel) -> Int? {
    let ordinal = instances.count
    guard (ordinal + 1) * processes < Int(UInt16.max) else { return nil }
    let populations = zonePopulations { $0 == .pending || $0 == .inService }
    let possible = populations.indices.filter { !lostZones.contains($0) }
    guard let zone = possible.min(by: { populations[$0] < populations[$1] }) else { return nil }
    zones.append(zone)
    let instance = Instance(
      host, action: action, owner: id, kind: HostEvent.processor, ordinal: ordinal,
      now: kernel.now)
    instances.append(instance)
    entrances.append(.passUnretained(instance))
    return ordinal
  }

  /// The hosts of each zone whose state is one that counts.
  final func zonePopulations(_ counts: (Instance.State) -> Bool) -> [Int] {
    var populations = Array(repeating: 0, count: host.zones)
    for (instance, zone) in zip(instances, zones) where counts(instance.state) {
      populations[zone] += 1
    }
    return populations
  }

  /// The hosts that are in service or will be.
  final var presentCount: Int {
    instances.count { $0.state == .pending || $0.state == .inService }
  }

  /// A host serves; `isReady` if it did before the run began.
  final func putInService(_ ordinal: Int, isReady: Bool, _ kernel: inout Kernel) {
    let instance = instances[ordinal]
    instance.state = .inService
    instance.inServiceAt = isReady ? .min : kernel.now
    serving.change(by: 1, at: kernel.now)
    inService.change(by: 1, at: kernel.now)
    for listener in listeners {
      listener.registered(
        UInt16(ordinal + 1), of: id, zone: zones[ordinal], isReady: isReady, &kernel)
    }
  }

  /// A host serves no more: it drains, if it has listeners.
  final func takeOutOfService(_ ordinal: Int, _ kernel: inout Kernel) {
    let instance = instances[ordinal]
    instance.state = .draining
    countOut(kernel.now)
    instance.awaitedListeners = listeners.count
    if listeners.isEmpty { hasDrained(ordinal, &kernel) }
    for listener in listeners {
      listener.deregister(UInt16(ordinal + 1), of: id, &kernel)
    }
  }

  /// A host is part of the capacity no more.
  final func countOut(_ now: Nanoseconds) {
    serving.change(by: -1, at: now)
    inService.change(by: -1, at: now)
  }

  final func drained(_ place: UInt16, _ kernel: inout Kernel) {
    let instance = instances[Int(place) - 1]
    guard instance.state == .draining else { return }
    instance.awaitedListeners -= 1
    if instance.awaitedListeners == 0 { hasDrained(Int(place) - 1, &kernel) }
  }

  /// A load balancer finds a host unhealthy, which is then replaced, but not within its grace.
  final func becameUnhealthy(_ place: UInt16, _ kernel: inout Kernel) {
    let ordinal = Int(place) - 1
    instances[ordinal].isUnhealthy = true
    guard let grace = host.grace, let since = instances[ordinal].inServiceAt else { return }
    let graceEnd = since == .min ? 0 : since + grace
    if kernel.now >= graceEnd {
      replace(ordinal, &kernel)
    } else {
      kernel.schedule(
        after: graceEnd - kernel.now, id, HostEvent.graceEnd, UInt32(ordinal))
    }
  }

  final func terminate(_ ordinal: Int, _ kernel: inout Kernel) {
    guard instances[ordinal].state != .terminated else { return }
    instances[ordinal].state = .terminated
    instances[ordinal].stopBill(at: kernel.now)
    hasTerminated(ordinal, &kernel)
  }

  /// The hosts of the most populated zone that are in service.
  final var removable: [Int] {
    let populations = zonePopulations { $0 == .inService }
    let most = populations.max() ?? 0
    return instances.indices.filter {
      instances[$0].state == .inService && populations[zones[$0]] == most
    }
  }
}

/// How many there were of something, for as far back as alarms look.
struct CountHistory {
  private static let most = 4096
  private var changes: [(at: Nanoseconds, count: Int)] = []

  /// The count now.
  var count: Int { changes.last?.count ?? 0 }

  mutating func change(by delta: Int, at now: Nanoseconds) {
    let count = count + delta
    if changes.last?.at == now { changes.removeLast() }
    if changes.count == Self.most { changes.removeFirst(Self.most / 2) }
    changes.append((now, count))
  }

  /// The count just before a time.
  func count(before time: Nanoseconds) -> Int {
    changes.last { $0.at < time }?.count ?? 0
  }
}
