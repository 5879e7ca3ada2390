// The lossless ring for orders and reports: one producer, one consumer, nothing overwritten unread.
//
// The consumer finds records by the stamps in the slots, so one line moves from core to core for
// each record and no position line beside it. Its own position goes back every 64 records, or when
// it finds nothing to do; the producer looks at it only when its last copy says that the ring is
// full.
#pragma once

#include <algorithm>
#include <cassert>
#include <span>

#include "hft/ring/slot_writer.hpp"

namespace hft::ring {

class SpscProducer {
 public:
  SpscProducer(RingHeader& header, std::span<record::Record> slots) noexcept
      : writer_(header, slots),
        read_(load_shared(header.read_position, std::memory_order_acquire)) {}

  std::uint64_t position() const noexcept { return writer_.position(); }

  /// False when the consumer is a full ring behind; nothing is written then.
  bool publish(const record::Record& record) noexcept {
    if (free_slots(1) == 0) return false;
    writer_.write(record);
    writer_.publish_position();
    return true;
  }

  /// Publishes as many of `records`, from the first, as there is room for, and says how many.
  std::size_t publish(std::span<const record::Record> records) noexcept {
    const std::size_t count = std::min<std::size_t>(records.size(), free_slots(records.size()));
    for (const record::Record& record : records.first(count)) {
      writer_.prefetch(prefetch_distance);
      writer_.write(record);
    }
    writer_.publish_position();
    return count;
  }

 private:
  /// Free slots; asks the consumer's line only when its last answer leaves fewer than `wanted`.
  std::uint64_t free_slots(std::uint64_t wanted) noexcept {
    const std::uint64_t known = writer_.capacity() - (writer_.position() - read_);
    if (known >= wanted) return known;
    read_ = load_shared(writer_.header().read_position, std::memory_order_acquire);
    return writer_.capacity() - (writer_.position() - read_);
  }

  SlotWriter writer_;
  std::uint64_t read_;  // the consumer's position when last asked
};

class SpscConsumer {
 public:
  /// Goes on behind the last record that a consumer released, also one that was killed.
  SpscConsumer(RingHeader& header, std::span<const record::Record> slots) noexcept
      : header_(&header),
        slots_(slots.data()),
        mask_(slots.size() - 1),
        lap_shift_(static_cast<unsigned>(std::countr_zero(slots.size()))),
        position_(load_shared(header.consumed_position, std::memory_order_acquire)),
        returned_(load_shared(header.read_position, std::memory_order_relaxed)) {}

  std::uint64_t position() const noexcept { return position_; }  // of the next record

  /// Copies the next record to `out` (its stamps cleared) and releases its slot.
  bool next(record::Record& out) noexcept {
    const record::Record& slot = slots_[position_ & mask_];
    const std::uint16_t stamp = stamp_at(position_);
    if (!may_be_whole(slot, stamp)) return nothing();
    const Line line = load_slot(slot);
    if (!is_whole(line, stamp)) return nothing();
    copy_unstamped(line, out);
    release(1);
    return true;
  }

  /// The records ready now, where they lie: at least `at_least` (fewer only at the end of the slot
  /// array) or none, at most `limit`. Asking for 64 lets the producer finish whole blocks before
  /// their lines are touched: most throughput. Asking for 1: least delay.
  std::span<const record::Record> peek(std::size_t limit, std::size_t at_least = 1) noexcept {
    const std::uint64_t first = position_ & mask_;
    const std::size_t most = std::min<std::size_t>(limit, mask_ + 1 - first);
    std::size_t ready = std::min(at_least, most);
    // Slots are written in order: when one is whole, so are all before it.
    if (ready == 0 || !is_ready(ready - 1)) {
      return_slots();
      return {};
    }
    while (ready < most && is_ready(ready)) ++ready;
    return {&slots_[first], ready};
  }

  /// Gives the first `count` peeked records back.
  void release(std::size_t count) noexcept {
    position_ += count;
    assert(position_ - returned_ <= mask_ + 1);
    shared(header_->consumed_position).store(position_, std::memory_order_release);
    if (position_ - returned_ >= return_every) return_slots();
  }

 private:
  bool is_ready(std::uint64_t ahead) const noexcept {
    const std::uint64_t position = position_ + ahead;
    __builtin_prefetch(&slots_[(position + prefetch_distance) & mask_]);
    return is_whole(load_slot(slots_[position & mask_]), stamp_at(position));
  }

  bool nothing() noexcept {
    return_slots();
    return false;
  }

  void return_slots() noexcept {
    if (returned_ == position_) return;
    returned_ = position_;
    shared(header_->read_position).store(position_, std::memory_order_release);
  }

  std::uint16_t stamp_at(std::uint64_t position) const noexcept {
    return stamp_of_lap(position >> lap_shift_);
  }

  RingHeader* header_;
  const record::Record* slots_;
  std::uint64_t mask_;
  unsigned lap_shift_;
  std::uint64_t position_;
  std::uint64_t returned_;
};

}  // namespace hft::ring
