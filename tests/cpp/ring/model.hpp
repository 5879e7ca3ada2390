// The broadcast protocol as step machines, small enough to try every interleaving (model_test.cpp).
//
// One step is one load or store of the real code, in its order. Capacity 2, and stamps that come
// again after 2 laps instead of 65,536, so that a run of a few records crosses both wraps. x86-64
// adds nothing to an interleaving here: docs/decisions/0003-lap-stamps.md.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>
#include <unordered_set>
#include <vector>

namespace hft::ring::model {

constexpr int capacity = 2;
constexpr int quarters = 4;
constexpr int stamp_laps = 2;

/// Faults that the checker must find; `none` is the code as it stands.
enum class Fault {
  none,
  three_stamps,          // a reader looks at three of the four stamps
  stamp_before_payload,  // a quarter's stamp is stored before its payload
  no_lap_check,          // a reader trusts the stamps alone
  lap_told_late,         // the lap word is stored after the lap's first record
  one_look,              // a reader behind does not look a second time
  keep_unchecked,        // a view is kept without looking at its stamps again
  torn_slot_rewritten,   // a recovering producer writes its own record into the torn slot
};

/// A quarter: whose payload, and which stamp. Owner 0: never written; else 1 + position, plus
/// second_attempt after a crash, or closed for the zeros that complete a torn slot.
struct Quarter {
  std::uint8_t owner = 0;
  std::uint8_t stamp = 0;
};
constexpr std::uint8_t second_attempt = 32;
constexpr std::uint8_t closed = 64;

struct Memory {
  std::array<std::array<Quarter, quarters>, capacity> slots{};
  std::uint8_t write_position = 0;
  std::uint8_t lap = 0;
};

struct Producer {
  std::uint8_t position = 0;
  std::uint8_t step = 0;  // within the record
  std::uint8_t recovering = 0;
  std::uint8_t attempt = 0;   // second_attempt after a crash
  std::uint8_t begun = 0;     // ghost: positions before it have at least one store
  std::uint8_t complete = 0;  // ghost: positions before it have all their stores
};

enum class Phase : std::uint8_t {
  poll,
  look,
  lap,
  is_empty,
  look_again,
  lap_again,
  use,
  keep,
  skip
};

struct Reader {
  Phase phase = Phase::poll;
  std::uint8_t position = 0;
  std::uint8_t quarter = 0;         // the next to load
  std::uint8_t stamps_match = 1;    // of the quarters of this look
  std::uint8_t owner = 0;           // ghost: of the first quarter of this look
  std::uint8_t mixed = 0;           // ghost: another owner among the quarters
  std::uint8_t has_no_kind = 0;     // quarter 0 is of a closed slot: the reader can tell
  std::uint8_t viewed = 0;          // a view is being used or kept
  std::uint8_t view_owner = 0;      // ghost: what was read through the view
  std::uint8_t view_mixed = 0;      // ghost
  std::uint8_t was_complete = 0;    // ghost: the record was whole when the look began
  std::uint8_t read = 0, lost = 0;  // records
};

struct State {
  Memory memory;
  Producer producer;
  std::array<Reader, 2> readers;
  std::uint8_t crashes_left = 0;
};
static_assert(std::has_unique_object_representations_v<State>, "states are compared as bytes");

inline std::uint8_t byte(int value) {
  return static_cast<std::uint8_t>(value);
}
inline std::uint8_t stamp_of(int position) {
  return byte((position / capacity + 1) % stamp_laps);
}
inline auto& slot_of(Memory& memory, int position) {
  return memory.slots[static_cast<std::size_t>(position % capacity)];
}

/// Process 0 is the producer, 1 a reader that copies, 2 a reader of views, 3 one that copies and
/// loads the quarters the other way round, as a device may.
class Model {
 public:
  Model(int records, Fault fault, std::vector<int> processes)
      : records_(records), fault_(fault), processes_(std::move(processes)) {}

  /// Tries every interleaving; true when nothing was found wrong.
  bool check(int crashes) {
    State start;
    start.crashes_left = byte(crashes);
    visit(start);
    while (!waiting_.empty() && problem_.empty()) {
      const State state = waiting_.back();
      waiting_.pop_back();
      bool moved = false;
      for (const int process : processes_) moved |= advance(state, process);
      if (!moved) check_end(state);
    }
    return problem_.empty();
  }

  const std::string& problem() const { return problem_; }
  std::size_t states() const { return seen_.size(); }
  bool saw_loss() const { return saw_loss_; }
  bool saw_closed() const { return saw_closed_; }

