extension Catalogue {
  /// A type of virtual machine.
  public struct InstanceType: Hashable, Sendable {
    /// What a vCPU is.
    public enum ProcessorKind: String, CaseIterable, Sendable {
      /// One of two threads of a core.
      case hyperthread
      /// A whole core.
      case core
    }

    /// Its name, such as "t3.micro".
    public var name: String
    /// How many vCPUs it has.
    public var vCPUs: Int
    /// What a vCPU is.
    public var processor: ProcessorKind
    /// Its memory in bytes.
    public var memory: Int
    /// US dollars per hour, on demand, Linux, us-east-1.
    public var pricePerHour: Double
    /// How fast a vCPU is, relative to a vCPU of t3.
    public var speed: Double
    /// How its CPU credits work; nil if it is not burstable.
    public var credits: Credits?

    /// The CPU credits of a burstable instance: one is one vCPU for one minute.
    public struct Credits: Hashable, Sendable {
      /// The share of each vCPU that the earned credits sustain.
      public var baseline: Double
      /// Credits earned per hour.
      public var perHour: Double
      /// The most credits that are kept.
      public var maximum: Double

      /// The rules of a burstable instance.
      public init(baseline: Double, perHour: Double, maximum: Double) {
        self.baseline = baseline
        self.perHour = perHour
        self.maximum = maximum
      }
    }

    /// An instance type.
    public init(
      name: String, vCPUs: Int, processor: ProcessorKind, memory: Int, pricePerHour: Double,
      speed: Double, credits: Credits?
    ) {
      self.name = name
      self.vCPUs = vCPUs
      self.processor = processor
      self.memory = memory
      self.pricePerHour = pricePerHour
      self.speed = speed
      self.credits = credits
    }
  }
}
