// The writing half that both kinds of ring share: positions, laps and stamps of one producer.
#pragma once

#include <bit>
#include <span>

#include "hft/ring/header.hpp"
#include "hft/ring/slot.hpp"

namespace hft::ring {

/// Where the next producer goes on, and one torn slot closed: see recovery.cpp.
std::uint64_t recover_write_position(RingHeader& header, std::span<record::Record> slots) noexcept;

class SlotWriter {
 public:
  /// Goes on where the last producer stopped, also when it was killed between two stores.
  SlotWriter(RingHeader& header, std::span<record::Record> slots) noexcept
      : header_(&header),
        slots_(slots.data()),
        mask_(slots.size() - 1),
        lap_shift_(static_cast<unsigned>(std::countr_zero(slots.size()))),
        position_(recover_write_position(header, slots)),
        stamp_(stamp_of_lap(position_ >> lap_shift_)) {
    publish_position();
  }

  std::uint64_t position() const noexcept { return position_; }
  std::uint64_t capacity() const noexcept { return mask_ + 1; }
  RingHeader& header() const noexcept { return *header_; }

  /// Writes the next slot. Readers that look at the slot see it at once.
  void write(const record::Record& record) noexcept {
    if ((position_ & mask_) == 0) begin_lap();
    write_slot(slots_[position_ & mask_], record, stamp_);
    ++position_;
  }

  /// Asks for the line that will be written `ahead` records from now.
  void prefetch(std::uint64_t ahead) const noexcept {
    prefetch_for_write(&slots_[(position_ + ahead) & mask_]);
  }

  void publish_position() noexcept {
    shared(header_->write_position).store(position_, std::memory_order_release);
  }

 private:
  /// The lap is told before the lap's first store: a reader that sees a stamp of it sees it too.
  void begin_lap() noexcept {
    const std::uint64_t lap = position_ >> lap_shift_;
    shared(header_->lap).store(lap, std::memory_order_release);
    keep_order();
    stamp_ = stamp_of_lap(lap);
  }

  RingHeader* header_;
  record::Record* slots_;
  std::uint64_t mask_;
  unsigned lap_shift_;
  std::uint64_t position_;
  std::uint16_t stamp_;
};

/// Lines asked for ahead of the one written or read: hides one transfer between two cores.
inline constexpr std::uint64_t prefetch_distance = 12;

}  // namespace hft::ring