 private:
  void visit(const State& state) {
    const std::string bytes(reinterpret_cast<const char*>(&state), sizeof state);
    if (seen_.insert(bytes).second) waiting_.push_back(state);
  }
  void wrong(const char* what) {
    if (problem_.empty()) problem_ = what;
  }

  /// False when the process has nothing left to do or can only wait.
  bool advance(const State& state, int process) {
    State next = state;
    if (process == 0) {
      if (state.crashes_left > 0 && state.producer.position < records_) visit(crashed(state));
      if (!produce(next)) return false;
    } else {
      Reader& reader = next.readers[reader_of(process)];
      if (reader.phase == Phase::poll && reader.position == records_) return false;
      backwards_ = process == 3;
      read(next, reader, process == 2);
    }
    const bool changed = std::memcmp(&state, &next, sizeof state) != 0;
    if (changed) visit(next);
    return changed;
  }

  static std::size_t reader_of(int process) { return process == 2 ? 1 : 0; }

  // --- The producer ---

  static State crashed(State state) {
    --state.crashes_left;
    Producer& producer = state.producer;
    producer.position = state.memory.write_position;
    producer.step = 0;
    producer.recovering = 1;
    producer.attempt = second_attempt;
    return state;
  }

  bool produce(State& state) {
    Producer& producer = state.producer;
    if (producer.recovering != 0) {
      if (!recover(state)) producer.recovering = 0;
      return true;
    }
    if (producer.position >= records_) return false;
    const int position = producer.position;
    const int step = producer.step++;
    const bool tells_lap = position % capacity == 0;
    const int told_at = fault_ == Fault::lap_told_late ? 2 * quarters + 1 : 0;
    if (step == told_at && tells_lap) state.memory.lap = byte(position / capacity);
    if (step >= 1 && step <= 2 * quarters) store(state, position, step - 1);
    if (step == 2 * quarters + 1) {
      producer.position = byte(position + 1);
      producer.step = 0;
      state.memory.write_position = producer.position;
    }
    return true;
  }

  /// Quarters 3, 2, 1, 0, each in one step; in two where the fault splits them.
  void store(State& state, int position, int half_step) {
    Producer& producer = state.producer;
    Quarter& quarter =
        slot_of(state.memory, position)[static_cast<std::size_t>(quarters - 1 - half_step / 2)];
    producer.begun = byte(std::max<int>(producer.begun, position + 1));
    const bool stamp_only = fault_ == Fault::stamp_before_payload && half_step % 2 == 0;
    quarter.stamp = stamp_of(position);
    if (!stamp_only) quarter.owner = byte(1 + position + producer.attempt);
    if (half_step % 2 == 0 && fault_ != Fault::stamp_before_payload) ++producer.step;
    if (half_step / 2 == quarters - 1 && !stamp_only) producer.complete = byte(position + 1);
  }

  /// One step of recovery.cpp; false when it is done.
  bool recover(State& state) {
    Producer& producer = state.producer;
    const int position = producer.position;
    auto& slot = slot_of(state.memory, position);
    int stamped = 0;
    for (const Quarter& quarter : slot) stamped += quarter.stamp == stamp_of(position) ? 1 : 0;
    if (stamped == 0 || position >= records_) return false;
    if (stamped == quarters) {
      producer.position = byte(position + 1);
      producer.complete = std::max(producer.complete, producer.position);
      return true;
    }
    if (fault_ == Fault::torn_slot_rewritten) return false;
    for (std::size_t i = quarters; i-- > 0;) {
      if (slot[i].stamp == stamp_of(position)) continue;
      slot[i] = {byte(1 + position + closed), stamp_of(position)};
      return true;
    }
    return true;
  }

  // --- A reader ---

