// Packets, messages and bytes over time in fixed memory: bins that widen when the span outgrows
// them.
//
// The first bins are 1 ms wide, so that a burst in a short capture shows; a day ends with bins of
// 10 s. Widths go 1, 5, 10, 50, … ms, each a multiple of the one before, so that folding is exact.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace hft::engine {

class TimeSeries {
 public:
  static constexpr std::size_t bin_limit = 8192;
  static constexpr std::uint64_t first_bin_ns = 1'000'000;

  struct Bin {
    std::uint64_t packets = 0;
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
  };

  TimeSeries() : bins_(bin_limit) {}

  /// Counts at a time. A time before the first one seen counts as the first: the series says how
  /// much came when, and a clock that steps back must not move what is already there.
  void add(std::uint64_t time_ns, const Bin& counts) noexcept {
    if (time_ns >= bin_begin_ns_ && time_ns < bin_end_ns_) [[likely]] {
      add_to(bins_[current_], counts);
    } else {
      add_elsewhere(time_ns, counts);
    }
    count_peak(time_ns, counts.messages);
  }

  std::uint64_t start_ns() const noexcept { return start_ns_; }
  std::uint64_t bin_ns() const noexcept { return bin_ns_; }
  std::uint64_t peak_1ms_messages() const noexcept { return peak_; }

  /// From the first bin with a count to the last.
  const Bin* begin() const noexcept { return bins_.data(); }
  const Bin* end() const noexcept { return bins_.data() + used_; }

 private:
  static void add_to(Bin& bin, const Bin& counts) noexcept {
    bin.packets += counts.packets;
    bin.messages += counts.messages;
    bin.bytes += counts.bytes;
  }

  void add_elsewhere(std::uint64_t time_ns, const Bin& counts) noexcept {
    if (used_ == 0) start_ns_ = time_ns - time_ns % first_bin_ns;
    const std::uint64_t since = time_ns < start_ns_ ? 0 : time_ns - start_ns_;
    while (since / bin_ns_ >= bin_limit) widen();
    current_ = static_cast<std::size_t>(since / bin_ns_);
    bin_begin_ns_ = start_ns_ + current_ * bin_ns_;
    bin_end_ns_ = bin_begin_ns_ + bin_ns_;
    used_ = std::max(used_, current_ + 1);
    add_to(bins_[current_], counts);
  }

  void widen() noexcept {
    const std::size_t factor = widened_by_5_ ? 2 : 5;
    widened_by_5_ = !widened_by_5_;
    bin_ns_ *= factor;
    for (std::size_t i = 0; i < used_; ++i) {
      const Bin counts = bins_[i];
      bins_[i] = {};
      add_to(bins_[i / factor], counts);
    }
    used_ = (used_ + factor - 1) / factor;
  }

  void count_peak(std::uint64_t time_ns, std::uint64_t messages) noexcept {
    if (time_ns - peak_begin_ns_ >= first_bin_ns) {
      peak_begin_ns_ = time_ns - time_ns % first_bin_ns;
      peak_messages_ = 0;
    }
    peak_messages_ += messages;
    peak_ = std::max(peak_, peak_messages_);
  }

  std::vector<Bin> bins_;
  std::size_t used_ = 0;
  std::size_t current_ = 0;
  std::uint64_t start_ns_ = 0;
  std::uint64_t bin_ns_ = first_bin_ns;
  std::uint64_t bin_begin_ns_ = 0;
  std::uint64_t bin_end_ns_ = 0;
  bool widened_by_5_ = false;
  std::uint64_t peak_begin_ns_ = 0;
  std::uint64_t peak_messages_ = 0;
  std::uint64_t peak_ = 0;
};

}  // namespace hft::engine
