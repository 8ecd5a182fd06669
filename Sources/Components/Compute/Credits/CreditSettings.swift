import Kernel

/// How an experiment describes the CPU credits of burstable machines.
struct CreditSettings: Sendable {
  let mode: CreditAccount.Mode
  /// Credits of a machine that is there when the run begins.
  let balance: Double

  /// Settings as AWS launches a machine.
  init(mode: CreditAccount.Mode, balance: Double = 0) {
    self.mode = mode
    self.balance = balance
  }

  /// Reads the section `credits`.
  ///
  /// - Parameters:
  ///   - parameters: those of the component.
  ///   - type: the machine's type.
  init(
    from parameters: inout ParameterReader, for type: Catalogue.InstanceType
  ) {
    let isWritten = parameters.has("credits")
    let settings = parameters.section("credits", "CPU credits of a burstable instance.") {
      (reader: inout ParameterReader) -> CreditSettings in
      CreditSettings(
        mode: reader.choice(
          "mode", default: .unlimited,
          "unlimited: borrows at zero, for money; standard: is held to its baseline at zero.",
          source: "EC2/burstable-performance-instances-unlimited-mode-concepts"),
        balance: reader.number(
          "balance", default: 0, in: 0...100_000, unit: "credits",
          "Credits of an instance that is there at the start; those launched later have none.",
          source: "EC2/burstable-credits-baseline-concepts"))
    }
    self = settings
    guard isWritten, !parameters.isDescribing else { return }
    guard let rules = type.credits else {
      parameters.report(
        "\(type.name) has no CPU credits", at: "credits",
        help: "leave 'credits' out, or choose a t3 or t4g instance")
      return
    }
    if balance > rules.maximum {
      parameters.report(
        "\(type.name) keeps at most \(Units.format(number: rules.maximum)) credits",
        at: "credits", help: "write a 'balance' of at most that")
    }
  }

  /// The price of a processor for an hour on borrowed credits, for the family of a type.
  static func surplusPrice(
    of type: Catalogue.InstanceType, in catalogue: Catalogue
  ) -> Catalogue.Price? {
    let family = type.name.prefix { $0 != "." }
    return catalogue.price("ec2.surplus-credit-vcpu-hour.\(family)")
  }
}
