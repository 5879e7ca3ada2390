// The ring for market data: one producer that no reader ever slows, any number of readers.
//
// A reader proves a slot whole, and its own, by the four stamps and the lap word; it writes nothing
// and may map the ring read-only. One that is lapped learns exactly how many records it lost.
#pragma once

#include <algorithm>
#include <span>

#include "hft/ring/slot_writer.hpp"

namespace hft::ring {

class BroadcastProducer {
 public:
  BroadcastProducer(RingHeader& header, std::span<record::Record> slots) noexcept
      : writer_(header, slots) {}

  std::uint64_t position() const noexcept { return writer_.position(); }

  void publish(const record::Record& record) noexcept {
    writer_.write(record);
    writer_.publish_position();
  }

  /// Publishes many: the lines ahead are fetched while one is written.
  void publish(std::span<const record::Record> records) noexcept {
    while (!records.empty()) {
      const std::size_t count = std::min<std::size_t>(records.size(), return_every);
      for (const record::Record& record : records.first(count)) {
        writer_.prefetch(prefetch_distance);
        writer_.write(record);
      }
      writer_.publish_position();
      records = records.subspan(count);
    }
  }

 private:
  SlotWriter writer_;
};

/// What a reader found at its position.
enum class Found : std::uint8_t {
  record,  // one record
  empty,   // not published yet
  lapped,  // overwritten: `lost()` has grown, the position has moved on, ask again
};

/// Where a new reader begins.
enum class Start : std::uint8_t { oldest, newest };

class BroadcastReader {
 public:
  BroadcastReader(const RingHeader& header, std::span<const record::Record> slots,
                  Start start = Start::oldest) noexcept
      : header_(&header),
        slots_(slots.data()),
        mask_(slots.size() - 1),
        lap_shift_(static_cast<unsigned>(std::countr_zero(slots.size()))) {
    const std::uint64_t written = load_shared(header.write_position, std::memory_order_acquire);
    const std::uint64_t oldest = written < slots.size() ? 0 : written - slots.size() / 2;
    move_to(start == Start::newest ? written : oldest);
  }

  std::uint64_t position() const noexcept { return position_; }  // of the next record
  std::uint64_t lost() const noexcept { return lost_; }          // records, since the reader began

  /// Copies the next record to `out` (its stamps cleared). `out` is written only with `record`.
  Found next(record::Record& out) noexcept {
    const record::Record& slot = slots_[position_ & mask_];
    if (may_be_whole(slot, stamp_) && take(slot, out)) return Found::record;
    if (laps_begun_since() == 0) return Found::empty;
    // The producer is in a later lap, so it finished this slot, perhaps after the first look.
    if (take(slot, out)) return Found::record;
    skip_lost();
    return Found::lapped;
  }

  /// The records ready now, up to `limit` and to the end of the slot array, where they lie; empty
  /// when there are none or the reader was lapped (then `lost()` has grown). The producer may
  /// overwrite them at any time: use them, then ask `keep(count)`.
  std::span<const record::Record> peek(std::size_t limit) noexcept;

  /// Moves past the first `count` peeked records. True: all that was read from them until now was
  /// whole and theirs. False: the producer came round meanwhile; throw away what was made of them.
  /// They count as lost, and the position has moved on.
  bool keep(std::size_t count) noexcept;

 private:
  /// Laps the producer has begun after the one of this position; 0 also while that one is to come.
  /// To be loaded after the slot: whoever sees a stamp of a lap also sees that lap here.
  std::uint64_t laps_begun_since() const noexcept {
    const std::uint64_t begun = load_shared(header_->lap, std::memory_order_acquire);
    const std::uint64_t mine = position_ >> lap_shift_;
    return begun > mine ? begun - mine : 0;
  }

  bool is_mine() const noexcept {
    return is_whole(load_slot(slots_[position_ & mask_]), stamp_) &&
           laps_begun_since() < stamp_laps;
  }

  /// Copies the slot if it is whole, and of this lap and not of one 65,536 laps later.
  bool take(const record::Record& slot, record::Record& out) noexcept {
    const Line line = load_slot(slot);
    if (!is_whole(line, stamp_) || laps_begun_since() >= stamp_laps) return false;
    copy_unstamped(line, out);
    move_to(position_ + 1);
    return true;
  }

  /// Goes on half a ring behind the producer: room to catch up, and half a ring still to be had.
  void skip_lost() noexcept {
    const std::uint64_t written = load_shared(header_->write_position, std::memory_order_acquire);
    const std::uint64_t half = capacity() / 2;
    const std::uint64_t target = std::max(position_ + 1, written > half ? written - half : 0);
    lost_ += target - position_;
    move_to(target);
  }

  std::uint64_t capacity() const noexcept { return mask_ + 1; }
  void move_to(std::uint64_t position) noexcept {
    position_ = position;
    stamp_ = stamp_of_lap(position >> lap_shift_);
  }

  const RingHeader* header_;
  const record::Record* slots_;
  std::uint64_t mask_;
  unsigned lap_shift_;
  std::uint16_t stamp_ = 0;
  std::uint64_t position_ = 0;
  std::uint64_t lost_ = 0;
};

inline std::span<const record::Record> BroadcastReader::peek(std::size_t limit) noexcept {
  const std::uint64_t first = position_ & mask_;
  const std::size_t most = std::min<std::size_t>(limit, capacity() - first);
  std::size_t ready = 0;
  while (ready < most) {
    __builtin_prefetch(&slots_[(first + ready + prefetch_distance) & mask_]);
    if (!is_whole(load_slot(slots_[first + ready]), stamp_)) break;
    ++ready;
  }
  const std::uint64_t laps_behind = laps_begun_since();
  if (ready == 0 && laps_behind == 0) return {};
  if ((ready == 0 && !is_mine()) || laps_behind >= stamp_laps) {
    skip_lost();
    return {};
  }
  return {&slots_[first], ready};
}

inline bool BroadcastReader::keep(std::size_t count) noexcept {
  if (count == 0) return true;
  keep_order();
  // Slots are overwritten in order: while the first is still mine, so are all behind it.
  if (!is_mine()) {
    skip_lost();
    return false;
  }
  move_to(position_ + count);
  return true;
}

}  // namespace hft::ring
