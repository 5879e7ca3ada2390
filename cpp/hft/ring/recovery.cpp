// What a new producer does with a ring whose last producer may have been killed at any instruction.
//
// write_position may lag behind whole slots, and at most one slot behind them may be torn. That
// slot may not simply be written again: a reader could put quarters of both attempts together, all
// with the right stamp. It is completed as a record of Kind::none instead. Quarter 0, which holds
// the kind, is written last, so the killed producer never wrote it and no reader has seen it.
#include "hft/ring/slot_writer.hpp"

namespace hft::ring {
namespace {

bool is_untouched(const Line& line, std::uint16_t stamp) noexcept {
  for (const Quarter& quarter : line.quarter) {
    if (quarter[stamp_lane] == stamp) return false;
  }
  return true;
}

}  // namespace

std::uint64_t recover_write_position(RingHeader& header, std::span<record::Record> slots) noexcept {
  const std::uint64_t mask = slots.size() - 1;
  const unsigned lap_shift = static_cast<unsigned>(std::countr_zero(slots.size()));
  std::uint64_t position = load_shared(header.write_position, std::memory_order_acquire);
  for (;; ++position) {
    const std::uint16_t stamp = stamp_of_lap(position >> lap_shift);
    record::Record& slot = slots[position & mask];
    const Line line = load_slot(slot);
    if (is_whole(line, stamp)) continue;
    if (is_untouched(line, stamp)) return position;
    for (std::size_t i = quarters; i-- > 0;) {
      if (line.quarter[i][stamp_lane] == stamp) continue;
      Quarter nothing{};
      nothing[stamp_lane] = stamp;
      store_quarter(line_of(slot).quarter[i], nothing);
    }
    shared(header.recoveries).fetch_add(1, std::memory_order_relaxed);
  }
}

}  // namespace hft::ring
