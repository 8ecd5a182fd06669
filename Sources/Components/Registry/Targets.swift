import Kernel

/// A component with replicas that come and go, to which others send calls one by one.
///
/// A call's `place` names the replica, from 1; 0 leaves the choice to the component.
protocol ReplicatedComponent: RunningComponent {
  /// Tells a listener of all replicas that come and go from now on.
  func tell(_ listener: any TargetListener)

  /// A listener has found a replica healthy, new or not.
  func becameHealthy(_ place: UInt16, _ kernel: inout Kernel)

  /// A listener has found a replica unhealthy, new or not.
  func becameUnhealthy(_ place: UInt16, _ kernel: inout Kernel)

  /// A listener sends nothing more to a replica and waits for nothing from it; each that was told
  /// to deregister the replica says so once.
  func drained(_ place: UInt16, _ kernel: inout Kernel)
}

extension ReplicatedComponent {
  /// By default nothing is done about an unhealthy replica.
  func becameUnhealthy(_ place: UInt16, _ kernel: inout Kernel) {}
}

/// Who sends calls to replicas: a load balancer.
protocol TargetListener: AnyObject {
  /// A replica has come.
  ///
  /// - Parameters:
  ///   - place: which it is.
  ///   - target: the component that it belongs to.
  ///   - zone: the Availability Zone that it stands in, from 0.
  ///   - isReady: whether it was there before the run began.
  ///   - kernel: the simulation.
  func registered(
    _ place: UInt16, of target: ComponentID, zone: Int, isReady: Bool, _ kernel: inout Kernel)

  /// A replica will go as soon as it is drained.
  func deregister(_ place: UInt16, of target: ComponentID, _ kernel: inout Kernel)
}

/// A component that keeps something for each process that calls it, such as a cache in its memory.
protocol ProcessStore: RunningComponent {
  /// A process has ended, and with it what is kept for it.
  func processEnded(_ place: UInt16, of caller: ComponentID)
}

/// The operation of a load balancer's health check.
struct HealthCheck: OperationSpecification {}
