import Kernel

/// What the hosts of a fleet have in common: their processors and the application on them.
struct HostSettings: Sendable {
  /// How many jobs a host computes for at once.
  let processors: Int
  /// What each of them does, relative to one vCPU.
  let speed: Double
  /// The memory of a host, in bytes.
  let memory: Int
  let application: Application
  let program: Endpoints
  /// Availability Zones, over which hosts are spread.
  let zones: Int
  /// How long after it is in service a host that a load balancer finds unhealthy is not replaced;
  /// nil if it never is.
  let grace: Nanoseconds?

  /// The steps of the endpoints, and the pools that they take from.
  func compiled(for site: Site) -> StepProgram {
    let isLoop = application.concurrency == .eventLoop
    let first = isLoop ? 1 : 0
    let pools = application.connections.enumerated().map { index, pool in
      (target: pool.name, index: first + index, connect: Optional(pool.value.connect))
    }
    return program.compile(
      site.name, HostResources(eventLoop: isLoop ? 0 : nil, pools: pools),
      health: application.healthCheckTime)
  }
}
