import Kernel

/// What is drawn: times, branches, repetitions and items.
extension SteppedComponent {
  /// The bits of a step's draw in this frame and repetition.
  @inline(__always)
  func bits(_ stepKey: UInt64, _ frame: CallID, _ kernel: inout Kernel) -> UInt64 {
    mixed(
      kernel.calls[frame].drawKey &+ stepKey
        &+ UInt64(kernel.calls[frame].counter) &* KeyStride.number)
  }

  /// The whole time of a step.
  @inline(__always)
  func time(
    _ instruction: Instruction, _ frame: CallID, _ kernel: inout Kernel
  ) -> Nanoseconds {
    let bits = bits(instruction.drawKey, frame, &kernel)
    return program.formulas[Int(instruction.sampler)].nanoseconds(bits)
  }

  /// The part of a step's time that is computing.
  @inline(__always)
  func computing(
    _ instruction: Instruction, _ frame: CallID, _ kernel: inout Kernel
  ) -> Nanoseconds {
    let whole = time(instruction, frame, &kernel)
    let share = instruction.chance
    return share == 1 ? whole : Nanoseconds(Double(whole) * share)
  }

  /// The rest of it, so that both make up the whole to the nanosecond.
  @inline(__always)
  func pausing(
    _ instruction: Instruction, _ frame: CallID, _ kernel: inout Kernel
  ) -> Nanoseconds {
    let whole = time(instruction, frame, &kernel)
    let share = instruction.chance
    return share == 0 ? whole : whole - Nanoseconds(Double(whole) * share)
  }

  @inline(__always)
  func chosen(
    _ instruction: Instruction, _ frame: CallID, _ kernel: inout Kernel
  ) -> UInt16 {
    let draw = uniform(bits(instruction.drawKey, frame, &kernel))
    let first = Int(instruction.firstBranch)
    let end = first &+ Int(instruction.branches)
    var index = first
    while index < end {
      if draw <= program.branches[index].threshold { return program.branches[index].start }
      index &+= 1
    }
    return instruction.jump
  }

  func repeats(
    _ instruction: Instruction, _ frame: CallID, _ kernel: inout Kernel
  ) -> Bool {
    let done = kernel.calls[frame].counter &+ 1
    let goesOn =
      done < instruction.operation
      || (instruction.chance > 0 && done < .max
        && uniform(bits(instruction.drawKey, frame, &kernel)) <= instruction.chance)
    guard goesOn else { return false }
    kernel.calls[frame].counter = done
    kernel.calls[frame].step = instruction.jump
    return true
  }

  func key(_ index: Int16, _ frame: CallID, _ kernel: inout Kernel) -> UInt64 {
    guard index >= 0 else { return 0 }
    let key = program.keys[Int(index)]
    switch key.choice {
    case .user: return mixed(key.namespace &+ UInt64(kernel.calls[frame].user))
    case .shared: return key.namespace
    case .request: return mixed(key.namespace &+ requestKey(frame, &kernel))
    case .drawn:
      let rank = key.sampler?.sample(mixed(requestKey(frame, &kernel) &+ key.namespace)) ?? 0
      return mixed(key.namespace &+ UInt64(rank))
    }
  }

  /// What all frames of a request have in common, so that all mean the same item.
  func requestKey(_ frame: CallID, _ kernel: inout Kernel) -> UInt64 {
    kernel.calls[frame].operation == SteppedComponent.subframe
      ? kernel.calls[frame].key : kernel.calls[frame].drawKey
  }

  /// The lookup that a frame leads or joins: of a key in the instruction's component.
  func flight(
    _ instruction: Instruction, _ frame: CallID, _ kernel: inout Kernel
  ) -> UInt64 {
    mixed(key(instruction.key, frame, &kernel) &+ instruction.drawKey)
  }
}