  void read(State& state, Reader& reader, bool views) {
    const int laps_behind = std::max(0, state.memory.lap - reader.position / capacity);
    switch (reader.phase) {
      case Phase::poll: return poll(state, reader);
      case Phase::look: return look(state, reader, Phase::lap, Phase::is_empty);
      case Phase::lap:
        if (laps_behind >= stamp_laps && fault_ != Fault::no_lap_check) {
          return go(reader, Phase::is_empty);
        }
        return views ? go(reader, Phase::use) : accept(reader, reader.owner, reader.mixed);
      case Phase::is_empty:
        if (laps_behind > 0) {
          return go(reader, fault_ == Fault::one_look ? Phase::skip : Phase::look_again);
        }
        if (reader.was_complete != 0) wrong("a published record was called not there yet");
        return restart(reader);
      case Phase::look_again: return look(state, reader, Phase::lap_again, Phase::skip);
      case Phase::lap_again:
        if (laps_behind >= stamp_laps && fault_ != Fault::no_lap_check) {
          return go(reader, Phase::skip);
        }
        if (reader.viewed != 0) return accept(reader, reader.view_owner, reader.view_mixed);
        return views ? restart(reader) : accept(reader, reader.owner, reader.mixed);
      case Phase::use: return use(state, reader);
      case Phase::keep:
        if (fault_ == Fault::keep_unchecked) {
          return accept(reader, reader.view_owner, reader.view_mixed);
        }
        return go(reader, Phase::look_again);
      case Phase::skip: return skip(state, reader);
    }
  }

  static void go(Reader& reader, Phase phase) {
    reader.phase = phase;
    reader.quarter = 0;
    reader.stamps_match = 1;
  }
  static void restart(Reader& reader) {
    const Reader before = reader;
    reader = {};
    reader.position = before.position;
    reader.read = before.read;
    reader.lost = before.lost;
  }

  /// The short poll of quarter 0's stamp.
  void poll(State& state, Reader& reader) {
    reader.was_complete = state.producer.complete > reader.position ? 1 : 0;
    const bool maybe =
        backwards_ || slot_of(state.memory, reader.position)[0].stamp == stamp_of(reader.position);
    go(reader, maybe ? Phase::look : Phase::is_empty);
  }

  /// Loads one quarter: its stamp counts, its owner is what the checker knows.
  void look(State& state, Reader& reader, Phase when_whole, Phase otherwise) {
    const int number = backwards_ ? quarters - 1 - reader.quarter : reader.quarter;
    const Quarter& quarter =
        slot_of(state.memory, reader.position)[static_cast<std::size_t>(number)];
    const bool skipped = fault_ == Fault::three_stamps && number == quarters - 1;
    if (quarter.stamp != stamp_of(reader.position) && !skipped) reader.stamps_match = 0;
    note(quarter, reader.quarter, reader.owner, reader.mixed);
    if (number == 0) reader.has_no_kind = quarter.owner & closed;
    if (++reader.quarter < quarters) return;
    go(reader, reader.stamps_match != 0 ? when_whole : otherwise);
  }

  static void use(State& state, Reader& reader) {
    const Quarter& quarter = slot_of(state.memory, reader.position)[reader.quarter];
    note(quarter, reader.quarter, reader.view_owner, reader.view_mixed);
    reader.viewed = 1;
    if (++reader.quarter == quarters) go(reader, Phase::keep);
  }

  /// `number` counts the loads of this look.
  static void note(const Quarter& quarter, int number, std::uint8_t& owner, std::uint8_t& mixed) {
    if (number == 0) {
      owner = quarter.owner;
      mixed = 0;
    } else if (quarter.owner != owner) {
      mixed = 1;
    }
  }

  void accept(Reader& reader, std::uint8_t owner, std::uint8_t mixed) {
    const bool has_no_kind = reader.has_no_kind != 0;
    if ((owner & 31) != reader.position + 1) wrong("another position's record was taken");
    if (mixed != 0 && !has_no_kind) wrong("a torn record was taken");
    saw_closed_ |= has_no_kind;
    ++reader.position;
    ++reader.read;
    restart(reader);
  }

  void skip(State& state, Reader& reader) {
    saw_loss_ = true;
    const int written = state.memory.write_position;
    const int target = std::max<int>(reader.position + 1, written - capacity / 2);
    if (state.producer.begun <= reader.position + capacity) {
      wrong("a record was counted lost that was still there");
    }
    if (target > state.producer.complete) wrong("more were counted lost than there were");
    reader.lost = byte(reader.lost + target - reader.position);
    reader.position = byte(target);
    restart(reader);
  }

  /// Nothing moves any more: every reader must have accounted for every record.
  void check_end(const State& state) {
    for (const int process : processes_) {
      if (process == 0) continue;
      const Reader& reader = state.readers[reader_of(process)];
      if (reader.read + reader.lost != records_) wrong("the end was reached with records missing");
    }
  }

  int records_;
  Fault fault_;
  bool backwards_ = false;
  std::vector<int> processes_;
  std::string problem_;
  std::unordered_set<std::string> seen_;
  std::vector<State> waiting_;
  bool saw_loss_ = false;
  bool saw_closed_ = false;
};

}  // namespace hft::ring::model
